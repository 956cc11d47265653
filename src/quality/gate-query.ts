import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";

/** What a metric of a gate asks of a Prometheus. */
export interface GateQuery {
  /** The metric that asks; unique within a gate. */
  readonly metric: string;
  readonly expression: string;
  /** The moment that is asked about. */
  readonly at: Instant;
  /** Where the query is asked over a time; absent: it is asked about the moment alone. */
  readonly range?: QueryRange;
  /** Which Prometheus the file names, never to be dialled; absent: it names none. */
  readonly address?: string;
}

/** The moments of a query over a time. */
export interface QueryRange {
  readonly from: Instant;
  readonly to: Instant;
  readonly stepMs: DurationMs;
}

import type { DurationMs } from "./duration.ts";
import type { Measurement } from "./measurement.ts";

/** One of the expressions that a measurement is read from, with the very text that Prometheus evaluates. */
export interface SentQuery {
  readonly objective: string;
  readonly windowMs: DurationMs;
  /** What its value is: events, bad, good or all, or the ratio itself. */
  readonly role: "bad" | "good" | "total" | "ratio";
  readonly text: string;
  /** Whether it reads series that another tool recorded; absent: it does not. */
  readonly isRecorded?: boolean;
}

/**
 * Which of the expressions that may be sent have been: an objective's own queries only over windows for which no recorded
 * series was read.
 */
export function sentFor(
  queries: readonly SentQuery[],
  measurements: readonly Measurement[],
): readonly SentQuery[] {
  const keyOf = ({ objective, windowMs }: { objective: string; windowMs: DurationMs }): string =>
    `${windowMs} ${objective}`;
  const recorded = new Set(queries.filter((one) => one.isRecorded === true).map(keyOf));
  const read = Map.groupBy(measurements, keyOf);
  return queries.filter(
    (one) =>
      one.isRecorded === true ||
      !recorded.has(keyOf(one)) ||
      (read.get(keyOf(one)) ?? []).some(({ query }) => query.includes(one.text)),
  );
}

import type { DurationMs } from "./duration.ts";

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

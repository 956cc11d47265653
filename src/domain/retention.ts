/** How long things are remembered. */
import { dayMs } from "./budget-day.ts";
import type { DurationMs } from "./duration.ts";
import type { Instant } from "./instant.ts";

/** What the operator configures. */
export interface RetentionTimes {
  /** How long a webhook is known after it was worked: at least as long as GitHub remembers it, which is seven days. */
  readonly deliveriesMs: DurationMs;
  /** How long auditors find verdicts, bypasses and the audit log: at least a month, longer than any bypass lasts. */
  readonly evidenceMs: DurationMs;
}

/** Moments: what was over before them is let go. */
export interface Horizons {
  readonly deliveries: Instant;
  readonly evidence: Instant;
  /** What nobody counts any more: a year's quota and a window of 366 days reach less far back. */
  readonly counted: Instant;
  /** What is closed may be opened again, and jobs wait on GitHub for up to a month. */
  readonly closed: Instant;
  /** What is read anew when somebody needs it. */
  readonly idle: Instant;
  /** What is measured anew at each tick. */
  readonly measured: Instant;
}

/** The horizons at a moment. */
export function horizonsAt(now: Instant, { deliveriesMs, evidenceMs }: RetentionTimes): Horizons {
  return {
    deliveries: now - deliveriesMs,
    evidence: now - evidenceMs,
    counted: now - 400 * dayMs,
    closed: now - 90 * dayMs,
    idle: now - 30 * dayMs,
    measured: now - dayMs,
  };
}

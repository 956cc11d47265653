import type { DurationMs } from "./duration.ts";
import type { Instant } from "./instant.ts";

/** How long a day in UTC is: always the same. */
export const dayMs: DurationMs = 86_400_000;

/** What was counted on one full day in UTC. Events are not whole numbers: Prometheus extrapolates. */
export interface BudgetDay {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly badEvents: number;
  /** Good and bad. `undefined`: that day was asked about and has no data. */
  readonly totalEvents: number | undefined;
}

/** The day on which a moment lies; midnight belongs to the day that it begins. */
export function dayAt(instant: Instant): number {
  return Math.floor(instant / dayMs);
}

/** The moment at which a day begins. */
export function dayStart(day: number): Instant {
  return day * dayMs;
}

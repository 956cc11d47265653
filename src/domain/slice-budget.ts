/** How long a bad time may last: of budgets of slices always, of budgets of events while traffic is even. */
import { errorBudget } from "./budget.ts";
import type { DurationMs } from "./duration.ts";

/** Error ratios of a slice, 0..1: during an outage, and of the time around it. */
export interface SliceOutage {
  /** 1 for Timeslices, of which a slice is bad as a whole. */
  readonly errorRatio: number;
  readonly usualErrorRatio: number;
}

/**
 * How much of a window an outage may take until the budget is spent; infinite where it spends nothing more than usual,
 * 0 where the usual alone spends it.
 */
export function outageToExhaust(
  targetRatio: number,
  windowMs: DurationMs,
  { errorRatio, usualErrorRatio }: SliceOutage,
): DurationMs {
  if (errorRatio <= usualErrorRatio) return Infinity;
  const left = Math.max(0, errorBudget(targetRatio) - usualErrorRatio);
  return (left * windowMs) / (errorRatio - usualErrorRatio);
}

/**
 * The arithmetic of error budgets. Formulas: Google SRE Workbook, chapter 5 "Alerting on SLOs"
 * (https://sre.google/workbook/alerting-on-slos/). All ratios are shares (0..1), never percentages.
 */
import type { DurationMs } from "./duration.ts";

/**
 * The error budget: the share of events that may be bad, `1 − target`, without the dust of the subtraction. In
 * doubles 1 − 0.999 is 0.0010000000000000009, by which a budget that is spent to the last event would have
 * something left.
 */
export function errorBudget(targetRatio: number): number {
  return Number((1 - targetRatio).toPrecision(12));
}

/**
 * Burn rate: how many times faster than "exactly used up at the window's end" the budget is spent. 0 or more.
 */
export function burnRate(errorRatio: number, targetRatio: number): number {
  return errorRatio / errorBudget(targetRatio);
}

/**
 * Share of the budget left over the objective's own window; 1 untouched, 0 spent, negative when overspent.
 */
export function remaining(errorRatioOverWindow: number, targetRatio: number): number {
  return 1 - burnRate(errorRatioOverWindow, targetRatio);
}

/** The burn rate that spends `budgetShare` of the budget of a window within `alertWindowMs` of it. */
export function burnRateSpending(
  budgetShare: number,
  windowMs: DurationMs,
  alertWindowMs: DurationMs,
): number {
  return (budgetShare * windowMs) / alertWindowMs;
}

/** The highest burn rate there can be: every event bad. A threshold above it can never be reached. */
export function maxBurnRate(targetRatio: number): number {
  return 1 / errorBudget(targetRatio);
}

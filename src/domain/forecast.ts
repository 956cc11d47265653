import type { Reason } from "./decide.ts";
import type { Instant } from "./instant.ts";

/**
 * When a tripped burn rule would open if no more errors came: the short window empties first, and with errors
 * spread evenly over it its burn rate falls to the threshold after `short window × (1 − threshold ÷ burn)`. A
 * spent budget gets no forecast: how fast old errors leave the window is not known from one number.
 */
export function opensAt(reason: Reason, measuredAt: Instant): Instant | undefined {
  if (reason.kind !== "rule" || reason.weight !== "block") return undefined;
  const { condition } = reason.rule;
  if (condition.kind !== "burn_rate" || reason.numbers.kind !== "burn_rate") return undefined;
  const { shortBurn } = reason.numbers;
  if (!(shortBurn > condition.threshold)) return undefined;
  return measuredAt + condition.shortWindowMs * (1 - condition.threshold / shortBurn);
}

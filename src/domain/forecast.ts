import type { Reason } from "./reason.ts";
import type { Instant } from "./instant.ts";
import { calmShare } from "./rule-outcome.ts";

/**
 * When a gate would open if no more errors came: when the last of the rules that hold it lets go, or `undefined`
 * when one of the reasons has no such moment. A spent budget has none: how fast old errors leave the window is
 * not known from one number. Nor has what is not measured.
 */
export function opensAt(reasons: readonly Reason[], measuredAt: Instant): Instant | undefined {
  const holding = reasons.filter(({ weight }) => weight === "block");
  const moments = holding.map((reason) => letsGoAt(reason, measuredAt));
  const known = moments.filter((one) => one !== undefined);
  return known.length === 0 || known.length < moments.length ? undefined : Math.max(...known);
}

/**
 * What is calm already lets go when it was calm for long enough. Before that, a burn rule's short window empties first: with
 * errors spread evenly over it, its burn rate falls to a line after `short window × (1 − line ÷ burn)`. The line is the
 * threshold, or where the rule must be calm for a time, nine tenths of it, and then that time is over.
 */
function letsGoAt(reason: Reason, measuredAt: Instant): Instant | undefined {
  if (reason.kind !== "rule") return undefined;
  if (reason.release !== undefined) return reason.release.until;
  const { condition } = reason.rule;
  if (condition.kind !== "burn_rate" || reason.numbers.kind !== "burn_rate") return undefined;
  const { shortBurn } = reason.numbers;
  if (!(shortBurn > condition.threshold)) return undefined;
  const line = reason.holdMs === undefined ? condition.threshold : calmShare * condition.threshold;
  return measuredAt + condition.shortWindowMs * (1 - line / shortBurn) + (reason.holdMs ?? 0);
}

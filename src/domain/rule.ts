import { burnRateSpending } from "./budget.ts";
import type { DurationMs } from "./duration.ts";

/** What a rule that holds asks of the gate. */
export type Consequence = "block" | "warn";

/** When a rule holds. */
export type Condition =
  /**
   * The budget burns faster than `threshold` over both windows: the long one proves it matters, the short one
   * that it goes on.
   */
  | {
      readonly kind: "burn_rate";
      readonly threshold: number;
      readonly longWindowMs: DurationMs;
      readonly shortWindowMs: DurationMs;
    }
  /** The share of the budget left is at or below `thresholdRatio`. */
  | { readonly kind: "remaining"; readonly thresholdRatio: number };

/** One sentence of the error budget policy. */
export interface Rule {
  /** Unique within a policy. */
  readonly name: string;
  readonly condition: Condition;
  readonly then: Consequence;
  /** How long the condition must hold before the rule speaks; 0 is at once. */
  readonly forMs: DurationMs;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const tiers = [
  { name: "fast-burn", then: "block", share: 0.02, longWindowMs: hour, shortWindowMs: 5 * minute },
  { name: "slow-burn", then: "block", share: 0.05, longWindowMs: 6 * hour, shortWindowMs: 30 * minute },
  { name: "steady-burn", then: "warn", share: 0.1, longWindowMs: day, shortWindowMs: 2 * hour },
  { name: "creeping-burn", then: "warn", share: 0.1, longWindowMs: 3 * day, shortWindowMs: 6 * hour },
] as const;

/** Nothing is left. */
export const exhaustedRule: Rule = {
  name: "budget-exhausted",
  then: "block",
  forMs: 0,
  condition: { kind: "remaining", thresholdRatio: 0 },
};

/**
 * The rules of a policy that writes none, for an objective's window. Over 30 days: block at 14.4× (1h, 5m)
 * and at 6× (6h, 30m) and when nothing is left, warn at 3× (1d, 2h) and at 1× (3d, 6h). Other windows keep
 * the shares of the budget (2, 5, 10, 10 %), so the factors move. A tier whose long window is not shorter
 * than the objective's is left out: there it would only say again what `remaining` says.
 */
export function defaultRules(windowMs: DurationMs): readonly Rule[] {
  const burning = tiers
    .filter((tier) => tier.longWindowMs < windowMs)
    .map(({ name, then, share, longWindowMs, shortWindowMs }): Rule => {
      const threshold = burnRateSpending(share, windowMs, longWindowMs);
      return {
        name,
        then,
        forMs: 0,
        condition: { kind: "burn_rate", threshold, longWindowMs, shortWindowMs },
      };
    });
  return [...burning, exhaustedRule];
}

import type { DurationMs } from "./duration.ts";
import type { Objective } from "./objective.ts";
import { defaultRules, type Rule } from "./rule.ts";

/**
 * The rules that an objective is held against: the policy's, else those of the objective's own file, else the defaults
 * for its window.
 */
export function rulesFor(objective: Objective, written: readonly Rule[] | undefined): readonly Rule[] {
  return written ?? objective.ownRules ?? defaultRules(objective.windowMs);
}

/** Every window that must be measured for an objective, shortest first: those of its rules and its own. */
export function windowsOf(objective: Objective, written: readonly Rule[] | undefined): readonly DurationMs[] {
  const windows = new Set<DurationMs>([objective.windowMs]);
  for (const { condition } of rulesFor(objective, written)) {
    if (condition.kind !== "burn_rate") continue;
    windows.add(condition.longWindowMs);
    windows.add(condition.shortWindowMs);
  }
  return [...windows].toSorted((a, b) => a - b);
}

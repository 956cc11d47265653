/**
 * One objective held against what was measured.
 *
 * Wants: every rule of the objective answered by exactly one of *clear, holding, tripped, unmeasured*.
 * Keeps: a rule that needs a window which was not measured is never *clear*, even when its other window alone
 * would clear it. A scrape that died five minutes ago leaves the hour window looking healthy; what happens
 * now is not known, and the short window says so. A rule is *tripped* only on numbers.
 * Every window that is missing is told: a policy may excuse one way of not knowing and not another.
 * Leaves out: why a number is what it is, and what the gate does about it (decide.ts).
 */
import { burnRate, remaining } from "./budget.ts";
import type { DurationMs } from "./duration.ts";
import type { Instant } from "./instant.ts";
import type { Measurement, UnmeasuredKind } from "./measurement.ts";
import type { Objective } from "./objective.ts";
import type { Weighting } from "./recording.ts";
import type { Rule } from "./rule.ts";

/**
 * The numbers a rule was held against. Burn rates are multiples of the budget's even spending; remaining is a
 * share.
 */
export type RuleNumbers =
  | { readonly kind: "burn_rate"; readonly longBurn: number; readonly shortBurn: number }
  | { readonly kind: "remaining"; readonly remaining: number };

/** What one rule found. */
export type RuleOutcome =
  | { readonly state: "clear"; readonly rule: Rule; readonly numbers: RuleNumbers }
  /** The condition is true, but not yet for as long as the rule's `for` asks. */
  | { readonly state: "holding"; readonly rule: Rule; readonly numbers: RuleNumbers; readonly since: Instant }
  | { readonly state: "tripped"; readonly rule: Rule; readonly numbers: RuleNumbers; readonly since: Instant }
  | { readonly state: "unmeasured"; readonly rule: Rule; readonly misses: readonly [Miss, ...Miss[]] };

/** A window that a rule needs and that was not measured. */
export interface Miss {
  readonly windowMs: DurationMs;
  readonly why: UnmeasuredKind;
  readonly detail: string;
}

/** One objective's state, with the outcome of every rule. */
export interface Finding {
  readonly objective: string;
  readonly targetRatio: number;
  readonly windowMs: DurationMs;
  /**
   * `exhausted` when nothing is left; else `burning` when a burn rule tripped; else `unmeasured` when a rule
   * could not be answered.
   */
  readonly state: "within" | "burning" | "exhausted" | "unmeasured";
  /** Share of the budget left, or `undefined` when the objective's window was not measured. */
  readonly remaining: number | undefined;
  /** What `remaining` counts; absent: events. */
  readonly remainingBy?: Exclude<Weighting, "events">;
  readonly outcomes: readonly RuleOutcome[];
  readonly at: Instant;
}

/** Since when each rule's condition has been true without a break, by `holdKey`. */
export type Holds = ReadonlyMap<string, Instant>;

/** Names one rule on one objective in `Holds`. */
export function holdKey(objective: string, rule: string): string {
  return `${objective}\n${rule}`;
}

/** Holds one objective against its rules. `holds` tells since when conditions were true before this look. */
export function findingOf(
  objective: Objective,
  rules: readonly Rule[],
  measurements: readonly Measurement[],
  holds: Holds,
  at: Instant,
): Finding {
  const ours = measurements.filter((measurement) => measurement.objective === objective.name);
  const over = (windowMs: DurationMs): Measurement | undefined =>
    ours.find((one) => one.windowMs === windowMs);
  const outcomes = rules.map((rule) => outcomeOf(objective, rule, over, holds, at));
  const budget = over(objective.windowMs);
  const left = budget?.kind === "measured" ? remaining(budget.errorRatio, objective.targetRatio) : undefined;
  return {
    objective: objective.name,
    targetRatio: objective.targetRatio,
    windowMs: objective.windowMs,
    state: stateOf(left, outcomes),
    remaining: left,
    ...weightedBy(budget),
    outcomes,
    at,
  };
}

function weightedBy(budget: Measurement | undefined): Pick<Finding, "remainingBy"> {
  const weighting = budget?.kind === "measured" ? budget.way?.weighting : undefined;
  return weighting === undefined || weighting === "events" ? {} : { remainingBy: weighting };
}

function stateOf(left: number | undefined, outcomes: readonly RuleOutcome[]): Finding["state"] {
  if (left !== undefined && left <= 0) return "exhausted";
  if (outcomes.some((one) => one.state === "tripped" && one.numbers.kind === "burn_rate")) return "burning";
  return outcomes.some((one) => one.state === "unmeasured") ? "unmeasured" : "within";
}

function outcomeOf(
  objective: Objective,
  rule: Rule,
  over: (windowMs: DurationMs) => Measurement | undefined,
  holds: Holds,
  at: Instant,
): RuleOutcome {
  const windows =
    rule.condition.kind === "burn_rate"
      ? [rule.condition.shortWindowMs, rule.condition.longWindowMs]
      : [objective.windowMs];
  const ratios: number[] = [];
  const misses: Miss[] = [];
  for (const windowMs of windows) {
    const measurement = over(windowMs);
    if (measurement?.kind === "measured") ratios.push(measurement.errorRatio);
    else {
      const { why, detail } = measurement ?? { why: "no_data", detail: "was never asked for" };
      misses.push({ windowMs, why, detail });
    }
  }
  const [miss, ...more] = misses;
  if (miss !== undefined) return { state: "unmeasured", rule, misses: [miss, ...more] };
  const numbers = numbersOf(rule, ratios, objective.targetRatio);
  if (!isTrue(rule, numbers)) return { state: "clear", rule, numbers };
  const since = Math.min(holds.get(holdKey(objective.name, rule.name)) ?? at, at);
  return { state: at - since >= rule.forMs ? "tripped" : "holding", rule, numbers, since };
}

function numbersOf(rule: Rule, [first, second]: readonly number[], targetRatio: number): RuleNumbers {
  if (rule.condition.kind === "remaining") {
    return { kind: "remaining", remaining: remaining(first ?? Number.NaN, targetRatio) };
  }
  return {
    kind: "burn_rate",
    shortBurn: burnRate(first ?? Number.NaN, targetRatio),
    longBurn: burnRate(second ?? Number.NaN, targetRatio),
  };
}

function isTrue({ condition }: Rule, numbers: RuleNumbers): boolean {
  if (condition.kind === "remaining") {
    return numbers.kind === "remaining" && numbers.remaining <= condition.thresholdRatio;
  }
  return (
    numbers.kind === "burn_rate" &&
    numbers.longBurn > condition.threshold &&
    numbers.shortBurn > condition.threshold
  );
}

/**
 * The holds after a look: what is true now, since it became true. What is not true is forgotten; what is not
 * known is kept from `before`.
 */
export function holdsAfter(findings: readonly Finding[], before: Holds): Holds {
  const after = new Map<string, Instant>();
  for (const finding of findings) {
    for (const outcome of finding.outcomes) {
      const key = holdKey(finding.objective, outcome.rule.name);
      if (outcome.state === "holding" || outcome.state === "tripped") after.set(key, outcome.since);
      const known = before.get(key);
      if (outcome.state === "unmeasured" && known !== undefined) after.set(key, known);
    }
  }
  return after;
}

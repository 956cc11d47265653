/**
 * One objective held against what was measured.
 *
 * Wants: every rule of the objective answered: *clear, holding, tripped, unmeasured* (rule-outcome.ts).
 * Keeps: of groups the worst is told, and a group that is not known is told beside it: with one outcome for both, more
 * errors in one group could hide that another is not known.
 * Leaves out: why a number is what it is, and what the gate does about it (decide.ts).
 */
import type { DurationMs } from "./duration.ts";
import { calmKey, groupsHeld, holdKey, type Holds, spokenKey } from "./hold.ts";
import type { Instant } from "./instant.ts";
import type { Measurement } from "./measurement.ts";
import type { Objective } from "./objective.ts";
import { remaining } from "./budget.ts";
import type { Weighting } from "./recording.ts";
import { type Look, type Miss, outcomeOf, type RuleOutcome } from "./rule-outcome.ts";
import type { Rule } from "./rule.ts";

/** One objective's state, with the outcome of every rule. */
export interface Finding {
  readonly objective: string;
  readonly targetRatio: number;
  readonly windowMs: DurationMs;
  /**
   * `exhausted` when nothing is left; else `burning` when a burn rule tripped and has not let go; else `unmeasured` when a rule
   * could not be answered.
   */
  readonly state: "within" | "burning" | "exhausted" | "unmeasured";
  /** Share of the budget left, of groups the smallest, or `undefined` when the objective's window was not measured. */
  readonly remaining: number | undefined;
  /** What `remaining` counts; absent: events. */
  readonly remainingBy?: Exclude<Weighting, "events">;
  /**
   * One for each rule. Of an objective that is split into groups the worst that was found on numbers, beside what was
   * not measured: neither speaks for the other.
   */
  readonly outcomes: readonly RuleOutcome[];
  /** What is remembered of each group on which a rule's condition is true, or was; absent: there are no groups. */
  readonly groupHolds?: readonly (readonly [holdKey: string, since: Instant])[];
  readonly at: Instant;
}

/**
 * Holds one objective against its rules. `holds` is what was remembered before this look, and `holdMs` how long a rule that
 * has spoken must be calm before it lets go.
 */
export function findingOf(
  objective: Objective,
  rules: readonly Rule[],
  measurements: readonly Measurement[],
  holds: Holds,
  at: Instant,
  holdMs: DurationMs = 0,
): Finding {
  const ours = measurements.filter((measurement) => measurement.objective === objective.name);
  const look: Look = { objective, measurements: ours, holds, at, holdMs };
  const judged = rules.map((rule) => judge(look, rule));
  const outcomes = judged.flatMap((one) => one.outcomes);
  const budget = worstOver(ours, objective.windowMs);
  const left = budget?.kind === "measured" ? remaining(budget.errorRatio, objective.targetRatio) : undefined;
  const isGrouped = judged.some((one) => one.groupHolds !== undefined);
  return {
    objective: objective.name,
    targetRatio: objective.targetRatio,
    windowMs: objective.windowMs,
    state: stateOf(left, outcomes),
    remaining: left,
    ...weightedBy(budget),
    outcomes,
    ...(isGrouped ? { groupHolds: judged.flatMap((one) => one.groupHolds ?? []) } : {}),
    at,
  };
}

/** The measurement of a window that people are shown: of several groups the one with the most errors. */
export function worstOver(
  measurements: readonly Measurement[],
  windowMs: DurationMs,
): Measurement | undefined {
  const over = byGroup(measurements.filter((one) => one.windowMs === windowMs));
  const ratios = over.flatMap((one) => (one.kind === "measured" ? one.errorRatio : []));
  const most = Math.max(...ratios);
  return over.find((one) => one.kind === "measured" && one.errorRatio === most) ?? over[0];
}

function byGroup(measurements: readonly Measurement[]): readonly Measurement[] {
  return measurements.toSorted((a, b) => ((a.group ?? "") < (b.group ?? "") ? -1 : 1));
}

function weightedBy(budget: Measurement | undefined): Pick<Finding, "remainingBy"> {
  const weighting = budget?.kind === "measured" ? budget.way?.weighting : undefined;
  return weighting === undefined || weighting === "events" ? {} : { remainingBy: weighting };
}

function stateOf(left: number | undefined, outcomes: readonly RuleOutcome[]): Finding["state"] {
  if (left !== undefined && left <= 0) return "exhausted";
  if (outcomes.some((one) => isSpeaking(one) && one.numbers.kind === "burn_rate")) return "burning";
  return outcomes.some((one) => one.state === "unmeasured") ? "unmeasured" : "within";
}

/** Whether a rule asks for its consequence. */
export function isSpeaking(
  outcome: RuleOutcome,
): outcome is Extract<RuleOutcome, { state: "tripped" | "releasing" }> {
  return outcome.state === "tripped" || outcome.state === "releasing";
}

interface Judgement {
  readonly outcomes: readonly RuleOutcome[];
  readonly groupHolds?: Finding["groupHolds"];
}

function judge(look: Look, rule: Rule): Judgement {
  const { objective, measurements, holds } = look;
  const measured = measurements.flatMap(({ group }) => group ?? []);
  const held = objective.groupedBy === undefined ? [] : groupsHeld(holds, objective.name, rule.name);
  const groups = [...new Set([...measured, ...held])].toSorted();
  // One group at least has an outcome: whoever had traffic in the shortest window is judged by every longer one.
  const found = (groups.length === 0 ? [undefined] : groups).flatMap((group) => {
    const outcome = outcomeOf(look, rule, group);
    return outcome === undefined ? [] : [{ group, outcome }];
  });
  const outcomes = worstOf(found.map(({ outcome }) => outcome));
  if (groups.length === 0) return { outcomes };
  const groupHolds = found.flatMap(({ group, outcome }) => {
    return rememberedOf(outcome, holdKey(objective.name, rule.name, group), holds);
  });
  return { outcomes, groupHolds };
}

/** The worst outcome on numbers, and what was not measured in one: each window and cause once. */
function worstOf(outcomes: readonly RuleOutcome[]): readonly RuleOutcome[] {
  const misses = new Map<string, Miss>();
  for (const outcome of outcomes) {
    if (outcome.state !== "unmeasured") continue;
    for (const miss of outcome.misses) {
      const key = `${miss.windowMs} ${miss.why}`;
      if (!misses.has(key)) misses.set(key, miss);
    }
  }
  const [miss, ...more] = misses.values();
  const [first] = outcomes;
  const unmeasured: readonly RuleOutcome[] =
    miss === undefined || first === undefined
      ? []
      : [{ state: "unmeasured", rule: first.rule, misses: [miss, ...more] }];
  const [worst] = outcomes
    .filter((one) => one.state !== "unmeasured")
    .toSorted((a, b) => rank[b.state] - rank[a.state] || pressure(b) - pressure(a));
  const isTold = worst !== undefined && (worst.state !== "clear" || miss === undefined);
  return isTold ? [worst, ...unmeasured] : unmeasured;
}

type OnNumbers = Exclude<RuleOutcome, { state: "unmeasured" }>;

const rank: Readonly<Record<OnNumbers["state"], number>> = { tripped: 3, releasing: 2, holding: 1, clear: 0 };

/** How hard an outcome presses on its rule's limit. */
function pressure({ numbers }: OnNumbers): number {
  return numbers.kind === "burn_rate" ? Math.min(numbers.longBurn, numbers.shortBurn) : -numbers.remaining;
}

/**
 * The holds after a look: what is true now, since it became true. What is not true is forgotten; what is not
 * known is kept from `before`.
 */
export function holdsAfter(findings: readonly Finding[], before: Holds): Holds {
  const after = new Map<string, Instant>();
  for (const finding of findings) {
    for (const [key, since] of finding.groupHolds ?? []) after.set(key, since);
    if (finding.groupHolds !== undefined) continue;
    for (const outcome of finding.outcomes) {
      const key = holdKey(finding.objective, outcome.rule.name);
      for (const [name, since] of rememberedOf(outcome, key, before)) after.set(name, since);
    }
  }
  return after;
}

/** What is remembered of a rule after a look. */
function rememberedOf(
  outcome: RuleOutcome,
  key: string,
  before: Holds,
): readonly (readonly [key: string, since: Instant])[] {
  const [spoken, calm] = [spokenKey(key), calmKey(key)];
  switch (outcome.state) {
    case "holding":
      return [[key, outcome.since]];
    case "tripped":
      return [
        [key, outcome.since],
        [spoken, outcome.since],
      ];
    case "releasing": {
      const speaks = [[key, outcome.since] as const, [spoken, outcome.since] as const];
      return outcome.calmSince === undefined ? speaks : [...speaks, [calm, outcome.calmSince]];
    }
    case "unmeasured":
      return [key, spoken, calm].flatMap((one) => {
        const since = before.get(one);
        return since === undefined ? [] : [[one, since] as const];
      });
    case "clear":
      return [];
  }
}

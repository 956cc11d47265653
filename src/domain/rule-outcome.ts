/**
 * One rule held against what was measured.
 *
 * Keeps: a rule that needs a window which was not measured is never *clear*, even when its other window alone would
 * clear it. A scrape that died five minutes ago leaves the hour window looking healthy; what happens now is not known,
 * and the short window says so. A rule is *tripped* only on numbers. Every window that is missing is told: a policy may
 * excuse one way of not knowing and not another.
 * Of an objective that is split into groups, each group is judged by itself; people are told the worst.
 *
 * A rule that has spoken does not fall silent at the first look below its threshold, or a number at the threshold would open
 * and shut the gate by turns: it is *releasing* until it was calm at every look for as long as the policy's `hold`. A burn
 * rate is calm below nine tenths of its threshold, over either window. A budget is calm as soon as more is left than the
 * rule asks for: what is left moves slowly, and a tenth of it would be days. Nobody remembers for a single look, so there
 * nothing is releasing.
 */
import { burnRate, remaining } from "./budget.ts";
import type { DurationMs } from "./duration.ts";
import { calmKey, holdKey, type Holds, spokenKey } from "./hold.ts";
import type { Instant } from "./instant.ts";
import type { Measurement, UnmeasuredKind } from "./measurement.ts";
import type { Objective } from "./objective.ts";
import type { Rule } from "./rule.ts";

/**
 * The numbers a rule was held against. Burn rates are multiples of the budget's even spending; remaining is a
 * share.
 */
export type RuleNumbers =
  | { readonly kind: "burn_rate"; readonly longBurn: number; readonly shortBurn: number }
  | { readonly kind: "remaining"; readonly remaining: number };

/** The group that an outcome speaks of. */
export interface JudgedGroup {
  /** Its labels, as `handler="/pay"`. */
  readonly name: string;
  /** Share of its own budget left, or `undefined` when the objective's window was not measured for it. */
  readonly remaining: number | undefined;
}

/** What was found on numbers; `group` where the objective is split into groups. */
interface Judged {
  readonly rule: Rule;
  readonly numbers: RuleNumbers;
  readonly group?: JudgedGroup;
}

/** What one rule found. */
export type RuleOutcome =
  | (Judged & { readonly state: "clear" })
  /** The condition is true, but not yet for as long as the rule's `for` asks. */
  | (Judged & { readonly state: "holding"; readonly since: Instant })
  | (Judged & {
      readonly state: "tripped";
      readonly since: Instant;
      /** How long it must be calm before it lets go; absent: not at all. */
      readonly holdMs?: DurationMs;
    })
  /** It has spoken, and the condition is true no more, but not for as long as the policy's `hold` asks. */
  | (Judged & {
      readonly state: "releasing";
      readonly since: Instant;
      /** Since when it is calm; `undefined`: it is not, being just below its threshold. */
      readonly calmSince: Instant | undefined;
      /** When it lets go if it stays calm. */
      readonly until: Instant | undefined;
    })
  | { readonly state: "unmeasured"; readonly rule: Rule; readonly misses: readonly [Miss, ...Miss[]] };

/** A window that a rule needs and that was not measured. */
export interface Miss {
  readonly windowMs: DurationMs;
  readonly why: UnmeasuredKind;
  readonly detail: string;
  /** The group that was not measured; absent: none was, or there are none. */
  readonly group?: string;
}

/** An objective with all that was measured of it. */
export interface Look {
  readonly objective: Objective;
  readonly measurements: readonly Measurement[];
  /** Since when conditions were true before this look. */
  readonly holds: Holds;
  readonly at: Instant;
  /** How long a rule that has spoken must be calm before it lets go; 0: not at all. */
  readonly holdMs: DurationMs;
}

/** Below this share of its threshold a burn rate is calm. */
export const calmShare = 0.9;

/**
 * What a rule found for a group, or for the whole where `group` is `undefined`. `undefined`: it does not touch the
 * group, which had no traffic where the rule looks.
 */
export function outcomeOf(look: Look, rule: Rule, group: string | undefined): RuleOutcome | undefined {
  const { objective, holds, at } = look;
  const ratios: number[] = [];
  const misses: Miss[] = [];
  let isQuiet = false;
  for (const windowMs of windowsOf(rule, objective)) {
    const seen = seenOver(look, windowMs, group);
    if (seen.kind === "measured") ratios.push(seen.errorRatio);
    else {
      const { why, detail } = seen;
      misses.push({ windowMs, why, detail, ...(seen.group === undefined ? {} : { group: seen.group }) });
      isQuiet ||= seen.kind === "quiet";
    }
  }
  const isOnlyQuiet = isQuiet && misses.every(({ why }) => why === "no_traffic");
  // Where nobody asked for a group, only what its other window says can make it worth a word.
  if (isOnlyQuiet && !ratios.some((ratio) => isOver(rule, ratio, objective.targetRatio))) return undefined;
  const [miss, ...more] = misses;
  if (miss !== undefined) return { state: "unmeasured", rule, misses: [miss, ...more] };
  const numbers = numbersOf(rule, ratios, objective.targetRatio);
  const judged = { rule, numbers, ...(group === undefined ? {} : { group: judgedGroup(look, group) }) };
  const { name } = objective;
  const remembered = (keyOf: (key: string) => string): Instant | undefined =>
    holds.get(keyOf(holdKey(name, rule.name, group))) ?? holds.get(keyOf(holdKey(name, rule.name)));
  const since = Math.min(remembered((key) => key) ?? at, at);
  if (ratios.every((ratio) => isOver(rule, ratio, objective.targetRatio)))
    return at - since >= rule.forMs
      ? { state: "tripped", ...judged, since, ...(look.holdMs === 0 ? {} : { holdMs: look.holdMs }) }
      : { state: "holding", ...judged, since };
  if (look.holdMs === 0 || remembered(spokenKey) === undefined) return { state: "clear", ...judged };
  if (ratios.every((ratio) => !isCalm(rule, ratio, objective.targetRatio)))
    return { state: "releasing", ...judged, since, calmSince: undefined, until: undefined };
  const calmSince = Math.min(remembered(calmKey) ?? at, at);
  const until = calmSince + look.holdMs;
  return until <= at
    ? { state: "clear", ...judged }
    : { state: "releasing", ...judged, since, calmSince, until };
}

/** The windows that a rule needs: the short one and the long one, or the objective's own. */
function windowsOf({ condition }: Rule, { windowMs }: Objective): readonly DurationMs[] {
  return condition.kind === "burn_rate" ? [condition.shortWindowMs, condition.longWindowMs] : [windowMs];
}

type Seen =
  | { readonly kind: "measured"; readonly errorRatio: number }
  | { readonly kind: "missing" | "quiet"; readonly why: UnmeasuredKind; detail: string; group?: string };

/** A window as a group sees it: its own measurement, else that of the whole, else what its absence means. */
function seenOver({ measurements }: Look, windowMs: DurationMs, group: string | undefined): Seen {
  const over = measurements.filter((one) => one.windowMs === windowMs);
  const own = over.find((one) => one.group === group) ?? over.find((one) => one.group === undefined);
  if (own !== undefined) return own.kind === "measured" ? own : { ...own, kind: "missing" };
  if (group === undefined || over.length === 0)
    return { kind: "missing", why: "no_data", detail: "was never asked for" };
  // Whoever had traffic in a window had it in every longer one too.
  const isBusy = measurements.some((one) => one.group === group && one.windowMs < windowMs);
  return isBusy
    ? { kind: "missing", why: "no_data", detail: "gives nothing for this group", group }
    : { kind: "quiet", why: "no_traffic", detail: "nobody asked", group };
}

function judgedGroup({ objective, measurements }: Look, name: string): JudgedGroup {
  const budget = measurements.find((one) => one.group === name && one.windowMs === objective.windowMs);
  const left = budget?.kind === "measured" ? remaining(budget.errorRatio, objective.targetRatio) : undefined;
  return { name, remaining: left };
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

/** Whether the error ratio of one window is more than a rule allows. */
function isOver({ condition }: Rule, errorRatio: number, targetRatio: number): boolean {
  return condition.kind === "remaining"
    ? remaining(errorRatio, targetRatio) <= condition.thresholdRatio
    : burnRate(errorRatio, targetRatio) > condition.threshold;
}

/** Whether the error ratio of one window is far enough below what a rule allows to let go. */
function isCalm({ condition }: Rule, errorRatio: number, targetRatio: number): boolean {
  return condition.kind === "remaining"
    ? remaining(errorRatio, targetRatio) > condition.thresholdRatio
    : burnRate(errorRatio, targetRatio) < calmShare * condition.threshold;
}

/**
 * Alert policies of Nobl9 files as rules. Source: https://docs.nobl9.com/yaml-guide#alertpolicy
 *
 * Keeps: a rule says what its alert says. An alert that no rule can say is told and makes none; no mistake in one stops
 * its objective. A condition has one window; ours have two, and the second proves that it goes on: a twelfth of the first.
 */
import { maxBurnRate } from "../domain/budget.ts";
import { type DurationMs, parseDuration } from "../domain/duration.ts";
import type { Objective } from "../domain/objective.ts";
import { type Condition, exhaustedRule, type Rule } from "../domain/rule.ts";
import type { Nobl9Object, Nobl9Set } from "./nobl9-set.ts";
import { isThere, itemsOfList, minor, numberAt, type Place, refuse, textAt, under, warn } from "./place.ts";

const minute = 60_000;
const maxRules = 20;

/** The rules of an SLO's alert policies, the last one for a spent budget; none where no alert makes a rule. */
export function nobl9Rules(
  slo: Nobl9Object,
  set: Nobl9Set,
  budget: Pick<Objective, "targetRatio" | "windowMs">,
): Pick<Objective, "ownRules"> {
  const rules = new Map<string, Rule>();
  for (const item of itemsOfList(minor(under(slo.spec, "alertPolicies"))).slice(0, maxRules - 1)) {
    const name = textAt(item);
    if (name === undefined) continue;
    const policy = set.find("AlertPolicy", slo.project, name);
    if (policy === undefined)
      warn(item, "missing_reference", "is an alert policy that is in none of the files, so it makes no rule");
    const rule = policy === undefined ? undefined : ruleOf(policy, budget);
    if (rule !== undefined) rules.set(name, rule);
  }
  return rules.size === 0 ? {} : { ownRules: [...rules.values(), exhaustedRule] };
}

function ruleOf(
  { name, spec }: Nobl9Object,
  budget: Pick<Objective, "targetRatio" | "windowMs">,
): Rule | undefined {
  const list = minor(under(spec, "conditions"));
  const [first, second, third] = itemsOfList(list);
  if (first === undefined) return refuse(list, "missing_key", "has no condition, so it makes no rule");
  const conditions = [first, ...(second === undefined ? [] : [second])].map((one) =>
    conditionOf(one, budget),
  );
  const [one, other] = conditions;
  if (one === undefined || (second !== undefined && other === undefined)) return undefined;
  const both = other === undefined ? one.condition : joined(one.condition, other.condition);
  if (both === undefined || third !== undefined)
    return refuse(
      list,
      "not_counted",
      "holds conditions that must be true together, which no rule can say; it makes none",
    );
  const forMs = Math.max(one.forMs, other?.forMs ?? 0);
  const then = under(spec, "severity").value === "High" ? "block" : "warn";
  return { name: name === exhaustedRule.name ? `${name}-alert` : name, condition: both, then, forMs };
}

/** The same burn over two windows is one rule of ours. */
function joined(one: Condition, other: Condition): Condition | undefined {
  if (one.kind !== "burn_rate" || other.kind !== "burn_rate" || one.threshold !== other.threshold)
    return undefined;
  return {
    ...one,
    longWindowMs: Math.max(one.longWindowMs, other.longWindowMs),
    shortWindowMs: Math.min(one.longWindowMs, other.longWindowMs),
  };
}

interface Read {
  readonly condition: Condition;
  readonly forMs: DurationMs;
}

function conditionOf(
  place: Place,
  { targetRatio, windowMs }: Pick<Objective, "targetRatio" | "windowMs">,
): Read | undefined {
  const forMs = durationAt(under(place, "lastsFor")) ?? 0;
  const value = under(place, "value");
  switch (under(place, "measurement").value) {
    case "averageBurnRate": {
      const threshold = numberAt(value);
      return threshold === undefined ? undefined : burning(place, value, threshold, targetRatio, forMs);
    }
    case "timeToBurnEntireBudget": {
      const exhaustionMs = durationAt(value);
      if (exhaustionMs === undefined)
        return refuse(value, "bad_duration", "must be a duration such as `72h`");
      return burning(place, value, windowMs / exhaustionMs, targetRatio, forMs);
    }
    case "burnedBudget": {
      const burned = numberAt(value);
      if (burned === undefined) return undefined;
      if (!isOneOf(under(place, "op"), ["gte", "gt"])) return undefined;
      const thresholdRatio = Number((1 - burned).toPrecision(12));
      return { condition: { kind: "remaining", thresholdRatio }, forMs };
    }
    default:
      return refuse(
        under(place, "measurement"),
        "not_counted",
        "is something that no rule can say, so the alert makes none; `averageBurnRate`, `timeToBurnEntireBudget` and `burnedBudget` can be said",
      );
  }
}

function burning(
  place: Place,
  value: Place,
  threshold: number,
  targetRatio: number,
  forMs: DurationMs,
): Read | undefined {
  const isOfTime = under(place, "measurement").value === "timeToBurnEntireBudget";
  if (!isOneOf(under(place, "op"), isOfTime ? ["lte", "lt"] : ["gte", "gt"])) return undefined;
  if (threshold <= 0) return refuse(value, "wrong_value", "must be above 0");
  const window = under(place, "alertingWindow");
  const longWindowMs = durationAt(window);
  if (longWindowMs === undefined)
    return refuse(
      window,
      isThere(window) ? "bad_duration" : "not_counted",
      "must be a duration such as `1h`; without one the alert makes no rule",
    );
  if (longWindowMs <= minute)
    return refuse(window, "bad_windows", "must be longer than a minute, so it is no rule");
  const most = maxBurnRate(targetRatio);
  if (threshold >= most) {
    const message = `can never be reached: with every event bad the budget burns ${Number(most.toPrecision(6))}x`;
    warn(value, "threshold_unreachable", message);
  }
  const shortWindowMs = Math.max(1, Math.round(longWindowMs / 12 / minute)) * minute;
  return { condition: { kind: "burn_rate", threshold, longWindowMs, shortWindowMs }, forMs };
}

/** An alert that holds while all is well would block in quiet times. Nobl9 takes a missing `op` for the one that makes sense. */
function isOneOf(op: Place, wanted: readonly string[]): boolean {
  if (!isThere(op) || wanted.some((one) => one === op.value)) return true;
  refuse(
    op,
    "threshold_backward",
    `holds while little is burnt, so the alert makes no rule; write \`${wanted[0]}\``,
  );
  return false;
}

/** A duration as Go writes it: `72h`, `1h30m`, `45m0s`. */
function durationAt(place: Place): DurationMs | undefined {
  return typeof place.value === "string" ? parseDuration(place.value) : undefined;
}

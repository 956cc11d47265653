/**
 * Alert policies and conditions of OpenSLO files as rules. A condition has one window; ours have two, and the second
 * proves that it goes on: a twelfth of the first, as the SRE Workbook has it, in whole minutes, at least one.
 * Source: https://github.com/OpenSLO/OpenSLO#alertcondition, https://sre.google/workbook/alerting-on-slos/
 *
 * Keeps: no mistake in an alert stops its objective; it is told, and the alert makes no rule.
 */
import { maxBurnRate } from "../domain/budget.ts";
import type { DurationMs } from "../domain/duration.ts";
import { exhaustedRule, type Rule } from "../domain/rule.ts";
import { shorthandAt, unitMs } from "./openslo-duration.ts";
import { type OpenSloSet, resolved } from "./openslo-set.ts";
import {
  flagAt,
  isThere,
  itemsOfList,
  minor,
  missing,
  numberAt,
  type Place,
  refuse,
  textAt,
  under,
  warn,
} from "./place.ts";

/** What an AlertCondition says. */
export interface BurnCondition {
  readonly severity: string | undefined;
  readonly op: "gt" | "gte";
  readonly threshold: number;
  readonly lookbackMs: DurationMs;
  readonly alertAfterMs: DurationMs;
}

const blocking: ReadonlySet<string> = new Set(["page", "critical", "high"]);

/** An alert, and where it stands. */
export interface Alert {
  readonly object: Place;
  readonly condition: BurnCondition;
}

/** The most alerts that one SLO has, policies that it has, and conditions or people that one of these has. */
const maxListed = 20;

/** The alerts of an SLO that tell of a burning budget, each once: two policies may tell different people of one. */
export function alertsOf(spec: Place, set: OpenSloSet): readonly Alert[] {
  const objects = new Map<unknown, Place>();
  for (const policy of alertPoliciesOf(spec, set)) {
    targetsOf(policy, set);
    if (flagAt(under(policy, "spec", "alertWhenBreaching")) === false) continue;
    for (const object of conditionsOf(policy, set)) objects.set(object.value, object);
  }
  const alerts = [...objects.values()].flatMap((object) => {
    const condition = readCondition(object);
    return condition === undefined ? [] : [{ object, condition }];
  });
  const beyond = alerts[maxListed];
  if (beyond !== undefined)
    warn(beyond.object, "too_many", `is one alert too many; ${maxListed} are taken as rules`);
  return alerts.slice(0, maxListed);
}

/** Alerts as rules, the last one for a spent budget; none where there is no alert. */
export function ownRulesOf(
  alerts: readonly Alert[],
  targetRatio: number,
): { readonly ownRules?: readonly Rule[] } {
  const rules = new Map<string, Rule>();
  for (const alert of alerts) {
    const rule = ruleOf(alert, targetRatio);
    if (rule !== undefined) rules.set(nameAmong(rules, rule), rule);
  }
  if (rules.size === 0) return {};
  return { ownRules: [...[...rules].map(([name, rule]) => ({ ...rule, name })), exhaustedRule] };
}

/** The alert policies of an SLO, written out or referred to. What leads nowhere is told and left out. */
export function alertPoliciesOf(spec: Place, set: OpenSloSet): readonly Place[] {
  return allOf(set, under(spec, "alertPolicies"), "alertPolicyRef", "AlertPolicy");
}

/** The conditions of an alert policy. */
export function conditionsOf(policy: Place, set: OpenSloSet): readonly Place[] {
  return allOf(set, under(policy, "spec", "conditions"), "conditionRef", "AlertCondition");
}

/** Whom an alert policy tells. */
export function targetsOf(policy: Place, set: OpenSloSet): readonly Place[] {
  return allOf(set, under(policy, "spec", "notificationTargets"), "targetRef", "AlertNotificationTarget");
}

/** Reads an AlertCondition. One that holds while little is burnt would block in quiet times, and gives nothing. */
export function readCondition(object: Place): BurnCondition | undefined {
  const place = minor(under(object, "spec", "condition"));
  const [kind, op, limit] = [under(place, "kind"), under(place, "op"), under(place, "threshold")];
  if (!isThere(place)) return missing(place);
  if (isThere(kind) && kind.value !== "burnrate") return refuse(kind, "wrong_value", "must be `burnrate`");
  if (op.value === "lt" || op.value === "lte") {
    const turned = op.value === "lt" ? "gt" : "gte";
    const message = `holds while the budget burns slower than the threshold, so it is no rule; write \`${turned}\``;
    return refuse(op, "threshold_backward", message);
  }
  if (op.value !== "gt" && op.value !== "gte")
    return isThere(op) ? refuse(op, "wrong_value", "must be `gt` or `gte`") : missing(op);
  const threshold = numberAt(limit);
  if (threshold === undefined) return isThere(limit) ? undefined : missing(limit);
  if (threshold <= 0) return refuse(limit, "wrong_value", "must be above 0");
  const lookback = shorthandAt(under(place, "lookbackWindow"));
  const after = under(place, "alertAfter");
  const alertAfter = isThere(after) ? shorthandAt(after) : { ms: 0 };
  if (lookback === undefined || alertAfter === undefined) return undefined;
  const severity = textAt(minor(under(object, "spec", "severity")));
  return { severity, op: op.value, threshold, lookbackMs: lookback.ms, alertAfterMs: alertAfter.ms };
}

function ruleOf({ object, condition }: Alert, targetRatio: number): Rule | undefined {
  const { severity, threshold, lookbackMs, alertAfterMs } = condition;
  const place = minor(under(object, "spec", "condition"));
  if (lookbackMs <= unitMs.minute)
    return refuse(
      under(place, "lookbackWindow"),
      "bad_windows",
      "must be longer than a minute, so it is no rule",
    );
  const most = maxBurnRate(targetRatio);
  if (threshold >= most) {
    const message = `can never be reached: with every event bad the budget burns ${Number(most.toPrecision(6))}x`;
    warn(under(place, "threshold"), "threshold_unreachable", message);
  }
  const name = under(object, "metadata", "name").value;
  const shortWindowMs = Math.max(1, Math.round(lookbackMs / 12 / unitMs.minute)) * unitMs.minute;
  return {
    name: typeof name === "string" && isRuleName(name) ? name : "alert",
    then: blocking.has((severity ?? "").toLowerCase()) ? "block" : "warn",
    forMs: alertAfterMs,
    condition: { kind: "burn_rate", threshold, longWindowMs: lookbackMs, shortWindowMs },
  };
}

function isRuleName(name: string): boolean {
  return /^[a-zA-Z0-9][\w.-]{0,62}$/.test(name) && name !== exhaustedRule.name;
}

/** The rule's name, with a number where another rule has it. */
function nameAmong(rules: ReadonlyMap<string, Rule>, rule: Rule): string {
  let name = rule.name;
  for (let count = 2; ; count += 1) {
    const taken = rules.get(name);
    if (taken === undefined || JSON.stringify(taken) === JSON.stringify(rule)) return name;
    name = `${rule.name}-${count}`;
  }
}

function allOf(
  set: OpenSloSet,
  list: Place,
  key: string,
  kind: "AlertPolicy" | "AlertCondition" | "AlertNotificationTarget",
): readonly Place[] {
  const items = itemsOfList(minor(list));
  const beyond = items[maxListed];
  if (beyond !== undefined) warn(beyond, "too_many", `is one too many; ${maxListed} are read`);
  return items.slice(0, maxListed).flatMap((item) => {
    const found = resolved(set, { inline: item, reference: under(item, key), kind });
    return found === undefined || found === "none" ? [] : [found];
  });
}

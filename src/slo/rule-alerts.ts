import type { Objective } from "../domain/objective.ts";
import type { Rule } from "../domain/rule.ts";
import type { BurnAlert } from "./rule-source.ts";
import type { Burn } from "./sloth-records.ts";

/**
 * The alert windows of an objective's own file as alerts: what blocks pages a person, what warns makes a ticket. None
 * where its file has none.
 */
export function ruleAlerts({ ownRules = [], windowMs }: Objective): readonly BurnAlert[] {
  const alerts = new Map<string, BurnAlert>();
  for (const rule of ownRules) {
    const burn = burnOf(rule);
    if (burn === undefined || burn.longMs >= windowMs) continue;
    const severity = rule.then === "block" ? "page" : "ticket";
    const key = `${severity} ${rule.forMs}`;
    const burns = [...(alerts.get(key)?.burns ?? []), burn];
    const name = "ErrorBudgetBurn";
    alerts.set(key, { name, severity, burns, forMs: rule.forMs, labels: {}, annotations: {} });
  }
  return [...alerts.values()];
}

function burnOf({ condition }: Rule): Burn | undefined {
  if (condition.kind !== "burn_rate") return undefined;
  const { threshold, shortWindowMs: shortMs, longWindowMs: longMs } = condition;
  // Without the dust of the division that made it: 14.4, not 14.399999999999999.
  return { factor: Number(threshold.toPrecision(15)), shortMs, longMs };
}

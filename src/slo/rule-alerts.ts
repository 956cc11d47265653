import type { Objective } from "../domain/objective.ts";
import type { BurnAlert } from "./rule-source.ts";
import { slothLabels, type SlothIdentity } from "./sloth-records.ts";

/**
 * The alert windows of an objective's own file as alerts, one each: what blocks pages a person, what warns makes a ticket.
 * None where its file has none. Their labels tell them apart, since Prometheus takes two alerts of one name and the same
 * labels for one.
 */
export function ruleAlerts(
  { ownRules = [], windowMs }: Objective,
  identity: SlothIdentity,
): readonly BurnAlert[] {
  return ownRules.flatMap(({ name, condition, then, forMs }): readonly BurnAlert[] => {
    if (condition.kind !== "burn_rate" || condition.longWindowMs >= windowMs) return [];
    const { threshold, shortWindowMs: shortMs, longWindowMs: longMs } = condition;
    return [
      {
        name: "ErrorBudgetBurn",
        severity: then === "block" ? "page" : "ticket",
        // Without the dust of the division that made it: 14.4, not 14.399999999999999.
        burns: [{ factor: Number(threshold.toPrecision(15)), shortMs, longMs }],
        forMs,
        labels: { ...slothLabels(identity), burn: name },
        annotations: {},
      },
    ];
  });
}

/**
 * A question that somebody asks over HTTP, and the part of a policy that it is about.
 *
 * Keeps: a part never holds more than the whole, and where nothing is left of it, nothing is known: a service that the policy does
 * not name is no reason to let anything through.
 */
import type { Objective } from "./objective.ts";
import { rulesFor } from "./objective-rules.ts";
import type { Policy } from "./policy.ts";
import type { QualityPlan } from "./quality-plan.ts";
import type { Gate } from "./subject.ts";

/**
 * The part of a policy that a gate is about: all of it, unless a question names less. A canary is only asked how fast budgets
 * burn: it has spent nothing of what was gone before.
 */
export function partOf(policy: Policy, gate: Gate): Policy {
  if (gate.kind !== "question") return policy;
  const { service, scope } = gate;
  const objectives = policy.objectives.filter((one) => isOf(one, service));
  const { qualityGates = [] } = policy;
  const plans = qualityGates.filter((one) => isPlanOf(one, service));
  const part: Policy = { ...policy, objectives, qualityGates: plans };
  if (scope === "all") return part;
  const { rules: _, ...rest } = part;
  return { ...rest, rules: undefined, objectives: objectives.map((one) => burnRulesOnly(one, policy)) };
}

/** An objective belongs to a service by its name, or by the beginning of it, as Sloth names them: `<service>-<name>`. */
function isOf({ name }: Objective, service: string | undefined): boolean {
  return service === undefined || name === service || name.startsWith(`${service}-`);
}

function isPlanOf(plan: QualityPlan, service: string | undefined): boolean {
  if (service === undefined || plan.name === service) return true;
  return plan.tool === "keptn" ? plan.service === service : Object.values(plan.args).includes(service);
}

function burnRulesOnly(objective: Objective, { rules }: Policy): Objective {
  const ownRules = rulesFor(objective, rules).filter(({ condition }) => condition.kind === "burn_rate");
  return { ...objective, ownRules };
}

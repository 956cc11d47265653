/**
 * What the policy file's text means, once its shape is right: durations, ratios and queries as the domain
 * counts them.
 */
import { type BypassTerms, defaultBypassTerms } from "../domain/bypass-terms.ts";
import { type DurationMs, parseDuration } from "../domain/duration.ts";
import { type Objective, parsePercent, parseTarget } from "../domain/objective.ts";
import { parseQueryTemplate, type QueryTemplate } from "../domain/query-template.ts";
import type { Policy } from "../domain/policy.ts";
import type { Condition, Rule } from "../domain/rule.ts";
import type { Sli } from "../domain/sli.ts";
import type { PolicyText } from "./schema.ts";

type InlineObjective = Extract<PolicyText["objectives"][number], { name: string }>;

/** An objective that the policy file itself holds. */
export function inlineObjective({ name, target, window, sli }: InlineObjective): Objective {
  return { name, targetRatio: ratio(parseTarget, target), windowMs: milliseconds(window), sli: sliOf(sli) };
}

function sliOf(sli: InlineObjective["sli"]): Sli {
  return "error_ratio_query" in sli
    ? { kind: "ratio", errorRatioQuery: template(sli.error_ratio_query) }
    : { kind: "events", errorQuery: template(sli.error_query), totalQuery: template(sli.total_query) };
}

/** A rule. */
export function ruleOf(rule: NonNullable<PolicyText["rules"]>[number]): Rule {
  const condition: Condition =
    "remaining" in rule
      ? { kind: "remaining", thresholdRatio: ratio(parsePercent, rule.remaining) }
      : {
          kind: "burn_rate",
          threshold: rule.burn_rate,
          longWindowMs: milliseconds(rule.windows[0]),
          shortWindowMs: milliseconds(rule.windows[1]),
        };
  return {
    name: rule.name,
    then: rule.then,
    forMs: rule.for === undefined ? 0 : milliseconds(rule.for),
    condition,
  };
}

/** Which deployments are gated. */
export function deploymentsOf(text: NonNullable<PolicyText["gates"]>["deployment"]): Policy["deployments"] {
  const holdMs = text?.hold === undefined ? 0 : milliseconds(text.hold);
  return { environments: text?.environments, holdMs };
}

/** The terms of a bypass, with the defaults for what is not said. */
export function bypassOf(text: PolicyText["bypass"]): BypassTerms {
  if (text === undefined) return defaultBypassTerms;
  const isNobodyNamed = text.permission === undefined && text.teams === undefined && text.users === undefined;
  const users = text.users ?? [];
  return {
    labels: text.labels ?? defaultBypassTerms.labels,
    entitled: isNobodyNamed
      ? defaultBypassTerms.entitled
      : {
          permission: text.permission,
          teams: text.teams ?? [],
          users: users.filter((one) => typeof one === "string"),
          ids: users.filter((one) => typeof one === "number"),
        },
    expiresMs: text.expires === undefined ? defaultBypassTerms.expiresMs : milliseconds(text.expires),
    reason: text.reason ?? defaultBypassTerms.reason,
    self: text.self ?? defaultBypassTerms.self,
    people: text.people ?? defaultBypassTerms.people,
    quota: text.quota,
    ticket: text.ticket,
    tags: text.tags ?? defaultBypassTerms.tags,
    signers: text.signers ?? defaultBypassTerms.signers,
  };
}

/** Reads a value that the schema has already accepted; a miss here is a fault of the schema. */
function accepted<T>(value: T | undefined, written: unknown): T {
  if (value === undefined)
    throw new Error("the policy schema let a value through that it must refuse", { cause: written });
  return value;
}

/** A duration in milliseconds. */
export const milliseconds = (written: unknown): DurationMs =>
  accepted(parseDuration(String(written)), written);

const ratio = (read: (text: string) => number | undefined, written: unknown): number =>
  accepted(read(String(written)), written);

function template(written: string): QueryTemplate {
  const read = parseQueryTemplate(written);
  return accepted(typeof read === "string" ? undefined : read, written);
}

/** What the gates and the bypass of the policy file mean, once its shape is right. */
import { type BypassTerms, defaultBypassTerms } from "../domain/bypass-terms.ts";
import type { Policy, VerifyTerms } from "../domain/policy.ts";
import { milliseconds } from "./accepted.ts";
import type { PolicyText } from "./schema.ts";

/** Which deployments are gated. */
export function deploymentsOf(text: NonNullable<PolicyText["gates"]>["deployment"]): Policy["deployments"] {
  const holdMs = text?.hold === undefined ? 0 : milliseconds(text.hold);
  return { environments: text?.environments, holdMs };
}

/** How deployments are verified; `undefined`: they are not. */
export function verifyOf(text: NonNullable<PolicyText["gates"]>["verify"]): VerifyTerms | undefined {
  if (text === undefined) return undefined;
  return {
    afterMs: milliseconds(text.after),
    windowMs: Math.min(longestWindowMs, milliseconds(text.window ?? text.after)),
    everyMs: milliseconds(text.every ?? "1m"),
    environments: text.environments ?? ["**"],
    isDispatched: text.dispatch ?? false,
  };
}

/** The most of the time since a deployment that is judged, where the policy does not say. */
const longestWindowMs = 6 * 3_600_000;

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

/** Every way in which a held gate opens, as sentences of Markdown. To the public without a forecast. [T31] */
import type { BypassTerms } from "./bypass-terms.ts";
import type { Reason } from "./decide.ts";
import { formatDuration } from "./duration.ts";
import type { Audience } from "./explain.ts";
import { opensAt } from "./forecast.ts";
import { formatNear } from "./instant.ts";
import { anyOf, code } from "./markdown.ts";
import type { Verdict } from "./verdict.ts";

/** What opens a held gate: first by itself, then by hand. */
export function waysOut(verdict: Verdict, audience: Audience): readonly string[] {
  return [...byItself(verdict, audience), ...byHand(verdict.terms)];
}

function byItself(verdict: Verdict, audience: Audience): readonly string[] {
  const { decision, measuredAt, at, subject } = verdict;
  const holding = decision.reasons.filter(({ weight }) => weight === "block");
  const kinds = new Set(holding.map(({ kind }) => kind));
  if (kinds.has("policy_broken") || kinds.has("no_objectives"))
    return [`A policy on ${code(subject.baseRef)} that can be used and names objectives.`];
  const opens = audience === "public" ? undefined : opensAt(decision.reasons, measuredAt);
  const ways: string[] = [];
  if (kinds.has("unmeasured"))
    ways.push("By itself, once what is not measured is measured and no rule holds.");
  else if (opens !== undefined && opens > at)
    ways.push(`By itself, at about ${formatNear(opens, at)} if errors stop now.`);
  else ways.push("By itself, once no rule holds the gate any more.");
  if (holding.some(isAboutBudget))
    ways.push("A spent budget comes back as old errors leave the window; one number does not tell when.");
  return ways;
}

const isAboutBudget = (reason: Reason): boolean =>
  reason.kind === "rule" && reason.rule.condition.kind === "remaining";

function byHand(terms: BypassTerms): readonly string[] {
  const { labels, expiresMs, reason, self } = terms;
  const who = entitledPeople(terms);
  if (labels.length === 0 || who.length === 0) return ["By hand: the policy lets nobody open it."];
  const conditions = [
    ...(self === "refused" ? ["not by the author or who pushed last"] : []),
    ...(reason === "required"
      ? [`with a line ${code("Hotfix: why")} in the description, or in a comment of the same person`]
      : []),
  ];
  const label = `the label ${anyOf(labels.map((one) => code(one)))} on the pull request`;
  const then = `It opens the gate for this commit, for ${formatDuration(expiresMs)}.`;
  return [`By hand: ${[`${label}, set by ${anyOf(who)}`, ...conditions].join("; ")}. ${then}`];
}

/** Everybody who may open the gate. */
function entitledPeople({ entitled }: BypassTerms): readonly string[] {
  const { teams, permission, users, ids } = entitled;
  return [
    ...teams.map((team) => `a member of ${code(team)}`),
    ...(permission === undefined ? [] : [`somebody with the role ${code(permission)} or a stronger one`]),
    ...users.map((user) => code(user)),
    ...ids.map((id) => `the account ${id}`),
  ];
}

/** Every way in which a held gate opens, as sentences of Markdown. To the public without a forecast. [T31] */
import type { BypassTerms } from "./bypass-terms.ts";
import type { Reason } from "./decide.ts";
import { formatDuration } from "./duration.ts";
import type { Audience } from "./explain.ts";
import { opensAt } from "./forecast.ts";
import { formatNear } from "./instant.ts";
import { anyOf, code } from "./markdown.ts";
import type { Gate } from "./subject.ts";
import type { Verdict } from "./verdict.ts";

/** What opens a held gate: first by itself, then by hand. */
export function waysOut(verdict: Verdict, audience: Audience): readonly string[] {
  return [...byItself(verdict, audience), ...byHand(verdict.terms, verdict.subject.gate.kind)];
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

function byHand(terms: BypassTerms, gate: Gate["kind"]): readonly string[] {
  const { labels, tags, expiresMs, reason, self, people, ticket, quota } = terms;
  const who = entitledPeople(terms);
  const isDeployment = gate === "environment" || gate === "deployment";
  const signers = isDeployment && tags.length > 0 ? terms.signers : [];
  if (who.length === 0 && signers.length === 0) return ["By hand: the policy lets nobody open it."];
  const means = [
    ...(isDeployment && tags.length > 0
      ? [`a tag ${anyOf(tags.map((one) => code(one)))} on the commit`]
      : []),
    ...(labels.length > 0 ? [`the label ${anyOf(labels.map((one) => code(one)))} on the pull request`] : []),
    `a comment or review ${code("/burngate bypass why")} on it`,
  ];
  const conditions = [
    ...(people === 2 ? ["two different people are needed"] : []),
    ...(self === "refused" ? ["not by the author or who pushed last"] : []),
    ...(reason === "required"
      ? [`with a reason: in the command, or a line ${code("Hotfix: why")} in the description or a comment`]
      : []),
    ...(ticket === undefined ? [] : [`the reason names a ticket such as ${code(ticket)}`]),
    ...(quota === undefined ? [] : [`at most ${quota.max} a ${quota.per} in this repository`]),
  ];
  const by = anyOf([...who, ...signers.map((one) => `the signature of ${code(one)}`)]);
  const then = `It opens the gate for this commit, for ${formatDuration(expiresMs)}.`;
  return [`By hand: ${[`${anyOf(means)}, by ${by}`, ...conditions].join("; ")}. ${then}`];
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

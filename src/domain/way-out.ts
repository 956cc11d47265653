/** Every way in which a held gate opens, as sentences of Markdown. To the public without a forecast. [T31] */
import type { BypassTerms } from "./bypass-terms.ts";
import { soleSigner } from "./bypass-words.ts";
import type { Reason } from "./reason.ts";
import { formatDuration } from "./duration.ts";
import type { Audience } from "./audience.ts";
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
  if (kinds.has("lease_ended")) ways.push("By itself, once everything is measured again and no rule holds.");
  else if (kinds.has("unmeasured") || holding.some(isUntold))
    ways.push("By itself, once what is not measured is measured and no rule holds.");
  else if (opens !== undefined && opens > at)
    ways.push(`By itself, at about ${formatNear(opens, at)} if errors stop now.`);
  else if (kinds.has("quality_gate"))
    ways.push("By itself, once no rule and no quality gate holds it any more.");
  else ways.push("By itself, once no rule holds the gate any more.");
  if (holding.some(isAboutBudget))
    ways.push("A spent budget comes back as old errors leave the window; one number does not tell when.");
  return ways;
}

const isUntold = (reason: Reason): boolean => reason.kind === "quality_gate" && reason.result === "error";

const isAboutBudget = (reason: Reason): boolean =>
  reason.kind === "rule" && reason.rule.condition.kind === "remaining";

function byHand(terms: BypassTerms, gate: Gate["kind"]): readonly string[] {
  const ways = [...byPeople(terms, gate), ...bySignature(terms, gate)];
  return ways.length === 0 ? ["By hand: the policy lets nobody open it."] : ways;
}

function byPeople(terms: BypassTerms, gate: Gate["kind"]): readonly string[] {
  const who = entitledPeople(terms);
  if (who.length === 0) return [];
  const { labels, reason, self, people } = terms;
  const tags = tagWords(terms, gate);
  const onPull = [
    ...(labels.length > 0 ? [`the label ${anyOf(labels.map((one) => code(one)))}`] : []),
    `a comment or review ${code("/burngate bypass why")}`,
  ];
  const means = anyOf([...tags, `${anyOf(onPull)} on ${pullWords(gate)}`]);
  const line = `a line ${code("Hotfix: why")} in the description or a comment`;
  return [
    sentence(terms, [
      `${means}, by ${anyOf(who)}`,
      ...(people === 2 ? ["two different people are needed"] : []),
      ...(self === "refused" ? ["not by the author or who pushed last"] : []),
      ...(reason === "required"
        ? [`with a reason: ${anyOf(["in the command", ...tags.map(() => "in the tag's message"), line])}`]
        : []),
    ]),
  ];
}

function bySignature(terms: BypassTerms, gate: Gate["kind"]): readonly string[] {
  const [tag] = tagWords(terms, gate);
  if (tag === undefined || soleSigner(terms) === undefined) return [];
  const signed = `${tag}, signed by ${anyOf(terms.signers.map((one) => code(one)))}`;
  return [
    sentence(terms, [signed, ...(terms.reason === "required" ? ["with a reason in its message"] : [])]),
  ];
}

function sentence({ ticket, quota, expiresMs }: BypassTerms, conditions: readonly string[]): string {
  const all = [
    ...conditions,
    ...(ticket === undefined ? [] : [`the reason names a ticket such as ${code(ticket)}`]),
    ...(quota === undefined ? [] : [`at most ${quota.max} a ${quota.per} in this repository`]),
  ];
  return `By hand: ${all.join("; ")}. It opens the gate for this commit, for ${formatDuration(expiresMs)}.`;
}

/** The tag that opens a gate, if any does: only a deployment's. */
function tagWords({ tags }: BypassTerms, gate: Gate["kind"]): readonly string[] {
  const isDeployment = gate === "environment" || gate === "deployment" || gate === "question";
  return isDeployment && tags.length > 0
    ? [`a tag ${anyOf(tags.map((one) => code(one)))} on the commit`]
    : [];
}

/** Where people say that the gate is to open. */
function pullWords(gate: Gate["kind"]): string {
  switch (gate) {
    case "pull_request":
      return "the pull request";
    case "merge_group":
      return "each pull request of the group";
    case "environment":
    case "deployment":
    case "question":
    case "verification":
      return "the pull request that was merged as it";
  }
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

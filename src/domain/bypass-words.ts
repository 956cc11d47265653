import type { QuotaUse } from "./bypass-quota.ts";
import type { BypassTerms } from "./bypass-terms.ts";
import type { Bypass, ClaimRefusal, Means, Refusal } from "./bypass.ts";
import { formatNear, type Instant } from "./instant.ts";
import { cut } from "./sentence.ts";
import type { Gate } from "./subject.ts";

/** Who opened the gate, until when, and why. */
export function bypassWords(bypass: Bypass, now: Instant): string {
  const { until, quota, reason } = bypass;
  const used = quota === undefined ? "" : ` (${quotaWords(quota)})`;
  const why = reason === undefined ? "" : `: ${reason}`;
  return cut(`Bypassed by ${byWords(bypass)} until ${formatNear(until, now)}${used}${why}`, 139);
}

/** Who opened the gate, one or two: logins, or the tag that opened it for whoever made it. */
export function openers({ actor, second, means }: Bypass): readonly string[] {
  const first = actor?.login ?? (means.kind === "tag" ? `tag ${means.tag}` : means.kind);
  return second === undefined ? [first] : [first, second.actor.login];
}

/** Who opened the gate: people by their logins, else the tag. */
function byWords({ actor, second, means }: Bypass): string {
  const room = second === undefined ? 40 : 24;
  if (actor === undefined) return means.kind === "tag" ? `tag ${cut(means.tag, 40)}` : means.kind;
  const first = `@${cut(actor.login, room)}`;
  return second === undefined ? first : `${first} and @${cut(second.actor.login, room)}`;
}

/** How much of a quota is used: `2 of 3 this quarter`. */
export function quotaWords({ used, max, per }: QuotaUse): string {
  return `${used} of ${max} this ${per}`;
}

/** How the gate can be opened by hand, in the shortest words; empty parts where nobody may. */
export function wayInWords(
  terms: BypassTerms,
  gate: Gate["kind"],
): { readonly how: string; readonly who: string } {
  const who = entitledWords(terms);
  const [tag] = terms.tags;
  const [label] = terms.labels;
  const isDeployment = gate === "environment" || gate === "deployment" || gate === "question";
  const by = terms.people === 2 ? `two of ${who}` : who;
  const signer = soleSigner(terms);
  if (isDeployment && tag !== undefined && (who !== "" || signer !== undefined))
    return { how: `tag "${cut(tag, 30)}"`, who: who === "" ? `signed by ${cut(signer ?? "", 30)}` : by };
  if (who === "") return { how: "", who: "" };
  const how = label === undefined ? 'comment "/burngate bypass why"' : `label "${cut(label, 30)}"`;
  return { how, who: by };
}

/** Whose signature of a tag opens a gate by itself: nobody's where two people are needed, whom it does not tell apart. */
export function soleSigner({ signers, people }: BypassTerms): string | undefined {
  return people === 2 ? undefined : signers[0];
}

/** Who may open the gate, shortest true form: `acme/sre`, `maintain role`, `@ann`. Empty: nobody. */
export function entitledWords({ entitled }: Pick<BypassTerms, "entitled">): string {
  const ways = [
    ...entitled.teams,
    ...(entitled.permission === undefined ? [] : [`${entitled.permission} role`]),
    ...entitled.users.map((user) => `@${user}`),
    ...entitled.ids.map((id) => `account ${id}`),
  ];
  return ways.length > 2 ? `${ways[0]} and ${ways.length - 1} more` : ways.join(" or ");
}

/** Why a wish did not open the gate, and what would. */
export function refusalWords(refusal: Refusal, terms: BypassTerms): string {
  if (refusal.cause === "members_unknown")
    return "Bypass refused: GitHub does not tell the group's pull requests.";
  const head = claimWords(refusal);
  const again = againWords(refusal.means);
  const who = cut(entitledWords(terms) || "nobody", 40);
  switch (refusal.cause) {
    case "bot":
      return `${head} refused: bots may not.`;
    case "through_app":
      return `${head} refused: set through an app.`;
    case "creator_unknown":
      return `${head} refused: creator unknown, push it alone or sign it.`;
    case "edited":
      return `${head} refused: edited since, ${again}.`;
    case "author":
      return `${head} refused: own pull request.`;
    case "last_pusher":
      return `${head} refused: pushed this commit.`;
    case "pusher_unknown":
      return `${head} refused: pusher unknown, push again.`;
    case "not_entitled":
      return `${head} refused: needs ${who}.`;
    case "other_commit":
      return `${head} was for an older commit: ${again}.`;
    case "commit_unknown":
      return `${head}: commit unknown, ${again}.`;
    case "tag_moved":
      return `${head} refused: names another commit now.`;
    case "expired":
      return `${head} expired: ${again}.`;
    case "no_reason":
      return `${head} needs ${reasonWords(refusal.means)}.`;
    case "no_ticket":
      return `${head} needs a ticket such as ${cut(terms.ticket ?? "", 24)} in its reason.`;
    case "new_owner":
      return `${head} refused: from before the transfer, ${again}.`;
    case "second_person":
      return `${head} needs a second of ${who}.`;
    case "quota":
      return `${head} refused: ${fullWords(terms)}.`;
    case "shared_commit":
      return `PR #${refusal.pull} has this commit and no bypass.`;
    case "member":
      return `PR #${refusal.pull} is in this group and has no bypass.`;
  }
}

function claimWords({ means, actor }: ClaimRefusal): string {
  const by = actor === undefined ? "" : ` by @${cut(actor.login, 30)}`;
  switch (means.kind) {
    case "label":
      return `Label "${cut(means.label, 30)}"${by}`;
    case "tag":
      return `Tag "${cut(means.tag, 30)}"${by}`;
    case "comment":
      return `Bypass command${by}`;
    case "review":
      return `Bypass review${by}`;
    case "button":
      return `Bypass button${by}`;
  }
}

function againWords({ kind }: Means): string {
  switch (kind) {
    case "label":
      return "set it again";
    case "tag":
      return "tag anew";
    case "comment":
      return "write it again";
    case "review":
      return "review again";
    case "button":
      return "press it again";
  }
}

function reasonWords({ kind }: Means): string {
  switch (kind) {
    case "label":
      return 'a line "Hotfix: why" in the PR';
    case "tag":
      return "a message that says why";
    case "comment":
    case "review":
      return 'a reason: "/burngate bypass why"';
    case "button":
      return 'a reason: comment "/burngate bypass why"';
  }
}

function fullWords({ quota }: BypassTerms): string {
  return quota === undefined ? "quota used" : `${quotaWords({ ...quota, used: quota.max })} used`;
}

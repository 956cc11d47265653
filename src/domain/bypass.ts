/**
 * Whether somebody's wish opens a held gate.
 *
 * Wants: one entitled person's decision (two, where the policy says so) about one commit, for a while,
 * remembered.
 * Keeps: a claim is refused unless every question about it was answered well: who, entitled through what,
 * about which commit, not about their own change, not too long ago. What cannot be shown is refused with the
 * way to show it.
 * Attacks by name: *borrowed label* (a stranger's, T6), *own label* (T7), *laundered label* (a bot's or an
 * app's, T8), *moved head* (label on one commit, merge of another, T5), *old label* (T9), *words in the mouth*
 * (somebody edits another's comment), *moved tag* (T12), *old owner* (T49).
 * Leaves out: where the answers come from (gate/bypass-*.ts ask GitHub at the moment of the decision).
 */
import type { QuotaUse } from "./bypass-quota.ts";
import { namesTicket } from "./bypass-reason.ts";
import type { BypassTerms } from "./bypass-terms.ts";
import type { Instant } from "./instant.ts";
import type { Actor } from "./subject.ts";

/** How a bypass was asked for. */
export type Means =
  | { readonly kind: "label"; readonly label: string }
  /** `/burngate bypass` in a comment on the pull request. */
  | { readonly kind: "comment" }
  /** The same in a review, which names the commit that it is about. */
  | { readonly kind: "review" }
  /** The button under the report. */
  | { readonly kind: "button" }
  | { readonly kind: "tag"; readonly tag: string };

/** A wish to open the gate, as GitHub tells it now. */
export interface Claim {
  readonly means: Means;
  /** The pull request that it was made on; `undefined` for what is about a commit alone. */
  readonly pull: number | undefined;
  /** The commit that it is judged for: a pull request's head, or what is deployed. */
  readonly commitSha: string;
  /** Whose act it was; `undefined` where nobody tells. */
  readonly actor: Actor | undefined;
  /** What entitles a tag whoever made it: `signer ann@acme.example`, `ruleset hotfix tags`. */
  readonly vouchedBy: string | undefined;
  readonly appliedAt: Instant;
  /** Done through a GitHub App acting for the person: not shown to be the person's own act. */
  readonly isThroughApp: boolean;
  /** Its text was changed after it was made, or that is not known: the words may be somebody else's. */
  readonly isEdited: boolean;
  /** Whether it was made about the judged commit: shown, shown not to be, or not known. */
  readonly onThisHead: "yes" | "no" | "unknown";
  /** The author of the change, where a pull request tells. */
  readonly author: Actor | undefined;
  /** Who pushed the judged commit, where known. */
  readonly pusher: Actor | undefined;
  /** The reason that was given, cleaned for printing. */
  readonly reason: string | undefined;
}

/** Why a claim does not open the gate. */
export type ClaimCause =
  | "bot"
  | "through_app"
  | "creator_unknown"
  | "edited"
  | "author"
  | "last_pusher"
  | "pusher_unknown"
  | "not_entitled"
  | "other_commit"
  | "commit_unknown"
  /** The tag that is deployed names another commit by now. */
  | "tag_moved"
  | "expired"
  | "no_reason"
  | "no_ticket"
  /** Made before the repository changed hands. */
  | "new_owner"
  /** One person has asked, and the policy wants two. */
  | "second_person"
  | "quota"
  /** Another pull request has the same commit, and no bypass. */
  | "shared_commit"
  /** Another pull request is in the merge group, and has no bypass. */
  | "member";

/** A claim that does not open the gate. */
export interface ClaimRefusal {
  readonly cause: ClaimCause;
  readonly means: Means;
  readonly actor: Actor | undefined;
  readonly pull: number | undefined;
}

/** Why the gate stays shut though somebody wished it open, or might have. */
export type Refusal =
  | ClaimRefusal
  /** GitHub does not tell which pull requests the merge group holds. */
  | { readonly cause: "members_unknown" };

/** The second of two people who opened the gate. */
export interface Second {
  readonly means: Means;
  readonly actor: Actor;
  readonly entitledThrough: string;
}

/** An open gate: by whom, until when, and why. */
export interface Bypass {
  readonly means: Means;
  /** `undefined` for a tag that something else than its maker vouches for. */
  readonly actor: Actor | undefined;
  readonly pull: number | undefined;
  readonly commitSha: string;
  readonly appliedAt: Instant;
  readonly until: Instant;
  readonly reason: string | undefined;
  /** What entitled the person, for the ledger: `team acme/sre`, `role maintain`, `user ann`. */
  readonly entitledThrough: string;
  readonly second: Second | undefined;
  /** Where the policy sets a quota: how much of it is used, this bypass included. */
  readonly quota: QuotaUse | undefined;
}

/** What became of the wish to open the gate. */
export type BypassAnswer =
  | { readonly kind: "none" }
  | { readonly kind: "granted"; readonly bypass: Bypass }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * What a claim is refused for before anybody's authority is looked up, or `undefined` when only authority is
 * left to ask.
 */
export function refusalOf(claim: Claim, terms: BypassTerms, now: Instant): ClaimRefusal | undefined {
  const cause = causeOf(claim, terms, now);
  return cause === undefined ? undefined : refusalFor(claim, cause);
}

/** A claim refused for one cause. */
export function refusalFor(
  { means, actor, pull }: Pick<Claim, "means" | "actor" | "pull">,
  cause: ClaimCause,
): ClaimRefusal {
  return { cause, means, actor, pull };
}

/** The bypass that an entitled claim grants, as long as one person is enough. */
export function grant(claim: Claim, terms: BypassTerms, entitledThrough: string): Bypass {
  const { means, actor, pull, commitSha, appliedAt, reason } = claim;
  const until = appliedAt + terms.expiresMs;
  const alone = { second: undefined, quota: undefined };
  return { means, actor, pull, commitSha, appliedAt, reason, entitledThrough, until, ...alone };
}

/**
 * Two people's bypass out of each one's own, which ends with the first of them; `undefined` where they are
 * not shown to be two people: accounts tell people apart, signatures and rulesets do not, and behind a bot may
 * stand anybody, the other one too. [T8]
 */
export function together(first: Bypass, other: Bypass): Bypass | undefined {
  const { actor, means, entitledThrough } = other;
  if (first.actor === undefined || actor === undefined || first.actor.id === actor.id) return undefined;
  if (first.actor.isBot || actor.isBot) return undefined;
  const until = Math.min(first.until, other.until);
  return { ...first, until, reason: first.reason ?? other.reason, second: { actor, means, entitledThrough } };
}

/** What a quota counts: a pull request's commit, or a commit alone. More wishes about it take no further place. */
export function placeOf({ pull, commitSha }: Pick<Bypass, "pull" | "commitSha">): string {
  return pull === undefined ? `commit ${commitSha}` : `pull ${pull} ${commitSha}`;
}

/** One text per bypass: the same wish by the same people about the same commit is one bypass, at whatever gate. */
export function bypassMark(bypass: Bypass): string {
  const { means, actor, appliedAt, second } = bypass;
  const by = [meansKey(means), actor?.id ?? 0, appliedAt].join(" ");
  return `${placeOf(bypass)} ${by}${second === undefined ? "" : ` ${meansKey(second.means)} ${second.actor.id}`}`;
}

/** One text per means. */
export function meansKey(means: Means): string {
  switch (means.kind) {
    case "label":
      return `label ${JSON.stringify(means.label)}`;
    case "tag":
      return `tag ${JSON.stringify(means.tag)}`;
    case "comment":
    case "review":
    case "button":
      return means.kind;
  }
}

function causeOf(claim: Claim, terms: BypassTerms, now: Instant): ClaimCause | undefined {
  const { actor } = claim;
  if (actor === undefined && claim.vouchedBy === undefined) return "creator_unknown";
  const isListedById = actor !== undefined && terms.entitled.ids.includes(actor.id);
  const mayBeAnybody = isListedById || claim.vouchedBy !== undefined;
  if (actor?.isBot === true && !mayBeAnybody) return "bot";
  if (claim.isThroughApp && !mayBeAnybody) return "through_app";
  if (claim.isEdited) return "edited";
  if (claim.onThisHead === "no") return "other_commit";
  if (claim.onThisHead === "unknown") return "commit_unknown";
  const own = terms.self === "refused" ? ownCauseOf(claim) : undefined;
  if (own !== undefined) return own;
  // Asked this way round, what is no moment at all (NaN) has expired.
  if (!(now < claim.appliedAt + terms.expiresMs)) return "expired";
  if (terms.reason === "required" && claim.reason === undefined) return "no_reason";
  const { ticket } = terms;
  return ticket === undefined || namesTicket(claim.reason ?? "", ticket) ? undefined : "no_ticket";
}

/** Why a claim would be about one's own change. A tag names its commit whoever pushed that, so only the author counts. */
function ownCauseOf({ means, actor, author, pusher }: Claim): ClaimCause | undefined {
  if (actor !== undefined && actor.id === author?.id) return "author";
  if (means.kind === "tag") return undefined;
  if (pusher === undefined) return "pusher_unknown";
  return actor?.id === pusher.id ? "last_pusher" : undefined;
}

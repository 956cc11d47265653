/**
 * Whether a label opens a held gate.
 *
 * Wants: one entitled person's decision about one commit, for a while, remembered.
 * Keeps: a claim is refused unless every question about it was answered well: who, entitled through what,
 * about which commit, not about their own change, not too long ago. What cannot be shown is refused with the
 * way to show it.
 * Attacks by name: *borrowed label* (a stranger's, T6), *own label* (T7), *laundered label* (a bot's or an
 * app's, T8), *moved head* (label on one commit, merge of another, T5), *old label* (T9).
 * Leaves out: where the answers come from (gate/bypass-of.ts asks GitHub at the moment of the decision).
 */
import type { BypassTerms } from "./bypass-terms.ts";
import type { Instant } from "./instant.ts";
import type { Actor } from "./subject.ts";

/** A label that asks for a bypass, as the pull request's timeline tells it now. */
export interface Claim {
  readonly pull: number;
  readonly label: string;
  readonly actor: Actor;
  readonly appliedAt: Instant;
  /** Applied through a GitHub App acting for the person: not shown to be the person's own act. */
  readonly isThroughApp: boolean;
  /** Whether it was applied while the judged commit was the head: shown, shown not to be, or not known. */
  readonly onThisHead: "yes" | "no" | "unknown";
  readonly author: Actor;
  /** Who pushed the judged commit, where known. */
  readonly pusher: Actor | undefined;
  /** The reason given in the pull request (`Hotfix: …`), cleaned for printing. */
  readonly reason: string | undefined;
}

/** Why a claim does not open the gate. */
export type RefusalCause =
  | "bot"
  | "through_app"
  | "author"
  | "last_pusher"
  | "pusher_unknown"
  | "not_entitled"
  | "other_commit"
  | "commit_unknown"
  | "expired"
  | "no_reason"
  | "shared_commit";

/** A claim that does not open the gate. */
export interface Refusal {
  readonly cause: RefusalCause;
  readonly label: string;
  readonly actor: Actor;
  readonly pull: number;
}

/** An open gate: by whom, until when, and why. */
export interface Bypass {
  readonly label: string;
  readonly actor: Actor;
  readonly pull: number;
  readonly appliedAt: Instant;
  readonly until: Instant;
  readonly reason: string | undefined;
  /** What entitled the person, for the ledger: `team acme/sre`, `role maintain`, `user ann`. */
  readonly entitledThrough: string;
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
export function refusalOf(claim: Claim, terms: BypassTerms, now: Instant): Refusal | undefined {
  const cause = causeOf(claim, terms, now);
  return cause === undefined ? undefined : refusalFor(claim, cause);
}

/** A claim refused for one cause. */
export function refusalFor({ label, actor, pull }: Claim, cause: RefusalCause): Refusal {
  return { cause, label, actor, pull };
}

/** The bypass that an entitled claim grants. */
export function grant(claim: Claim, terms: BypassTerms, entitledThrough: string): Bypass {
  const { label, actor, pull, appliedAt, reason } = claim;
  return { label, actor, pull, appliedAt, reason, entitledThrough, until: appliedAt + terms.expiresMs };
}

function causeOf(claim: Claim, terms: BypassTerms, now: Instant): RefusalCause | undefined {
  const isListedById = terms.entitled.ids.includes(claim.actor.id);
  if (claim.actor.isBot && !isListedById) return "bot";
  if (claim.isThroughApp && !isListedById) return "through_app";
  if (claim.onThisHead === "no") return "other_commit";
  if (claim.onThisHead === "unknown") return "commit_unknown";
  if (terms.self === "refused") {
    if (claim.actor.id === claim.author.id) return "author";
    if (claim.pusher === undefined) return "pusher_unknown";
    if (claim.actor.id === claim.pusher.id) return "last_pusher";
  }
  if (now >= claim.appliedAt + terms.expiresMs) return "expired";
  if (terms.reason === "required" && claim.reason === undefined) return "no_reason";
  return undefined;
}

const maxReasonLength = 200;

/**
 * The reason in a pull request's body or a comment: the rest of the first line that begins with `Hotfix:`.
 * Cleaned for every place where it is printed: control and direction characters go, `@` and `#` are followed
 * by a word joiner so that nobody is pinged and nothing linked, and it is cut at 200 characters. [T11]
 */
export function reasonIn(text: string): string | undefined {
  for (const line of text.slice(0, 65_536).split(/\r\n|\r|\n/)) {
    const found = /^\s*hotfix:(.*)$/is.exec(line);
    if (found?.[1] === undefined) continue;
    const clean = found[1]
      .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, " ")
      .replaceAll(/\s+/g, " ")
      .trim();
    if (clean !== "") return [...clean].slice(0, maxReasonLength).join("").replaceAll(/[@#]/g, "$&\u2060");
  }
  return undefined;
}

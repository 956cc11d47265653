/**
 * What we keep on GitHub beside the status and edit in place: a check run of a subject, a comment on a pull request.
 * It is drafted where a verdict is reached and posted by a job of its own, after every status that waits.
 */
import type { Audience } from "../domain/audience.ts";
import type { Instant } from "../domain/instant.ts";
import type { Measurement } from "../domain/measurement.ts";
import { gateKey, type Repository, type Subject } from "../domain/subject.ts";
import type { Verdict } from "../domain/verdict.ts";

/** Where something is posted: one text for each of a repository's check runs and comments. */
export interface Place {
  readonly repositoryId: number;
  readonly name: string;
}

/** The place of a subject's check run. */
export function checkPlace(subject: Subject): Place {
  return { repositoryId: subject.repositoryId, name: `check:${subject.headSha}:${gateKey(subject)}` };
}

/** The place of the one comment on a pull request. */
export function commentPlace(repositoryId: number, number: number): Place {
  return { repositoryId, name: `comment:${number}` };
}

/** The place of the check run that welcomes a repository on a commit. */
export function welcomePlace({ repositoryId, headSha }: Subject): Place {
  return { repositoryId, name: `welcome:${headSha}` };
}

/** What is to be posted next. */
export type Draft = {
  /** All that it says but the numbers: it is written when this differs from what GitHub has. */
  readonly postingClass: string;
} & (
  | {
      /** A verdict at length. Numbers that only people want are added when it is written. */
      readonly kind: "verdict";
      readonly verdict: Verdict;
      readonly audience: Audience;
      readonly measurements: readonly Measurement[];
      /** Until when it is asked again before the verdict holds; `undefined`: it holds now. */
      readonly waitsUntil: Instant | undefined;
    }
  /** A plain statement that judges nothing; Markdown. */
  | { readonly kind: "notice"; readonly title: string; readonly summary: string }
  /** A comment; Markdown. */
  | { readonly kind: "comment"; readonly body: string }
);

/** What is known of something posted. */
export interface Posting {
  /** GitHub's id for it; `undefined` while it is not known to be there. */
  readonly id: number | undefined;
  /** The class of what it says; `undefined`: not known. */
  readonly postingClass: string | undefined;
  /** The class of what was about to be sent when we were last heard of. */
  readonly intent: string | undefined;
  readonly draft: Draft | undefined;
}

/** Everything posted. */
export interface Postings {
  find(place: Place): Promise<Posting | undefined>;
  /** Says what is to be posted next, in place of what was to be. */
  draft(place: Place, draft: Draft): Promise<void>;
  /** Notes that a draft is about to be sent. */
  intend(place: Place, draft: Draft): Promise<void>;
  /** GitHub has the draft, under this id. A newer draft stays. */
  confirm(place: Place, draft: Draft, id: number): Promise<void>;
  /** GitHub does not have the draft, which stays to be sent. */
  withdraw(place: Place, draft: Draft): Promise<void>;
  /** GitHub has it under this id (found again), or has it no more. */
  locate(place: Place, id: number | undefined): Promise<void>;
  /** The draft says nothing new. A newer draft stays. */
  drop(place: Place, draft: Draft): Promise<void>;
  /** Forgets what it says, so that the next draft is posted whatever it says. */
  doubt(place: Place): Promise<void>;
}

/** How often people asked about a subject and were told again. */
export interface Wishes {
  granted(subject: Subject): Promise<{ readonly count: number; readonly lastAt: Instant | undefined }>;
  grant(subject: Subject, now: Instant): Promise<void>;
}

/** What was said once to a repository under an installation. */
export interface Welcomes {
  has(to: Pick<Repository, "id" | "installationId">, what: "status" | "check_run"): Promise<boolean>;
  note(to: Pick<Repository, "id" | "installationId">, what: "status" | "check_run"): Promise<void>;
}

import type { Account } from "./github-account.ts";
import type { Comment } from "./github-comments.ts";
import type { App } from "./github-world.ts";
import type { Repository } from "./github-repository.ts";
import type { Review } from "./github-reviews.ts";

/** A label of a repository. */
export type Label = { id: number; name: string; color: string; description: string; default: boolean };

/** Plain events that the timeline tells by name only. */
export type PlainEvent =
  | "added_to_merge_queue"
  | "auto_merge_disabled"
  | "auto_merge_enabled"
  | "base_ref_changed"
  | "closed"
  | "convert_to_draft"
  | "head_ref_force_pushed"
  | "merged"
  | "ready_for_review"
  | "removed_from_merge_queue"
  | "reopened";

/** What all entries that somebody made have in common. `app`: the app through which it was done. */
type Done = { id: number; actor: Account; at: number; app: App | undefined };

/** One line of a pull request's history. */
export type TimelineEntry =
  | { event: "committed"; sha: string }
  | { event: "commented"; comment: Comment }
  | { event: "reviewed"; review: Review }
  | (Done & {
      event: "review_dismissed";
      dismissed: { review: Review; state: Review["state"]; message: string };
    })
  | (Done & { event: "labeled" | "unlabeled"; label: Label })
  | (Done & { event: "renamed"; from: string; to: string })
  | (Done & { event: PlainEvent; commitSha: string | undefined });

/** A pull request. `base.sha` is the base branch's head when the pull request last moved, as on GitHub. Times are milliseconds. */
export type Pull = {
  id: number;
  number: number;
  title: string;
  body: string | null;
  state: "open" | "closed";
  draft: boolean;
  author: Account;
  head: { repository: Repository; ref: string; sha: string };
  base: { ref: string; sha: string };
  labels: Label[];
  comments: Comment[];
  reviews: Review[];
  timeline: TimelineEntry[];
  createdAt: number;
  updatedAt: number;
  closedAt: number | undefined;
  merged: { at: number; by: Account; sha: string } | undefined;
  autoMerge: Account | undefined;
};

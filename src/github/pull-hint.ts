import { z } from "zod";
import type { Hint } from "../domain/delivery.ts";
import { actorOf, fromFull, installation, name, repository, sha, user } from "./payload.ts";
import { ghost } from "./account.ts";

/**
 * Actions of `pull_request` that can change a verdict; `edited` only when the base changed, or the text,
 * which may hold the reason of a bypass.
 */
export const pullActions: ReadonlySet<string> = new Set([
  "opened",
  "reopened",
  "ready_for_review",
  "synchronize",
  "edited",
  "labeled",
  "unlabeled",
  "closed",
  "auto_merge_enabled",
  "enqueued",
  "dequeued",
]);

/** Actions by which a pull request is put in line to be merged. */
const urgentActions = new Set(["auto_merge_enabled", "enqueued"]);

/** GitHub takes a hundred labels on a pull request. */
const maxLabels = 1000;

/** What is known of every one of these events, also of those that we do not read any further. */
const anyPullEvent = z.object({ action: z.string() });

const pullEvent = z.object({
  action: z.string(),
  changes: z.object({ base: z.unknown().optional(), body: z.unknown().optional() }).optional(),
  pull_request: z.object({
    number: z.int(),
    state: z.string(),
    draft: z.boolean().optional(),
    updated_at: z.string(),
    user: user.nullable(),
    labels: z.array(z.object({ name })).max(maxLabels),
    auto_merge: z.object({}).nullish(),
    head: z.object({ sha }),
    base: z.object({ ref: name.min(1), repo: z.object({ id: z.int() }) }),
  }),
  repository,
  installation,
  sender: user,
});

/** The hint in a `pull_request` event. */
export function pullHint(payload: unknown): Hint | undefined {
  const { action } = anyPullEvent.parse(payload);
  if (!pullActions.has(action)) return undefined;
  const event = pullEvent.parse(payload);
  if (action === "edited" && event.changes?.base === undefined && event.changes?.body === undefined)
    return undefined;
  const { pull_request: pull, sender } = event;
  // A pull request belongs to the repository it wants to enter; anything else is a confusion we take no part
  // in. [T4]
  if (pull.base.repo.id !== event.repository.id) return undefined;
  return {
    kind: "pull_request",
    repository: fromFull(event.repository, event.installation.id),
    pull: {
      repositoryId: event.repository.id,
      number: pull.number,
      headSha: pull.head.sha,
      baseRef: pull.base.ref,
      author: pull.user === null ? ghost : actorOf(pull.user),
      isOpen: pull.state === "open",
      isDraft: pull.draft === true,
      labels: pull.labels.map(({ name }) => name),
      ...((pull.auto_merge ?? null) !== null && { isAutoMerge: true }),
      updatedAt: Date.parse(pull.updated_at),
    },
    pusher: action === "opened" || action === "synchronize" ? actorOf(sender) : undefined,
    ...(urgentActions.has(action) && { isUrgent: true }),
  };
}

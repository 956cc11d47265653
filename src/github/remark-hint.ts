import { z } from "zod";
import type { Hint, Wish } from "../domain/delivery.ts";
import { wishIn } from "../domain/remark.ts";
import { fromFull, installation, repository } from "./payload.ts";

/** What was said, and what was said before an edit. */
const said = z.object({
  action: z.string(),
  comment: z.object({ body: z.string().nullish() }).optional(),
  review: z.object({ body: z.string().nullish() }).optional(),
  changes: z.object({ body: z.object({ from: z.string() }).optional() }).optional(),
});

const commentEvent = z.object({
  issue: z.object({ number: z.int(), pull_request: z.unknown().optional() }),
  repository,
  installation,
});

const reviewEvent = z.object({ pull_request: z.object({ number: z.int() }), repository, installation });

/** Actions of `issue_comment`: each can make or take back a command. */
export const commentActions: ReadonlySet<string> = new Set(["created", "edited", "deleted"]);

/** Actions of `pull_request_review`: each can make or take back a command. */
export const reviewActions: ReadonlySet<string> = new Set(["submitted", "edited", "dismissed"]);

/** The hint in an `issue_comment` event, if the comment is on a pull request and has to do with us. */
export function commentHint(payload: unknown): Hint | undefined {
  const wish = wishOf(payload, commentActions, "created");
  if (wish === undefined) return undefined;
  const { issue, repository: at, installation: of } = commentEvent.parse(payload);
  const isPull = typeof issue.pull_request === "object" && issue.pull_request !== null;
  return isPull ? { kind: "remark", repository: fromFull(at, of.id), number: issue.number, wish } : undefined;
}

/** The hint in a `pull_request_review` event, if the review has to do with us. */
export function reviewHint(payload: unknown): Hint | undefined {
  const wish = wishOf(payload, reviewActions, "submitted");
  if (wish === undefined) return undefined;
  const { pull_request: pull, repository: at, installation: of } = reviewEvent.parse(payload);
  return { kind: "remark", repository: fromFull(at, of.id), number: pull.number, wish };
}

/** What is asked for; what is changed or taken back is worth a look. Most of what people say is none of ours. */
function wishOf(payload: unknown, actions: ReadonlySet<string>, first: string): Wish | undefined {
  const { action, comment, review, changes } = said.parse(payload);
  if (!actions.has(action)) return undefined;
  const now = wishIn((comment ?? review)?.body ?? "");
  const wish = now ?? wishIn(changes?.body?.from ?? "");
  return wish === undefined || action === first ? wish : "look";
}

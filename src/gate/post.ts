/**
 * Posting what is drafted, in place: one check run a subject, one comment a pull request.
 *
 * Wants: what GitHub shows beside the status says what the newest draft says; it is written when what it says
 * changed, never because a number moved.
 * Keeps: the intent is on disk before the request leaves; where it is not known whether something was made, GitHub
 * is asked before another is (*half-sent letter*). A draft that was replaced meanwhile is posted next (*moving
 * target*). What somebody deleted is made anew.
 * Leaves out: what is said (draft.ts), and waiting: when the write budget is spent, the caller comes back.
 */
import type { Repository } from "../domain/subject.ts";
import type { Events } from "./events.ts";
import { failed, ok, type Result } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock } from "./ports.ts";
import type { GitHubWriter, Write } from "./writer-port.ts";
import type { Draft, Place, Posting } from "./postings.ts";

/** What posting needs. */
export interface PostWorld {
  readonly ledger: Pick<Ledger, "postings">;
  readonly writer: GitHubWriter;
  readonly clock: Clock;
  readonly events: Events;
}

/** How one kind of thing is posted. */
export interface Posted {
  /** Whether it is looked for also where nothing was ever known of it. */
  readonly isSought: boolean;
  /** Looks for it on GitHub. */
  find(): Promise<Result<number | undefined>>;
  /** What to send. */
  write(draft: Draft, id: number | undefined): Promise<Write>;
}

/** Posts the draft of a place if GitHub does not have it yet. A failure means: come back. */
export async function post(
  world: PostWorld,
  repository: Repository,
  place: Place,
  posted: Posted,
): Promise<Result<"posted" | "spared">> {
  const { ledger, writer, clock, events } = world;
  const known = await ledger.postings.find(place);
  const draft = known?.draft;
  if (known === undefined || draft === undefined) return ok("spared");
  if (saysAlready(known, draft)) {
    await ledger.postings.drop(place, draft);
    return ok("spared");
  }
  const located = await locate(world, place, known, posted);
  if (!located.ok) return located;
  const retryAt = await writer.takeTurn(repository.installationId, clock.now());
  if (retryAt !== undefined)
    return failed({ kind: "rate_limited", detail: "the write budget of the installation is spent", retryAt });
  const id = located.value;
  const write = await posted.write(draft, id);
  await ledger.postings.intend(place, draft);
  const written = await writer.write(repository, write);
  if (!written.ok) {
    events.postingFailed(write, place, written.failure);
    if (written.failure.kind === "gone" && id !== undefined) {
      await ledger.postings.locate(place, undefined);
      return failed({ kind: "not_yet", detail: "what was posted is gone; it is made anew" });
    }
    // Only a refusal proves that GitHub does not have it; after silence the next attempt looks.
    if (!["unreachable", "timed_out", "malformed"].includes(written.failure.kind))
      await ledger.postings.withdraw(place, draft);
    return written;
  }
  const made = written.value.id ?? id;
  if (made === undefined)
    return failed({ kind: "malformed", detail: "GitHub does not tell what it has made" });
  await ledger.postings.confirm(place, draft, made);
  events.posted(write, place);
  return ok("posted");
}

/** Whether GitHub is known to have what a draft says. */
export function saysAlready({ postingClass, intent }: Posting, draft: Draft): boolean {
  return intent === undefined && postingClass === draft.postingClass;
}

async function locate(
  { ledger }: PostWorld,
  place: Place,
  { id, intent }: Posting,
  posted: Posted,
): Promise<Result<number | undefined>> {
  if (id !== undefined || (intent === undefined && !posted.isSought)) return ok(id);
  const found = await posted.find();
  if (found.ok) await ledger.postings.locate(place, found.value);
  return found;
}

/**
 * Telling again, because somebody asked.
 *
 * Keeps: whoever may comment may ask, so it must cost little: at most one a subject and tick, however often it is
 * asked, and at most a hundred for one commit and gate. Otherwise a stranger could use up the thousand statuses that
 * GitHub holds of it. [T18] [T44]
 */
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import { type Repository, type Subject, subjectKey } from "../domain/subject.ts";
import { failed, ok, type Result } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import type { SharedMeasurements } from "./measure.ts";
import type { Clock } from "./ports.ts";
import { checkPlace } from "./postings.ts";
import { type NewJob, priority } from "./queue.ts";

/** How often a subject is told again for the asking. */
const maxGranted = 100;

/** What telling again needs. */
export interface RefreshWorld {
  readonly ledger: Ledger;
  readonly measurements: Pick<SharedMeasurements, "fresh">;
  readonly clock: Clock;
  readonly contextOf: (subject: Subject) => string;
  /** The watch's pace. */
  readonly tickMs: DurationMs;
}

/** The job of judging a subject now because somebody did something about it. */
export function lookJob(subject: Subject, { installationId }: Repository, now: Instant): NewJob {
  const task = { kind: "subject", subject } as const;
  return { task, installationId, priority: priority.bypass, notBefore: now, revive: true };
}

/** The job of telling a subject again. */
export function refreshJob(subject: Subject, wish: "status" | "recheck", now: Instant): NewJob {
  const task = { kind: "refresh", subject, wish } as const;
  return { task, installationId: undefined, priority: priority.event, notBefore: now, revive: true };
}

/** Lets a subject be told again, with new numbers if that was asked. A failure means: not yet. */
export async function refresh(
  { ledger, measurements, clock, contextOf, tickMs }: RefreshWorld,
  subject: Subject,
  wish: "status" | "recheck",
): Promise<Result<void>> {
  const repository = await ledger.registry.repository(subject.repositoryId);
  if (repository === undefined || !(await ledger.registry.isActive(repository.installationId)))
    return ok(undefined);
  const wanted = await ledger.subjects.wantedAt(subject.repositoryId, subject.headSha);
  if (!wanted.some((one) => subjectKey(one) === subjectKey(subject))) return ok(undefined);
  const { count, lastAt } = await ledger.wishes.granted(subject);
  if (count >= maxGranted) return ok(undefined);
  const now = clock.now();
  const retryAt = lastAt === undefined || lastAt > now ? now : lastAt + tickMs;
  if (retryAt > now) return failed({ kind: "rate_limited", detail: "it was told just now", retryAt });
  await ledger.wishes.grant(subject, now);
  if (wish === "recheck") {
    const known = await ledger.policies.find(subject.repositoryId, subject.baseRef);
    if (known?.answer.kind === "present")
      await measurements.fresh(subject.repositoryId, known.answer.policy, known.answer.origin);
  }
  await ledger.reports.doubt(subject, contextOf(subject));
  await ledger.postings.doubt(checkPlace(subject));
  await ledger.queue.enqueue(lookJob(subject, repository, clock.now()), clock.now());
  return ok(undefined);
}

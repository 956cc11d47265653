/**
 * Who begins and ends waiting for a verdict, as deliveries tell it: merge groups, jobs, deployments. They are
 * told of once, and by nobody's list, so they are on disk before anything is looked at.
 */
import type { Asker } from "../domain/asker.ts";
import type { Hint } from "../domain/delivery.ts";
import type { Instant } from "../domain/instant.ts";
import type { Repository, Subject } from "../domain/subject.ts";
import { endReport } from "./beside.ts";
import type { Ledger } from "./ledger.ts";
import { priority, type NewJob } from "./queue.ts";

/** The job of judging what an asker waits for. */
export function askerJob({ subject }: Asker, installationId: number, now: Instant): NewJob {
  return {
    task: { kind: "subject", subject },
    installationId,
    priority: priority.waiting,
    notBefore: now,
    revive: true,
  };
}

/** An entry of a merge queue begins or ends. */
export async function seeMergeGroup(
  ledger: Ledger,
  { repository, change, headSha, headRef, baseRef }: Extract<Hint, { kind: "merge_group" }>,
  now: Instant,
): Promise<void> {
  const asker: Asker = {
    subject: { repositoryId: repository.id, headSha, baseRef, gate: { kind: "merge_group" } },
    who: { kind: "merge_group", headRef },
    askedAt: now,
  };
  return change === "ended"
    ? endGroup(ledger, asker, repository, now)
    : admit(ledger, asker, "once", repository, now);
}

/** A merge group waits no longer. A pull request at its very commit, for which it spoke, speaks for itself again. */
export async function endGroup(
  ledger: Ledger,
  asker: Asker,
  repository: Repository,
  now: Instant,
): Promise<void> {
  const { askers, pulls, queue } = ledger;
  const { installationId } = repository;
  await askers.end(asker, now);
  await endReport({ ledger, clock: { now: () => now } }, repository, asker.subject);
  const subject: Subject = { ...asker.subject, gate: { kind: "pull_request" } };
  if ((await pulls.openFor(subject)).length === 0) return;
  const task = { kind: "subject", subject } as const;
  await queue.enqueue({ task, installationId, priority: priority.event, notBefore: now, revive: true }, now);
}

/**
 * Queues whatever anybody waits for: what a crash or a refusal has left lying goes on. Gives how many it
 * queued.
 */
export async function queueWaiting(ledger: Ledger, now: Instant): Promise<number> {
  return queueAskers(ledger, await ledger.askers.waiting(), now);
}

/**
 * Queues the jobs that stand still until we answer, at each tick: also those that GitHub refuses to let us answer, for
 * somebody may have mended that.
 */
export async function queueStandingJobs(ledger: Ledger, now: Instant): Promise<number> {
  const waiting = await ledger.askers.waiting();
  return queueAskers(
    ledger,
    waiting.filter(({ who }) => who.kind === "run"),
    now,
  );
}

/** Queues whatever anybody in a repository waits for. */
export async function queueWaitingOf(
  ledger: Ledger,
  { id }: Pick<Repository, "id">,
  now: Instant,
): Promise<void> {
  await queueAskers(ledger, await ledger.askers.waiting(id), now);
}

async function queueAskers(
  { registry, queue }: Ledger,
  askers: readonly Asker[],
  now: Instant,
): Promise<number> {
  for (const asker of askers) {
    const repository = await registry.repository(asker.subject.repositoryId);
    if (repository !== undefined) await queue.enqueue(askerJob(asker, repository.installationId, now), now);
  }
  return askers.length;
}

/** Takes an asker in and queues what it waits for. */
export async function admit(
  ledger: Ledger,
  asker: Asker,
  again: "once" | "anew",
  { installationId }: Repository,
  now: Instant,
): Promise<void> {
  await ledger.askers.ask(asker, again);
  await ledger.queue.enqueue(askerJob(asker, installationId, now), now);
}

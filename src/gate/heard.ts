/** What deliveries tell of wishes to open a gate: words on pull requests, and pushes of tags. */
import type { Hint } from "../domain/delivery.ts";
import type { Instant } from "../domain/instant.ts";
import { type Gate, type Pull, type Repository, subjectOf } from "../domain/subject.ts";
import { askerJob } from "./asked.ts";
import type { Ledger } from "./ledger.ts";
import { priority } from "./queue.ts";

/** Somebody spoke on a pull request: its words are read when a gate that they may open is held. */
export async function hearRemark(
  ledger: Ledger,
  { repository, number }: Extract<Hint, { kind: "remark" }>,
  now: Instant,
): Promise<void> {
  await ledger.remarks.note(repository.id, number, now);
  for (const pull of await ledger.pulls.openIn(repository.id)) {
    if (pull.number !== number) continue;
    const task = { kind: "subject", subject: subjectOf(pull) } as const;
    const { installationId } = repository;
    await ledger.queue.enqueue(
      { task, installationId, priority: priority.event, notBefore: now, revive: true },
      now,
    );
  }
  await queueWaitingIn(ledger, repository, ["merge_group", ...deployments], now);
}

/** A tag was pushed: who pushed it is told nowhere else. */
export async function seeTag(
  ledger: Ledger,
  { repository, tag, objectSha, pusher }: Extract<Hint, { kind: "tag" }>,
  deliveryId: string,
  now: Instant,
): Promise<void> {
  const at = (await ledger.deliveries.toldAt(deliveryId)) ?? now;
  await ledger.tags.note({ repositoryId: repository.id, tag, deliveryId, objectSha, pusher, at });
  await queueWaitingIn(ledger, repository, deployments, now);
}

const deployments = ["environment", "deployment"] as const;

/**
 * What a changed pull request may open beside its own gate: while it is open the merge group that holds it,
 * afterwards the deployment of what its merge made.
 */
export async function queueBehind(
  ledger: Ledger,
  repository: Repository,
  { isOpen }: Pull,
  now: Instant,
): Promise<void> {
  await queueWaitingIn(ledger, repository, isOpen ? ["merge_group"] : deployments, now);
}

/** Queues all that waits at these gates: which commit a tag names, and which a merge made, no event tells. */
async function queueWaitingIn(
  { askers, queue }: Ledger,
  repository: Repository,
  gates: readonly Gate["kind"][],
  now: Instant,
): Promise<void> {
  for (const asker of await askers.waiting(repository.id))
    if (gates.includes(asker.subject.gate.kind))
      await queue.enqueue(askerJob(asker, repository.installationId, now), now);
}

/**
 * What a stored delivery makes us look at. A delivery is a hint that something changed, never the truth about it: it
 * updates what we know by GitHub's own times and puts subjects in the queue; it decides nothing.
 *
 * Races: *late letter*: descriptions older than what is known change nothing. [T17] *Twins of one second*: GitHub's times have whole seconds, so
 * two different descriptions of one second cannot be ordered; the pull request is read live instead.
 */
import type { Delivery, Hint } from "../domain/delivery.ts";
import type { Instant } from "../domain/instant.ts";
import { type Pull, type Repository, subjectOf } from "../domain/subject.ts";
import type { Ledger } from "./ledger.ts";
import { type NewJob, priority, type Task } from "./queue.ts";

/** Takes a delivery's hint into the ledger and queues what must be looked at. Safe to repeat. */
export async function workDelivery(ledger: Ledger, { hint }: Delivery, now: Instant): Promise<void> {
  switch (hint.kind) {
    case "ping":
      return;
    case "pull_request":
      return seePull(ledger, hint, now);
    case "push":
      return seePush(ledger, hint, now);
    case "installation":
      await ledger.registry.setInstallation(hint.installationId, hint.change, now);
      if (hint.change !== "active") return;
      await meet(ledger, hint.repositories, now);
      const known = await ledger.registry.activeRepositories();
      return meet(ledger, known.filter(({ installationId }) => installationId === hint.installationId), now);
    case "installation_repositories":
      await meet(ledger, hint.added, now);
      for (const id of hint.removedIds) await forget(ledger, id);
      return;
    case "repository":
      return seeRepository(ledger, hint, now);
  }
}

/** A job for a task that an event asks for. */
export function eventJob(task: Task, installationId: number | undefined, rank: number, now: Instant): NewJob {
  return { task, installationId, priority: rank, notBefore: now, revive: true };
}

async function seePull(ledger: Ledger, hint: Extract<Hint, { kind: "pull_request" }>, now: Instant): Promise<void> {
  const { repository, pull, pusher } = hint;
  await ledger.registry.remember(repository);
  const seen = await ledger.pulls.observe(pull, pusher);
  switch (seen) {
    case "older":
      return;
    case "disputed": {
      const task: Task = { kind: "pull", repositoryId: pull.repositoryId, number: pull.number };
      return ledger.queue.enqueue(eventJob(task, undefined, priority.event, now), now);
    }
    case "newer":
    case "same": {
      const task: Task = { kind: "subject", subject: subjectOf(pull) };
      return ledger.queue.enqueue(eventJob(task, repository.installationId, priority.event, now), now);
    }
  }
}

async function seePush(ledger: Ledger, hint: Extract<Hint, { kind: "push" }>, now: Instant): Promise<void> {
  const { repository, branch, touched } = hint;
  const known = await ledger.policies.find(repository.id, branch);
  if (known === undefined) return;
  if (touched !== "unknown" && !known.paths.some((path) => touched.includes(path))) return;
  await ledger.registry.remember(repository);
  await ledger.policies.markStale(repository.id, branch, now);
  await queuePulls(ledger, repository, await ledger.pulls.openInto(repository.id, branch), now);
}

async function queuePulls(ledger: Ledger, repository: Repository, pulls: readonly Pull[], now: Instant): Promise<void> {
  for (const pull of pulls) {
    const task: Task = { kind: "subject", subject: subjectOf(pull) };
    await ledger.queue.enqueue(eventJob(task, repository.installationId, priority.event, now), now);
  }
}

async function seeRepository(ledger: Ledger, hint: Extract<Hint, { kind: "repository" }>, now: Instant): Promise<void> {
  const { repository, change } = hint;
  if (change === "deleted") return forget(ledger, repository.id);
  if (change === "transferred") await forget(ledger, repository.id);
  await meet(ledger, [repository], now);
  // What may be said depends on who can read it, and a repository may just have become public. [T31]
  await queuePulls(ledger, repository, await ledger.pulls.openIn(repository.id), now);
}

async function meet(ledger: Ledger, repositories: readonly Repository[], now: Instant): Promise<void> {
  for (const repository of repositories) {
    await ledger.registry.remember(repository);
    await ledger.queue.enqueue(eventJob({ kind: "repository", repositoryId: repository.id }, undefined, priority.sweep, now), now);
  }
}

async function forget(ledger: Ledger, repositoryId: number): Promise<void> {
  await ledger.policies.forget(repositoryId);
  await ledger.registry.forgetRepository(repositoryId);
}

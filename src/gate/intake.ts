/**
 * What a stored delivery makes us look at. A delivery is a hint that something changed, never the truth about
 * it: it updates what we know by GitHub's own times and puts subjects in the queue; it decides nothing.
 *
 * Races: *late letter*: descriptions older than what is known tell which commits were the head, and change
 * nothing else. [T17] *Twins of one second*: GitHub's times have whole seconds, so two different descriptions
 * of one second cannot be ordered; the pull request is read live instead.
 */
import type { Delivery, Hint } from "../domain/delivery.ts";
import type { Instant } from "../domain/instant.ts";
import { matchesGlob, type Pull, type Repository, subjectOf } from "../domain/subject.ts";
import { queueWaitingOf, seeMergeGroup } from "./asked.ts";
import { changeHands, dropWork, forget } from "./forget.ts";
import { hearRemark, queueBehind, seeTag } from "./heard.ts";
import type { Ledger } from "./ledger.ts";
import { type NewJob, priority, type Task } from "./queue.ts";
import { seeRemark } from "./remark.ts";

/** Takes a delivery's hint into the ledger and queues what must be looked at. Safe to repeat. */
export async function workDelivery(ledger: Ledger, delivery: Delivery, now: Instant): Promise<void> {
  const { hint } = delivery;
  switch (hint.kind) {
    case "ping":
      return;
    case "pull_request":
      return seePull(ledger, hint, now);
    case "push":
      return seePush(ledger, hint, now);
    case "installation":
      await ledger.registry.setInstallation(hint.installationId, hint.change, now);
      if (hint.accepted !== undefined) await ledger.registry.accept(hint.installationId, hint.accepted, now);
      if (hint.change === "deleted") await dropWork(ledger, hint.installationId, now);
      if (hint.change !== "active") return;
      await meet(ledger, hint.repositories, now);
      return meet(ledger, await ledger.registry.repositoriesOf(hint.installationId), now);
    case "installation_repositories":
      await meet(ledger, hint.added, now);
      for (const id of hint.removedIds) {
        // What another installation has by now has only moved: its old owner's word came late. [T49]
        const known = await ledger.registry.repository(id);
        if (known?.installationId === hint.installationId) await forget(ledger, id, now);
      }
      return;
    case "repository":
      return seeRepository(ledger, hint, now);
    case "merge_group":
      await rememberAside(ledger, hint.repository, now);
      return seeMergeGroup(ledger, hint, now);
    case "tag":
      return seeTag(ledger, hint, delivery.id, now);
    case "remark":
      await rememberAside(ledger, hint.repository, now);
      await hearRemark(ledger, hint, now);
      return seeRemark(ledger, hint, now);
    case "protection_rule":
    case "unanswerable":
    case "deployment":
    case "deployment_status":
    case "report_used":
    case "status":
      return;
  }
}

/** A job for a task that an event asks for. */
export function eventJob(task: Task, installationId: number | undefined, rank: number, now: Instant): NewJob {
  return { task, installationId, priority: rank, notBefore: now, revive: true };
}

async function seePull(
  ledger: Ledger,
  hint: Extract<Hint, { kind: "pull_request" }>,
  now: Instant,
): Promise<void> {
  const { repository, pull, pusher } = hint;
  const seen = await ledger.pulls.observe(pull, pusher);
  if (seen !== "older") await rememberAside(ledger, repository, now);
  if (seen === "newer" && !(await ledger.registry.isActive(repository.installationId))) {
    // GitHub tells nothing new of an installation that is suspended, so the end of it was missed. What else
    // was missed is found by the next sweep.
    await ledger.registry.setInstallation(repository.installationId, "active", now);
  }
  switch (seen) {
    case "disputed": {
      const task: Task = { kind: "pull", repositoryId: pull.repositoryId, number: pull.number };
      return ledger.queue.enqueue(eventJob(task, undefined, priority.event, now), now);
    }
    case "older":
    case "newer":
    case "same":
      if (seen === "newer") await queueBehind(ledger, repository, pull, now);
      return queueBeside(
        ledger,
        repository,
        pull.number,
        now,
        hint.isUrgent === true ? priority.autoMerge : priority.event,
      );
  }
}

/**
 * Queues every open subject that a description of a pull request bears on: its own, also after a late letter,
 * which may tell since when its commit was the head; and those of pull requests that share a commit which it
 * has, or had and left.
 */
export async function queueBeside(
  ledger: Ledger,
  repository: Repository,
  number: number,
  now: Instant,
  rank: number = priority.event,
): Promise<void> {
  await queuePulls(ledger, repository, await ledger.pulls.openBeside(repository.id, number), now, rank);
}

async function seePush(ledger: Ledger, hint: Extract<Hint, { kind: "push" }>, now: Instant): Promise<void> {
  const { repository, branch, touched } = hint;
  const known = await ledger.policies.find(repository.id, branch);
  if (known === undefined) return;
  if (touched !== "unknown" && !known.paths.some((glob) => touched.some((one) => matchesGlob(one, glob))))
    return;
  await rememberAside(ledger, repository, now);
  await ledger.policies.markStale(repository.id, branch, now);
  await queuePulls(ledger, repository, await ledger.pulls.openInto(repository.id, branch), now);
}

/**
 * Takes in a repository as an event tells it. Any event may be late, so what is public stays public until
 * GitHub, asked live, says otherwise: at worst a sentence lacks its numbers for a moment. [T31]
 */
async function remember(
  ledger: Ledger,
  repository: Repository,
  now: Instant,
): Promise<{ readonly isDisputed: boolean }> {
  const { registry, grants } = ledger;
  const known = await registry.repository(repository.id);
  if (known !== undefined && known.owner !== repository.owner) {
    await changeHands(ledger, repository.id);
    // An owner who only took another name keeps the installation.
    if (known.installationId !== repository.installationId) await grants.transferred(repository.id, now);
  }
  const told = { ...repository, isPublic: repository.isPublic || known?.isPublic === true };
  if (known === undefined || !isSame(known, told)) await registry.remember(told);
  return { isDisputed: known !== undefined && known.isPublic !== repository.isPublic };
}

/** Whether a description tells nothing new; who does not tell the default branch does not take it back. */
function isSame(known: Repository, told: Repository): boolean {
  const keys = ["owner", "name", "isPublic", "installationId"] as const;
  const isBranchKnown = told.defaultBranch === undefined || told.defaultBranch === known.defaultBranch;
  return isBranchKnown && keys.every((key) => known[key] === told[key]);
}

/**
 * Takes in a repository as an event about something else tells it; when that is not what is known, GitHub is
 * asked.
 */
export async function rememberAside(ledger: Ledger, repository: Repository, now: Instant): Promise<void> {
  const { isDisputed } = await remember(ledger, repository, now);
  if (!isDisputed) return;
  await queueSweep(ledger, repository, now);
  await queueWaitingOf(ledger, repository, now);
}

async function queueSweep({ queue }: Ledger, { id }: Repository, now: Instant): Promise<void> {
  await queue.enqueue(
    eventJob({ kind: "repository", repositoryId: id }, undefined, priority.sweep, now),
    now,
  );
}

async function queuePulls(
  ledger: Ledger,
  repository: Repository,
  pulls: readonly Pull[],
  now: Instant,
  rank: number = priority.event,
): Promise<void> {
  for (const pull of pulls) {
    const task: Task = { kind: "subject", subject: subjectOf(pull) };
    await ledger.queue.enqueue(eventJob(task, repository.installationId, rank, now), now);
  }
}

async function seeRepository(
  ledger: Ledger,
  hint: Extract<Hint, { kind: "repository" }>,
  now: Instant,
): Promise<void> {
  const { repository, change } = hint;
  if (change === "deleted") return forget(ledger, repository.id, now);
  if (change === "transferred") {
    // What is to be done goes along.
    await changeHands(ledger, repository.id);
    await ledger.registry.forgetRepository(repository.id);
    await ledger.grants.transferred(repository.id, now);
  }
  await meet(ledger, [repository], now);
  // What may be said depends on who can read it, and a repository may just have become public. [T31]
  await queuePulls(ledger, repository, await ledger.pulls.openIn(repository.id), now);
  await queueWaitingOf(ledger, repository, now);
}

async function meet(ledger: Ledger, repositories: readonly Repository[], now: Instant): Promise<void> {
  for (const repository of repositories) {
    await remember(ledger, repository, now);
    await queueSweep(ledger, repository, now);
    const task: Task = { kind: "welcome", repositoryId: repository.id };
    await ledger.queue.enqueue(eventJob(task, repository.installationId, priority.cosmetic, now), now);
  }
}

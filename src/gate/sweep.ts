/**
 * What webhooks missed. GitHub never redelivers by itself, so now and then we compare: which pull requests
 * are open, at which commit are their base branches, who can read them, and what do we believe?
 *
 * Keeps: a description from the list is a description like any other (GitHub's `updated_at` orders it), so a
 * sweep can never undo a newer event. Every open pull request is judged again, changed or not: what else was
 * missed (a push, a permission given back, a repository taken away and returned) shows in no description, and
 * a verdict that stands costs no write.
 */
import { type Pull, type Repository, type Subject, subjectOf } from "../domain/subject.ts";
import { queueWaiting, queueWaitingOf } from "./asked.ts";
import { failed, type Failure, ok, type Result } from "./failure.ts";
import { changeHands, forget } from "./forget.ts";
import { eventJob, queueBeside } from "./intake.ts";
import { commitOf } from "./policy-of.ts";
import { compareQueues, type QueueWorld } from "./queue-sweep.ts";
import type { Presence } from "./presence.ts";
import type { GitHubReader } from "./ports.ts";
import { priority } from "./queue.ts";

/** What the sweep needs. */
export interface SweepWorld extends QueueWorld {
  readonly github: Pick<GitHubReader, "openPulls" | "pull" | "branchHead" | "mergeQueue">;
  readonly presence: Presence;
  /** The name of the status under which a subject is reported. */
  readonly contextOf: (subject: Subject) => string;
}

/** Queues a sweep of every repository that we know, or of an installation's; gives how many. */
export async function queueSweeps(
  { ledger, clock }: Pick<SweepWorld, "ledger" | "clock">,
  installationId?: number,
): Promise<number> {
  const active = await ledger.registry.activeRepositories();
  const repositories = active.filter(
    (repository) => installationId === undefined || repository.installationId === installationId,
  );
  for (const { id } of repositories) {
    const task = { kind: "repository", repositoryId: id } as const;
    await ledger.queue.enqueue(
      { task, installationId: undefined, priority: priority.sweep, notBefore: clock.now(), revive: true },
      clock.now(),
    );
  }
  return repositories.length + (await queueWaiting(ledger, clock.now()));
}

/**
 * Compares one repository's policies and open pull requests with what is known, takes the differences in and
 * queues what is open.
 */
export async function sweepRepository(world: SweepWorld, repositoryId: number): Promise<Result<void>> {
  const { ledger, github, clock } = world;
  const repository = await ledger.registry.repository(repositoryId);
  if (repository === undefined || !(await ledger.registry.isActive(repository.installationId)))
    return ok(undefined);
  const listed = await github.openPulls(repository);
  if (!listed.ok) return listed.failure.kind === "gone" ? leave(world, repository, listed.failure) : listed;
  const { pulls, approved, repository: described } = listed.value;
  const known = await ledger.registry.repository(repositoryId);
  // What an event has told while we asked may be newer. [T31] [T49]
  if (known !== undefined && isSame(known, repository)) {
    if (described.owner !== known.owner) await changeHands(ledger, repositoryId);
    await ledger.registry.remember(described);
  }
  const home = described.defaultBranch === undefined ? [] : [described.defaultBranch];
  for (const baseRef of new Set([...pulls.map((pull) => pull.baseRef), ...home])) {
    const compared = await comparePolicy(world, repository, baseRef);
    if (!compared.ok) return compared;
  }
  const now = clock.now();
  for (const pull of pulls) {
    const seen = await ledger.pulls.observe(pull, undefined);
    if (seen === "disputed") await ledger.pulls.settle(pull);
    if (seen === "older") continue;
    await noteUnread(world, pull, seen !== "same");
    const task = { kind: "subject", subject: subjectOf(pull) } as const;
    await ledger.queue.enqueue(eventJob(task, repository.installationId, priority.sweep, now), now);
  }
  await ledger.pulls.noteApproved(repositoryId, approved);
  const numbers = new Set(pulls.map(({ number }) => number));
  for (const { number } of await ledger.pulls.openIn(repositoryId)) {
    if (numbers.has(number)) continue;
    const task = { kind: "pull", repositoryId, number } as const;
    await ledger.queue.enqueue(eventJob(task, undefined, priority.sweep, now), now);
  }
  await compareQueues(world, repository, pulls);
  // Its pull requests are queued above; what else waits was told numbers, or none, for others. [T31]
  if (described.isPublic !== repository.isPublic) await queueWaitingOf(ledger, repository, now);
  return ok(undefined);
}

/** Forgets a repository that GitHub says is gone, if its installation has it no more. */
async function leave(
  { ledger, clock, events, presence }: SweepWorld,
  repository: Repository,
  failure: Failure,
): Promise<Result<void>> {
  const missing = await presence.isMissing(repository);
  if (!missing.ok) return missing;
  if (!missing.value) return failed(failure);
  const known = await ledger.registry.repository(repository.id);
  // What an event has told while we asked may be newer.
  if (known === undefined || !isSame(known, repository)) return ok(undefined);
  // Nobody told where it went, so whoever brings it back may be another owner. [T49]
  await ledger.grants.transferred(repository.id, clock.now());
  await forget(ledger, repository.id, clock.now());
  presence.forgotten(repository);
  events.repositoryGone(repository);
  return ok(undefined);
}

function isSame(one: Repository, other: Repository): boolean {
  const keys = ["owner", "name", "isPublic", "installationId", "defaultBranch"] as const;
  return keys.every((key) => one[key] === other[key]);
}

/**
 * A command whose event was lost is in a pull request that was changed without an event that we know. If its
 * gate is held, its words are read once more; open gates cost nothing, not even when they shut.
 */
async function noteUnread(
  { ledger, clock, contextOf }: SweepWorld,
  pull: Pull,
  isNews: boolean,
): Promise<void> {
  const { repositoryId, number, updatedAt } = pull;
  if (isNews) await ledger.remarks.missed(repositoryId, number, updatedAt);
  const { changedTo, readTo } = await ledger.remarks.of(repositoryId, number);
  if (changedTo <= readTo) return;
  const subject = subjectOf(pull);
  const last = await ledger.reports.last(subject, contextOf(subject));
  if (/^(failure|error) /.test(last?.reportClass ?? ""))
    await ledger.remarks.note(repositoryId, number, clock.now());
}

/** A policy that was read at another commit than the branch has now may be another policy. */
async function comparePolicy(
  { ledger, github, clock }: SweepWorld,
  repository: Repository,
  baseRef: string,
): Promise<Result<void>> {
  const known = await ledger.policies.find(repository.id, baseRef);
  if (known === undefined || known.staleAt !== undefined) return ok(undefined);
  const head = await github.branchHead(repository, baseRef);
  if (!head.ok) return head;
  const { answer } = known;
  if (head.value !== commitOf(answer)) await ledger.policies.markStale(repository.id, baseRef, clock.now());
  return ok(undefined);
}

/** Reads one pull request live and queues its subject. */
export async function refreshPull(
  world: SweepWorld,
  repositoryId: number,
  number: number,
): Promise<Result<void>> {
  const { ledger, github, clock } = world;
  const repository = await ledger.registry.repository(repositoryId);
  if (repository === undefined || !(await ledger.registry.isActive(repository.installationId)))
    return ok(undefined);
  const live = await github.pull(repository, number);
  if (!live.ok) return live.failure.kind === "gone" ? leave(world, repository, live.failure) : live;
  await ledger.pulls.settle(live.value.pull);
  await queueBeside(ledger, repository, number, clock.now());
  return ok(undefined);
}

/**
 * What webhooks missed. GitHub never redelivers by itself, so now and then we compare: which pull requests are open, and what do we believe?
 *
 * Keeps: a description from the list is a description like any other (GitHub's `updated_at` orders it), so a sweep can never
 * undo a newer event.
 */
import { subjectOf } from "../domain/subject.ts";
import { ok, type Result } from "./failure.ts";
import { eventJob } from "./intake.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock, GitHubReader } from "./ports.ts";
import { priority } from "./queue.ts";

/** What the sweep needs. */
export interface SweepWorld {
  readonly ledger: Ledger;
  readonly github: Pick<GitHubReader, "openPulls" | "pull">;
  readonly clock: Clock;
}

/** Queues a sweep of every repository whose policies we know. */
export async function queueSweeps({ ledger, clock }: SweepWorld): Promise<number> {
  const repositories = await ledger.registry.activeRepositories();
  for (const { id } of repositories) {
    const task = { kind: "repository", repositoryId: id } as const;
    await ledger.queue.enqueue({ task, installationId: undefined, priority: priority.sweep, notBefore: clock.now(), revive: true }, clock.now());
  }
  return repositories.length;
}

/** Compares one repository's open pull requests with what is known; differences are taken in and queued. */
export async function sweepRepository({ ledger, github, clock }: SweepWorld, repositoryId: number): Promise<Result<void>> {
  const repository = await ledger.registry.repository(repositoryId);
  if (repository === undefined || !(await ledger.registry.isActive(repository.installationId))) return ok(undefined);
  const listed = await github.openPulls(repository);
  if (!listed.ok) return listed;
  const now = clock.now();
  for (const pull of listed.value) {
    const seen = await ledger.pulls.observe(pull, undefined);
    if (seen === "disputed") await ledger.pulls.settle(pull);
    if (seen === "same" || seen === "older") continue;
    const task = { kind: "subject", subject: subjectOf(pull) } as const;
    await ledger.queue.enqueue(eventJob(task, repository.installationId, priority.sweep, now), now);
  }
  const numbers = new Set(listed.value.map(({ number }) => number));
  for (const { number } of await ledger.pulls.openIn(repositoryId)) {
    if (numbers.has(number)) continue;
    const task = { kind: "pull", repositoryId, number } as const;
    await ledger.queue.enqueue(eventJob(task, undefined, priority.sweep, now), now);
  }
  return ok(undefined);
}

/** Reads one pull request live and queues its subject. */
export async function refreshPull({ ledger, github, clock }: SweepWorld, repositoryId: number, number: number): Promise<Result<void>> {
  const repository = await ledger.registry.repository(repositoryId);
  if (repository === undefined || !(await ledger.registry.isActive(repository.installationId))) return ok(undefined);
  const live = await github.pull(repository, number);
  if (!live.ok) return live;
  await ledger.pulls.settle(live.value.pull);
  const task = { kind: "subject", subject: subjectOf(live.value.pull) } as const;
  await ledger.queue.enqueue(eventJob(task, repository.installationId, priority.event, clock.now()), clock.now());
  return ok(undefined);
}

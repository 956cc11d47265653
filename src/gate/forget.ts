/** Taking leave: of what an owner granted, of a repository, of an installation. */
import type { Instant } from "../domain/instant.ts";
import type { Ledger } from "./ledger.ts";
import { type Task, taskRepository } from "./queue.ts";

/**
 * Has everything that an owner granted a repository granted anew, or not at all: which data source its policy may
 * use, and the bypasses that GitHub was told of. [T49]
 */
export async function changeHands(
  { policies, reports }: Pick<Ledger, "policies" | "reports">,
  repositoryId: number,
): Promise<void> {
  await policies.forget(repositoryId);
  await reports.doubtAll(repositoryId);
}

/** Forgets a repository that is out of our sight, and what was to be done about it. */
export async function forget(ledger: Ledger, repositoryId: number, now: Instant): Promise<void> {
  await changeHands(ledger, repositoryId);
  await ledger.registry.forgetRepository(repositoryId);
  await ledger.queue.drop(new Set([repositoryId]));
  await ledger.flips.leave(repositoryId, now);
}

/** Drops what was to be done for an installation that was deleted. */
export async function dropWork(
  { registry, queue, flips }: Ledger,
  installationId: number,
  now: Instant,
): Promise<void> {
  const repositories = await registry.repositoriesOf(installationId);
  await queue.drop(new Set(repositories.map(({ id }) => id)));
  for (const { id } of repositories) await flips.leave(id, now);
}

/** Whether a task is about a repository that we do not serve any more: nobody can mend what it failed at. */
export async function isMoot({ registry }: Ledger, task: Task): Promise<boolean> {
  const repositoryId = taskRepository(task);
  if (repositoryId === undefined) return false;
  const repository = await registry.repository(repositoryId);
  return repository === undefined || !(await registry.isActive(repository.installationId));
}

import type { Account } from "./github-account.ts";
import { followHead } from "./github-pull-actions.ts";
import { announceRef, type Move } from "./github-push.ts";
import type { Repository } from "./github-repository.ts";

/** Points a branch at a commit that exists (undefined: deletes the branch), with all that GitHub does then. */
export function moveBranch(
  repository: Repository,
  branch: string,
  sha: string | undefined,
  actor: Account,
  kind?: Move["kind"],
): void {
  const { world, branches, git } = repository;
  const before = branches.get(branch);
  if (before === sha) return;
  if (sha !== undefined && git.commit(sha) === undefined)
    throw new Error(`no commit ${sha} in ${repository.fullName}`);
  if (sha === undefined) branches.delete(branch);
  else branches.set(branch, sha);
  const rewritten = before !== undefined && sha !== undefined && !git.reaches(sha, before);
  const ordinary = before === undefined ? "branch_creation" : sha === undefined ? "branch_deletion" : "push";
  const move: Move = { branch, before, after: sha, kind: kind ?? (rewritten ? "force_push" : ordinary) };
  repository.pushedAt = world.now();
  repository.updatedAt = repository.pushedAt;
  repository.activities.push({ id: world.ids.next("activity"), actor, at: repository.pushedAt, ...move });
  const forced = move.kind === "force_push";
  announceRef(repository, { ref: `refs/heads/${branch}`, before, after: sha, forced }, actor);
  if (sha !== undefined) repository.checks.request(sha, actor);
  for (const home of repository.parent === undefined ? [repository] : [repository, repository.parent])
    followHead(home, repository, move, actor);
  repository.queue.followBase(move, actor);
}

import type { Account } from "./github-account.ts";
import type { Pull } from "./github-pull.ts";
import { send, tell } from "./github-pull-event.ts";
import type { Move } from "./github-push.ts";
import type { Repository } from "./github-repository.ts";

/** Merges into the base branch with a merge commit, whose sha it gives. */
export function merge(repository: Repository, pull: Pull, actor: Account): string {
  if (pull.state === "closed") throw new Error(`pull request ${pull.number} is closed`);
  const { world, git } = repository;
  repository.queue.drop(pull, "ALREADY_MERGED", actor);
  const tip = repository.branches.get(pull.base.ref) ?? pull.base.sha;
  const { sha } = git.merge(tip, pull.head.sha, {
    author: actor,
    at: world.now(),
    message: mergeMessage(pull),
  });
  land(repository, pull.base.ref, [{ pull, sha }], actor, "pr_merge");
  return sha;
}

/** The first line of a merge commit's message, in GitHub's words. */
export function mergeMessage({ head, number }: Pull): string {
  return `Merge pull request #${number} from ${head.repository.owner.login}/${head.ref}`;
}

/** Moves a base branch to the last of these commits, each of which contains the one before, and closes their pull requests as merged. */
export function land(
  repository: Repository,
  base: string,
  landed: readonly { pull: Pull; sha: string }[],
  actor: Account,
  kind: Move["kind"],
): void {
  const at = repository.world.now();
  for (const { pull, sha } of landed) {
    pull.state = "closed";
    pull.closedAt = at;
    pull.merged = { at, by: actor, sha };
  }
  repository.move(base, landed.at(-1)?.sha, { by: actor.login, kind });
  for (const { pull, sha } of landed) {
    tell(repository, pull, "merged", actor, sha);
    tell(repository, pull, "closed", actor);
    send(repository, pull, "closed", actor);
  }
}

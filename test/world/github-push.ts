import type { Account } from "./github-account.ts";
import { email } from "./github-account.ts";
import { announce } from "./github-announce.ts";
import type { Repository } from "./github-repository.ts";
import { pushedCommitBody } from "./github-shapes-commit.ts";
import { pushedRepositoryBody } from "./github-shapes-repository.ts";

/** A branch that moved; undefined: it did not exist before, or does not after. `kind` is in the words of GitHub's activity list. */
export type Move = {
  branch: string;
  before: string | undefined;
  after: string | undefined;
  kind: "push" | "force_push" | "branch_creation" | "branch_deletion" | "pr_merge";
};

/** What GitHub writes where there is no commit. */
export const ZERO_SHA = "0".repeat(40);

/** Makes the `push` webhook of a branch that moved, with the commits that are new by it. */
export function announcePush(repository: Repository, move: Move, actor: Account): void {
  const { world, git } = repository;
  const { before, after, kind } = move;
  announce(
    repository,
    "push",
    null,
    () => {
      const from = before ?? repository.branches.get(repository.defaultBranch);
      const fresh =
        after === undefined ? [] : from === undefined || from === after ? [] : git.between(from, after);
      const head = after === undefined ? undefined : git.commit(after);
      const range =
        before === undefined || after === undefined
          ? (after ?? before ?? ZERO_SHA).slice(0, 12)
          : `${before.slice(0, 12)}...${after.slice(0, 12)}`;
      return {
        ref: `refs/heads/${move.branch}`,
        before: before ?? ZERO_SHA,
        after: after ?? ZERO_SHA,
        repository: pushedRepositoryBody(world, repository),
        pusher: { name: actor.login, email: email(actor) },
        created: before === undefined,
        deleted: after === undefined,
        forced: kind === "force_push",
        base_ref: null,
        compare: `${world.webUrl}/${repository.fullName}/compare/${range}`,
        commits: fresh.slice(-20).map((commit) => pushedCommitBody(world, repository, commit)),
        head_commit: head === undefined ? null : pushedCommitBody(world, repository, head),
      };
    },
    actor,
  );
}

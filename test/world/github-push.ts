import { email, type Account } from "./github-account.ts";
import { announce } from "./github-announce.ts";
import type { Commit } from "./github-git.ts";
import type { Repository } from "./github-repository.ts";
import type { Body } from "./github-shapes-account.ts";
import { pushedCommitBody } from "./github-shapes-commit.ts";
import { pushedRepositoryBody } from "./github-shapes-repository.ts";

/** A branch that moved; undefined: it did not exist before, or does not after. `kind` is in the words of GitHub's activity list. */
export type Move = {
  branch: string;
  before: string | undefined;
  after: string | undefined;
  kind: "push" | "force_push" | "branch_creation" | "branch_deletion" | "pr_merge" | "merge_queue_merge";
};

/** One line of a repository's activity: a branch that moved. */
export type Activity = { id: number; actor: Account; at: number } & Move;

/** What GitHub writes where there is no commit. */
export const ZERO_SHA = "0".repeat(40);

/** A ref that moved, named in full; undefined: there was or is none. An annotated tag's shas are those of tag objects. */
export type RefMove = { ref: string; before: string | undefined; after: string | undefined; forced: boolean };

/** Makes the webhooks of a ref that moved: `create` or `delete` where it came or went, and always `push`. */
export function announceRef(repository: Repository, move: RefMove, actor: Account): void {
  const [ref_type, ref] = move.ref.startsWith("refs/tags/")
    ? ["tag", move.ref.slice("refs/tags/".length)]
    : ["branch", move.ref.slice("refs/heads/".length)];
  const named = { ref, ref_type, pusher_type: "user" };
  if (move.before === undefined) {
    const details = { ...named, master_branch: repository.defaultBranch, description: null };
    announce(repository, "create", null, () => details, actor);
  }
  if (move.after === undefined) announce(repository, "delete", null, () => named, actor);
  announce(repository, "push", null, () => pushBody(repository, move, actor), actor);
}

function pushBody(repository: Repository, move: RefMove, actor: Account): Body {
  const { world, git } = repository;
  const { ref, before, after, forced } = move;
  const head = after === undefined ? undefined : git.peel(after);
  const range =
    before === undefined || after === undefined
      ? (after ?? before ?? ZERO_SHA).slice(0, 12)
      : `${before.slice(0, 12)}...${after.slice(0, 12)}`;
  return {
    ref,
    before: before ?? ZERO_SHA,
    after: after ?? ZERO_SHA,
    repository: pushedRepositoryBody(world, repository),
    pusher: { name: actor.login, email: email(actor) },
    created: before === undefined,
    deleted: after === undefined,
    forced,
    base_ref: null,
    compare: `${world.webUrl}/${repository.fullName}/compare/${range}`,
    commits: newCommits(repository, move).map((commit) => pushedCommitBody(world, repository, commit)),
    head_commit: head === undefined ? null : pushedCommitBody(world, repository, head),
  };
}

/** The commits that are new by a push, at most GitHub's twenty; a tag's are taken to be known from a branch. */
function newCommits({ branches, defaultBranch, git }: Repository, { ref, before, after }: RefMove): Commit[] {
  const from = before ?? branches.get(defaultBranch);
  if (after === undefined || from === undefined || from === after || ref.startsWith("refs/tags/")) return [];
  return git.between(from, after).slice(-20);
}

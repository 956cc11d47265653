import { email, type Account } from "./github-account.ts";
import { announce } from "./github-announce.ts";
import type { Commit } from "./github-git.ts";
import { timestamp } from "./github-ids.ts";
import type { Pull } from "./github-pull.ts";
import { mergeMessage } from "./github-pull-merge.ts";
import type { Repository } from "./github-repository.ts";
import type { MergeQueueParameters } from "./github-rule.ts";
import type { Body } from "./github-shapes-account.ts";

/**
 * A merge group: the base branch with everything up to one entry of its queue merged in. `headRef` and `baseRef` are
 * full refs; `baseSha` is the head of the group before, or of the base branch.
 */
export type MergeGroup = { headSha: string; headRef: string; baseSha: string; baseRef: string };

/** Why a group is gone, in the words of `merge_group.destroyed`. */
export type Destruction = "dequeued" | "invalidated" | "merged";

const HEADS = "refs/heads/";

/** The account in whose name GitHub's queue makes commits and merges. */
export function queueBot(repository: Repository): Account {
  return repository.world.accounts.bot("github-merge-queue[bot]");
}

/** Merges a pull request onto a commit, on a branch of its own. `built`: the heads of all groups so far. */
export function buildGroup(
  repository: Repository,
  pull: Pull,
  baseSha: string,
  method: MergeQueueParameters["merge_method"],
  built: Set<string>,
): MergeGroup {
  if (method === "REBASE") throw new Error("this merge queue merges and squashes, it does not rebase");
  const { git, world } = repository;
  const message =
    method === "MERGE" ? `${mergeMessage(pull)}\n\n${pull.title}` : `${pull.title} (#${pull.number})`;
  const author = method === "MERGE" ? queueBot(repository) : pull.author;
  // Time passes between two of GitHub's groups; where a test holds it still, the same merge must not be the same commit.
  let head: Commit;
  let at = world.now();
  do {
    head = git.merge(baseSha, pull.head.sha, { author, at, message }, method === "SQUASH");
    at += 1000;
  } while (built.has(head.sha));
  built.add(head.sha);
  const branch = `gh-readonly-queue/${pull.base.ref}/pr-${pull.number}-${baseSha}`;
  const group: MergeGroup = {
    headSha: head.sha,
    headRef: HEADS + branch,
    baseSha,
    baseRef: HEADS + pull.base.ref,
  };
  repository.move(branch, head.sha, { by: queueBot(repository).login });
  tellGroup(repository, group, "checks_requested");
  return group;
}

/** Says why a group is gone, and deletes its branch. */
export function destroyGroup(repository: Repository, group: MergeGroup, reason: Destruction): void {
  tellGroup(repository, group, "destroyed", { reason });
  repository.move(group.headRef.slice(HEADS.length), undefined, { by: queueBot(repository).login });
}

function tellGroup(
  repository: Repository,
  group: MergeGroup,
  action: "checks_requested" | "destroyed",
  more: Body = {},
): void {
  const details = (): Body => ({ ...more, merge_group: groupBody(repository, group) });
  announce(repository, "merge_group", action, details, queueBot(repository));
}

/** A group as its event shows it: nothing in it says which pull requests it holds. */
function groupBody(repository: Repository, group: MergeGroup): Body {
  const head = repository.git.commit(group.headSha);
  if (head === undefined) throw new Error(`no commit ${group.headSha} in ${repository.fullName}`);
  const author = { name: head.author.login, email: email(head.author) };
  return {
    head_sha: group.headSha,
    head_ref: group.headRef,
    base_sha: group.baseSha,
    base_ref: group.baseRef,
    head_commit: {
      id: head.sha,
      tree_id: head.treeSha,
      message: head.message,
      timestamp: timestamp(head.at),
      author,
      committer: author,
    },
  };
}

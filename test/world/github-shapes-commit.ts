import { email, type Account } from "./github-account.ts";
import { treeChanges, type Commit, type Tree } from "./github-git.ts";
import { nodeId, timestamp } from "./github-ids.ts";
import type { Repository } from "./github-repository.ts";
import { userBody, type Body } from "./github-shapes-account.ts";
import type { World } from "./github-world.ts";

const UNSIGNED = { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };
const NOTHING: Tree = new Map();

function signature(author: Account, at: number): Body {
  return { name: author.login, email: email(author), date: timestamp(at) };
}

function commitUrl(world: World, repository: Repository, sha: string): string {
  return `${world.apiUrl}/repos/${repository.fullName}/commits/${sha}`;
}

function gitUrl(world: World, repository: Repository, kind: string, sha: string): string {
  return `${world.apiUrl}/repos/${repository.fullName}/git/${kind}/${sha}`;
}

function pageUrl(world: World, repository: Repository, sha: string): string {
  return `${world.webUrl}/${repository.fullName}/commit/${sha}`;
}

/** A commit as the API and the `status` event show it, without the files that it changed. */
export function commitBody(world: World, repository: Repository, commit: Commit): Body {
  const url = commitUrl(world, repository, commit.sha);
  const user = userBody(world, commit.author);
  return {
    url,
    sha: commit.sha,
    node_id: nodeId("C", commit.sha),
    html_url: pageUrl(world, repository, commit.sha),
    comments_url: `${url}/comments`,
    commit: {
      url: gitUrl(world, repository, "commits", commit.sha),
      author: signature(commit.author, commit.at),
      committer: signature(commit.author, commit.at),
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.treeSha, url: gitUrl(world, repository, "trees", commit.treeSha) },
      verification: UNSIGNED,
    },
    author: user,
    committer: user,
    parents: commit.parents.map((sha) => ({
      sha,
      url: commitUrl(world, repository, sha),
      html_url: pageUrl(world, repository, sha),
    })),
  };
}

/** The files that a commit changed against its first parent, each counted as one line. */
export function changedFilesBody(world: World, repository: Repository, commit: Commit): Body[] {
  const first = commit.parents[0];
  const changes = treeChanges(
    first === undefined ? NOTHING : (repository.git.commit(first)?.tree ?? NOTHING),
    commit.tree,
  );
  const page = `${world.webUrl}/${repository.fullName}`;
  return (["added", "modified", "removed"] as const).flatMap((status) =>
    changes[status].map((filename) => {
      const additions = status === "removed" ? 0 : 1;
      const deletions = status === "added" ? 0 : 1;
      return {
        sha: commit.tree.get(filename)?.sha ?? null,
        filename,
        status,
        additions,
        deletions,
        changes: additions + deletions,
        blob_url: `${page}/blob/${commit.sha}/${encodeURI(filename)}`,
        raw_url: `${page}/raw/${commit.sha}/${encodeURI(filename)}`,
        contents_url: `${world.apiUrl}/repos/${repository.fullName}/contents/${encodeURI(filename)}?ref=${commit.sha}`,
      };
    }),
  );
}

/** A commit as a push lists it. */
export function pushedCommitBody(world: World, repository: Repository, commit: Commit): Body {
  const first = commit.parents[0];
  const author = { ...signature(commit.author, commit.at), username: commit.author.login };
  return {
    id: commit.sha,
    tree_id: commit.treeSha,
    distinct: true,
    message: commit.message,
    timestamp: timestamp(commit.at),
    url: pageUrl(world, repository, commit.sha),
    author,
    committer: author,
    ...treeChanges(
      first === undefined ? NOTHING : (repository.git.commit(first)?.tree ?? NOTHING),
      commit.tree,
    ),
  };
}

/** A commit as a pull request's timeline shows it: who wrote it by name and address, not by account. */
export function timelineCommitBody(world: World, repository: Repository, commit: Commit): Body {
  return {
    event: "committed",
    sha: commit.sha,
    node_id: nodeId("C", commit.sha),
    url: gitUrl(world, repository, "commits", commit.sha),
    html_url: pageUrl(world, repository, commit.sha),
    author: signature(commit.author, commit.at),
    committer: signature(commit.author, commit.at),
    tree: { sha: commit.treeSha, url: gitUrl(world, repository, "trees", commit.treeSha) },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: gitUrl(world, repository, "commits", sha),
      html_url: pageUrl(world, repository, sha),
    })),
    verification: UNSIGNED,
  };
}

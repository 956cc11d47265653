import { nodeId, timestamp } from "./github-ids.ts";
import type { Repository } from "./github-repository.ts";
import { userBody, type Body } from "./github-shapes-account.ts";
import { commitBody } from "./github-shapes-commit.ts";
import { repositoryBody } from "./github-shapes-repository.ts";
import { combinedState, type Status } from "./github-status.ts";
import type { World } from "./github-world.ts";

/** A commit status as create and list show it. */
export function statusBody(world: World, repository: Repository, status: Status): Body {
  const creator = userBody(world, status.creator);
  return {
    url: `${world.apiUrl}/repos/${repository.fullName}/statuses/${status.sha}`,
    avatar_url: creator["avatar_url"],
    id: status.id,
    node_id: nodeId("SC", status.id),
    state: status.state,
    description: status.description,
    target_url: status.target_url,
    context: status.context,
    created_at: timestamp(status.createdAt),
    updated_at: timestamp(status.createdAt),
    creator,
  };
}

/** The combined status of a commit: one page of the newest status of each context, all of them counted. */
export function combinedStatusBody(world: World, repository: Repository, sha: string, page: Status[]): Body {
  const url = `${world.apiUrl}/repos/${repository.fullName}/commits/${sha}`;
  const current = repository.statusBook.current(sha);
  return {
    state: combinedState(current),
    statuses: page.map((status) => {
      const { creator: _, ...rest } = statusBody(world, repository, status);
      return rest;
    }),
    sha,
    total_count: current.length,
    repository: repositoryBody(world, repository),
    commit_url: url,
    url: `${url}/status`,
  };
}

/** What the `status` event tells beyond the status itself: the commit and up to ten branches whose head it is. */
export function statusEventBody(world: World, repository: Repository, status: Status): Body {
  const commit = repository.git.commit(status.sha);
  const heads = [...repository.branches].filter(([, sha]) => sha === status.sha).slice(0, 10);
  const { avatar_url, id, state, description, target_url, context } = statusBody(world, repository, status);
  return {
    id,
    sha: status.sha,
    name: repository.fullName,
    avatar_url,
    target_url,
    context,
    description,
    state,
    commit: commit === undefined ? null : commitBody(world, repository, commit),
    branches: heads.map(([name, sha]) => ({
      name,
      commit: { sha, url: `${world.apiUrl}/repos/${repository.fullName}/commits/${sha}` },
      protected: repository.protection.has(name),
    })),
    created_at: timestamp(status.createdAt),
    updated_at: timestamp(status.createdAt),
  };
}

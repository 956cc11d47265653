import { nodeId, timestamp } from "./github-ids.ts";
import type { Repository } from "./github-repository.ts";
import { organizationBody, userBody, type Body } from "./github-shapes-account.ts";
import type { World } from "./github-world.ts";

/** `..._url` field -> what follows the repository's own API URL. */
const URLS: { [field: string]: string } = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

/** A repository with every field that the API's and the webhooks' variants have in common. */
export function repositoryBody(world: World, repository: Repository): Body {
  const url = `${world.apiUrl}/repos/${repository.fullName}`;
  const page = `${world.webUrl}/${repository.fullName}`;
  const host = new URL(world.webUrl).host;
  const open = [...repository.pulls.values()].filter((pull) => pull.state === "open").length;
  const urls: Body = {};
  for (const [field, rest] of Object.entries(URLS)) urls[field] = url + rest;
  return {
    id: repository.id,
    node_id: nodeId("R", repository.id),
    name: repository.name,
    full_name: repository.fullName,
    private: repository.private,
    owner: userBody(world, repository.owner),
    html_url: page,
    description: null,
    fork: repository.parent !== undefined,
    url,
    ...urls,
    git_url: `git://${host}/${repository.fullName}.git`,
    ssh_url: `git@${host}:${repository.fullName}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    created_at: timestamp(repository.createdAt),
    updated_at: timestamp(repository.updatedAt),
    pushed_at: timestamp(repository.pushedAt),
    homepage: null,
    size: 1,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? "private" : "public",
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}

/** A repository as `GET /repos/{owner}/{repo}` shows it. */
export function fullRepositoryBody(world: World, repository: Repository): Body {
  const owner =
    repository.owner.type === "Organization" ? { organization: userBody(world, repository.owner) } : {};
  const parent = repository.parent === undefined ? undefined : repositoryBody(world, repository.parent);
  return {
    ...repositoryBody(world, repository),
    ...owner,
    ...(parent === undefined ? {} : { parent, source: parent }),
    network_count: 0,
    subscribers_count: 1,
  };
}

/** A repository as a push shows it: with Unix times, as no other event does. */
export function pushedRepositoryBody(world: World, repository: Repository): Body {
  return {
    ...repositoryBody(world, repository),
    created_at: Math.floor(repository.createdAt / 1000),
    pushed_at: Math.floor(repository.pushedAt / 1000),
    master_branch: repository.defaultBranch,
    stargazers: 0,
    ...(repository.owner.type === "Organization" ? { organization: repository.owner.login } : {}),
  };
}

/** A repository as installation events list it. */
export function repositoryReference(repository: Repository): Body {
  const { id, name, fullName, private: hidden } = repository;
  return { id, node_id: nodeId("R", id), name, full_name: fullName, private: hidden };
}

/** The `repository` and, where there is one, `organization` of an event. */
export function repositoryContext(world: World, repository: Repository): Body {
  const organization =
    repository.owner.type === "Organization"
      ? { organization: organizationBody(world, repository.owner) }
      : {};
  return { repository: repositoryBody(world, repository), ...organization };
}

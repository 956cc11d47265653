import type { Account } from "./github-account.ts";
import { treeChanges } from "./github-git.ts";
import { nodeId, timestamp } from "./github-ids.ts";
import type { Label, Pull } from "./github-pull.ts";
import type { Repository } from "./github-repository.ts";
import { appBody, userBody, type Body } from "./github-shapes-account.ts";
import { reactionsBody } from "./github-shapes-comment.ts";
import { repositoryBody } from "./github-shapes-repository.ts";
import type { App, World } from "./github-world.ts";

/** A label in full. */
export function labelBody(world: World, repository: Repository, label: Label): Body {
  return {
    id: label.id,
    node_id: nodeId("LA", label.id),
    url: `${world.apiUrl}/repos/${repository.fullName}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: label.default,
    description: label.description,
  };
}

/** What somebody who has a say in a pull request is to its repository, in one of GitHub's words. */
export function associationOf(repository: Repository, pull: Pull, account: Account): string {
  if (repository.owner === account) return "OWNER";
  if (repository.roleOf(account.login) !== undefined) return "COLLABORATOR";
  return account === pull.author ? "CONTRIBUTOR" : "NONE";
}

/** The app through which something was done, or null. */
export function throughApp(world: World, app: App | undefined): Body | null {
  return app === undefined ? null : appBody(world, app);
}

function side(world: World, repository: Repository, ref: string, sha: string): Body {
  const { owner } = repository;
  return {
    label: `${owner.login}:${ref}`,
    ref,
    sha,
    user: userBody(world, owner),
    repo: repositoryBody(world, repository),
  };
}

/** Where a pull request and what belongs to it are found. */
export function pullLinks(world: World, repository: Repository, pull: Pull): { [name: string]: string } {
  const url = `${world.apiUrl}/repos/${repository.fullName}`;
  return {
    self: `${url}/pulls/${pull.number}`,
    html: `${world.webUrl}/${repository.fullName}/pull/${pull.number}`,
    issue: `${url}/issues/${pull.number}`,
    comments: `${url}/issues/${pull.number}/comments`,
    review_comments: `${url}/pulls/${pull.number}/comments`,
    review_comment: `${url}/pulls/comments{/number}`,
    commits: `${url}/pulls/${pull.number}/commits`,
    statuses: `${url}/statuses/${pull.head.sha}`,
  };
}

/** A pull request as lists show it. */
export function listedPullBody(world: World, repository: Repository, pull: Pull): Body {
  const link = pullLinks(world, repository, pull);
  const mergeSha = pull.merged?.sha ?? world.ids.sha(`test merge of ${pull.head.sha} into ${pull.base.sha}`);
  return {
    url: link["self"],
    id: pull.id,
    node_id: nodeId("PR", pull.id),
    html_url: link["html"],
    diff_url: `${link["html"]}.diff`,
    patch_url: `${link["html"]}.patch`,
    issue_url: link["issue"],
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: userBody(world, pull.author),
    body: pull.body,
    created_at: timestamp(pull.createdAt),
    updated_at: timestamp(pull.updatedAt),
    closed_at: pull.closedAt === undefined ? null : timestamp(pull.closedAt),
    merged_at: pull.merged === undefined ? null : timestamp(pull.merged.at),
    merge_commit_sha: mergeSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: pull.labels.map((label) => labelBody(world, repository, label)),
    milestone: null,
    draft: pull.draft,
    commits_url: link["commits"],
    review_comments_url: link["review_comments"],
    review_comment_url: link["review_comment"],
    comments_url: link["comments"],
    statuses_url: link["statuses"],
    head: side(world, pull.head.repository, pull.head.ref, pull.head.sha),
    base: side(world, repository, pull.base.ref, pull.base.sha),
    _links: Object.fromEntries(Object.entries(link).map(([name, href]) => [name, { href }])),
    author_association: associationOf(repository, pull, pull.author),
    auto_merge:
      pull.autoMerge === undefined
        ? null
        : {
            enabled_by: userBody(world, pull.autoMerge),
            merge_method: "merge",
            commit_title: pull.title,
            commit_message: "",
          },
    active_lock_reason: null,
  };
}

/** A pull request in full, as `GET /pulls/{number}` and webhooks show it. */
export function pullBody(world: World, repository: Repository, pull: Pull): Body {
  const { git } = repository;
  const merged = pull.merged;
  const base = git.mergeBase(pull.base.sha, pull.head.sha);
  const from = base === undefined ? undefined : git.commit(base);
  const changes = treeChanges(from?.tree ?? new Map(), git.commit(pull.head.sha)?.tree ?? new Map());
  return {
    ...listedPullBody(world, repository, pull),
    merged: merged !== undefined,
    mergeable: merged === undefined ? true : null,
    rebaseable: merged === undefined ? true : null,
    mergeable_state: merged === undefined ? "clean" : "unknown",
    merged_by: merged === undefined ? null : userBody(world, merged.by),
    comments: pull.comments.length,
    review_comments: 0,
    maintainer_can_modify: pull.head.repository !== repository,
    commits: git.between(pull.base.sha, pull.head.sha).length,
    additions: changes.added.length + changes.modified.length,
    deletions: changes.removed.length + changes.modified.length,
    changed_files: changes.added.length + changes.modified.length + changes.removed.length,
  };
}

/** The pull request as an issue, as comment events show it. */
export function issueBody(world: World, repository: Repository, pull: Pull): Body {
  const link = pullLinks(world, repository, pull);
  const listed = listedPullBody(world, repository, pull);
  const { id, node_id: _, ...rest } = listed;
  const same = [
    "number",
    "title",
    "user",
    "labels",
    "state",
    "locked",
    "assignee",
    "assignees",
    "milestone",
    "created_at",
    "updated_at",
  ];
  const pages = {
    html_url: rest["html_url"],
    diff_url: rest["diff_url"],
    patch_url: rest["patch_url"],
    merged_at: rest["merged_at"],
  };
  return {
    ...Object.fromEntries(same.map((name) => [name, rest[name]])),
    id,
    node_id: nodeId("I", pull.id),
    url: link["issue"],
    repository_url: `${world.apiUrl}/repos/${repository.fullName}`,
    labels_url: `${link["issue"]}/labels{/name}`,
    comments_url: link["comments"],
    events_url: `${link["issue"]}/events`,
    timeline_url: `${link["issue"]}/timeline`,
    html_url: link["html"],
    comments: pull.comments.length,
    closed_at: rest["closed_at"],
    author_association: rest["author_association"],
    active_lock_reason: null,
    draft: pull.draft,
    body: pull.body,
    pull_request: { url: link["self"], ...pages },
    reactions: reactionsBody(String(link["issue"]), []),
    performed_via_github_app: null,
    state_reason: null,
  };
}

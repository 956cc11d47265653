import { label, unlabel } from "./github-label.ts";
import { notFound, type Reply } from "./github-reply.ts";
import type { Pull } from "./github-pull.ts";
import { actorOf, appOf, paged, withPull, type RepositoryCall, type Routes } from "./github-route.ts";
import { labelBody, listedPullBody, pullBody } from "./github-shapes-pull.ts";
import { reviewBody } from "./github-shapes-review.ts";
import { timelineBody } from "./github-shapes-timeline.ts";

const PULLS = { for: "repository", needs: ["pull_requests"], level: "read", publicly: true } as const;
const ISSUES = {
  for: "repository",
  needs: ["issues", "pull_requests"],
  level: "read",
  publicly: true,
} as const;
const CHANGES = {
  for: "repository",
  needs: ["issues", "pull_requests"],
  level: "write",
  publicly: false,
} as const;

/** Pull requests with their reviews, and what they share with issues: timeline and labels. */
export const PULL_ROUTES: Routes = {
  "pulls/list": { ...PULLS, handle: list },
  "pulls/get": { ...PULLS, handle: get },
  "repos/list-pull-requests-associated-with-commit": { ...PULLS, handle: ofCommit },
  "pulls/list-reviews": { ...PULLS, handle: reviews },
  "issues/list-events-for-timeline": { ...ISSUES, handle: onIssue(timeline) },
  "issues/list-labels-on-issue": { ...ISSUES, handle: onIssue(labels) },
  "issues/add-labels": { ...CHANGES, handle: onIssue(addLabels) },
  "issues/remove-label": { ...CHANGES, handle: onIssue(removeLabel) },
};

/** A handler of what a path names as an issue, which here is always a pull request. */
function onIssue(handle: (call: RepositoryCall, pull: Pull) => Reply): (call: RepositoryCall) => Reply {
  return (call) => withPull(call, call.params["issue_number"], (pull) => handle(call, pull));
}

function list(call: RepositoryCall): Reply {
  const { query, repository, world } = call;
  const state = query.get("state") ?? "open";
  const [base, head] = [query.get("base"), query.get("head")];
  const found = [...repository.pulls.values()].filter((pull) => {
    if (state !== "all" && pull.state !== state) return false;
    if (base !== null && pull.base.ref !== base) return false;
    // GitHub ignores a head that does not name its owner.
    return (
      head === null || !head.includes(":") || `${pull.head.repository.owner.login}:${pull.head.ref}` === head
    );
  });
  const sort = query.get("sort") === "updated" ? "updatedAt" : "createdAt";
  const ascending =
    (query.get("direction") ?? (query.has("sort") && sort !== "createdAt" ? "asc" : "desc")) === "asc";
  found.sort((a, b) => (a[sort] - b[sort] || a.number - b.number) * (ascending ? 1 : -1));
  const { items, headers } = paged(call, found);
  return { status: 200, headers, body: items.map((pull) => listedPullBody(world, repository, pull)) };
}

function get(call: RepositoryCall): Reply {
  const { params, repository, world } = call;
  return withPull(call, params["pull_number"], (pull) => ({
    status: 200,
    body: pullBody(world, repository, pull),
  }));
}

/** The pull requests that hold a commit or whose merge made it, as GitHub lists them: merged or not. */
function ofCommit(call: RepositoryCall): Reply {
  const { params, repository, world } = call;
  const sha = params["commit_sha"] ?? "";
  const found = [...repository.pulls.values()].filter(
    ({ base, head, merged }) =>
      merged?.sha === sha || repository.git.between(base.sha, head.sha).some((commit) => commit.sha === sha),
  );
  const { items, headers } = paged(call, found);
  return { status: 200, headers, body: items.map((pull) => listedPullBody(world, repository, pull)) };
}

function reviews(call: RepositoryCall): Reply {
  const { params, repository, world } = call;
  return withPull(call, params["pull_number"], (pull) => {
    const { items, headers } = paged(call, pull.reviews);
    return { status: 200, headers, body: items.map((each) => reviewBody(world, repository, each)) };
  });
}

function timeline(call: RepositoryCall, pull: Pull): Reply {
  const { items, headers } = paged(call, timelineBody(call.world, call.repository, pull));
  return { status: 200, headers, body: items };
}

function allLabels(call: RepositoryCall, pull: Pull): unknown[] {
  return pull.labels.map((each) => labelBody(call.world, call.repository, each));
}

function labels(call: RepositoryCall, pull: Pull): Reply {
  const { items, headers } = paged(call, allLabels(call, pull));
  return { status: 200, headers, body: items };
}

function addLabels(call: RepositoryCall, pull: Pull): Reply {
  const asked = (call.body["labels"] ?? []) as (string | { name: string })[];
  for (const each of asked)
    label(call.repository, pull, typeof each === "string" ? each : each.name, actorOf(call), appOf(call));
  return { status: 200, body: allLabels(call, pull) };
}

function removeLabel(call: RepositoryCall, pull: Pull): Reply {
  const there = unlabel(call.repository, pull, call.params["name"] ?? "", actorOf(call), appOf(call));
  return there ? { status: 200, body: allLabels(call, pull) } : notFound("Label does not exist");
}

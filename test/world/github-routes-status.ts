import { invalid, noCommit, type Reply } from "./github-reply.ts";
import { actorOf, paged, type RepositoryCall, type Routes } from "./github-route.ts";
import { combinedStatusBody, statusBody } from "./github-shapes-status.ts";
import { DESCRIPTION_CHARACTERS, setStatus, type StatusDraft } from "./github-status.ts";

/** Commit statuses: create, list, combine. */
export const STATUS_ROUTES: Routes = {
  "repos/create-commit-status": {
    for: "repository",
    needs: ["statuses"],
    level: "write",
    publicly: false,
    handle: create,
  },
  "repos/list-commit-statuses-for-ref": {
    for: "repository",
    needs: ["statuses"],
    level: "read",
    publicly: true,
    handle: list,
  },
  "repos/get-combined-status-for-ref": {
    for: "repository",
    needs: ["statuses"],
    level: "read",
    publicly: true,
    handle: combine,
  },
};

function create(call: RepositoryCall): Reply {
  const { repository, world } = call;
  const sha = call.params["sha"] ?? "";
  // The contract has checked the body's form.
  const draft = call.body as StatusDraft;
  if (repository.git.commit(sha) === undefined) return noCommit(sha);
  if ([...(draft.description ?? "")].length > DESCRIPTION_CHARACTERS) {
    const message = `description is too long (maximum is ${DESCRIPTION_CHARACTERS} characters)`;
    return invalid([{ resource: "Status", code: "custom", field: "description", message }]);
  }
  if (!/^https?:\/\//i.test(draft.target_url ?? "https://")) {
    return invalid([
      {
        resource: "Status",
        code: "custom",
        field: "target_url",
        message: "target_url must use http(s) scheme",
      },
    ]);
  }
  if (!repository.statusBook.hasRoom(sha, draft.context ?? "default")) {
    const message = "This SHA and context has reached the maximum number of statuses.";
    return invalid([{ resource: "Status", code: "custom", field: "base", message }]);
  }
  const status = statusBody(world, repository, setStatus(repository, sha, draft, actorOf(call)));
  return { status: 201, headers: { Location: String(status["url"]) }, body: status };
}

function list(call: RepositoryCall): Reply {
  const { repository, world } = call;
  const ref = call.params["ref"] ?? "";
  const commit = repository.resolve(ref);
  if (commit === undefined) return noCommit(ref);
  const { items, headers } = paged(call, repository.statusBook.of(commit.sha).toReversed());
  return { status: 200, headers, body: items.map((each) => statusBody(world, repository, each)) };
}

function combine(call: RepositoryCall): Reply {
  const { repository, world } = call;
  const ref = call.params["ref"] ?? "";
  const commit = repository.resolve(ref);
  if (commit === undefined) return noCommit(ref);
  const { items, headers } = paged(call, repository.statusBook.current(commit.sha));
  return { status: 200, headers, body: combinedStatusBody(world, repository, commit.sha, items) };
}

import { latestRuns, type CheckChange, type CheckDraft, type CheckRun } from "./github-check.ts";
import { invalid, noCommit, notFound, refuse, type Reply } from "./github-reply.ts";
import { paged, type RepositoryCall, type Routes } from "./github-route.ts";
import { checkRunBody } from "./github-shapes-check.ts";

const READ = { for: "repository", needs: ["checks"], level: "read", publicly: true } as const;
const WRITE = { for: "repository", needs: ["checks"], level: "write", publicly: false } as const;

/** Check runs: create, update, get, list. */
export const CHECK_ROUTES: Routes = {
  "checks/create": { ...WRITE, handle: create },
  "checks/update": { ...WRITE, handle: update },
  "checks/get": { ...READ, handle: get },
  "checks/list-for-ref": { ...READ, handle: list },
};

/** GitHub's refusal of what the description of these requests cannot say. */
function refusal(call: RepositoryCall, change: CheckChange): Reply | undefined {
  if (call.authority.kind !== "installation") return refuse(403, "You must authenticate via a GitHub App.");
  const wrong = (field: string, message: string): Reply =>
    invalid([{ resource: "CheckRun", code: "custom", field, message }]);
  if (String(change.conclusion) === "stale") return wrong("conclusion", "Only GitHub may set stale");
  const ended = change.status === "completed" || change.completed_at !== undefined;
  return ended && change.conclusion === undefined
    ? wrong("conclusion", "A completed check run needs a conclusion")
    : undefined;
}

function create(call: RepositoryCall): Reply {
  const { repository, world } = call;
  // The contract has checked the body's form.
  const draft = call.body as CheckDraft;
  const refused = refusal(call, draft);
  if (refused !== undefined) return refused;
  if (repository.git.commit(draft.head_sha) === undefined) return noCommit(draft.head_sha);
  const body = checkRunBody(repository, repository.checks.create(world.app, draft));
  return { status: 201, headers: { Location: String(body["url"]) }, body };
}

function update(call: RepositoryCall): Reply {
  const { repository, world } = call;
  const change = call.body as CheckChange;
  const run = repository.checks.run(Number(call.params["check_run_id"]));
  if (run === undefined) return notFound();
  const refused = refusal(call, change);
  if (refused !== undefined) return refused;
  if (run.suite.app !== world.app) {
    const message = `Invalid app_id \`${world.app.id}\` - check run can only be modified by the GitHub App that created it.`;
    return refuse(403, message);
  }
  repository.checks.update(run, change);
  return { status: 200, body: checkRunBody(repository, run) };
}

function get({ repository, params }: RepositoryCall): Reply {
  const run = repository.checks.run(Number(params["check_run_id"]));
  return run === undefined ? notFound() : { status: 200, body: checkRunBody(repository, run) };
}

function list(call: RepositoryCall): Reply {
  const { repository, query } = call;
  const ref = call.params["ref"] ?? "";
  const commit = repository.resolve(ref);
  if (commit === undefined) return noCommit(ref);
  const { checks } = repository;
  const all = query.get("filter") === "all";
  const runs = checks.suites(commit.sha).flatMap((suite) => (all ? suite.runs : latestRuns(suite)));
  const found = runs.filter((run) => wanted(run, query)).toSorted((a, b) => b.id - a.id);
  const { items, headers } = paged(call, found);
  const check_runs = items.map((run) => checkRunBody(repository, run));
  return { status: 200, headers, body: { total_count: found.length, check_runs } };
}

function wanted(run: CheckRun, query: URLSearchParams): boolean {
  const [name, status, app] = [query.get("check_name"), query.get("status"), query.get("app_id")];
  return (
    (name ?? run.name) === run.name &&
    (status ?? run.status) === run.status &&
    Number(app ?? run.suite.app.id) === run.suite.app.id
  );
}

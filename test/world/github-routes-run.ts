import { invalid, notFound, type Reply } from "./github-reply.ts";
import { paged, type RepositoryCall, type Routes } from "./github-route.ts";
import { RUN_EVENT, runBody } from "./github-shapes-run.ts";
import type { Review, WorkflowRun } from "./github-workflow-run.ts";

const READ = { for: "repository", needs: ["actions"], level: "read", publicly: true } as const;

/** GitHub takes this many status reports on one deployment. */
const REPORTS_PER_DEPLOYMENT = 10;

/** GitHub takes this many characters of a status report. */
const REPORT_CHARACTERS = 1024;

/** Workflow runs, and the review of those that wait for our protection rule. */
export const RUN_ROUTES: Routes = {
  "actions/get-workflow-run": { ...READ, handle: withRun(get) },
  "actions/list-workflow-runs-for-repo": { ...READ, handle: list },
  "actions/review-custom-gates-for-run": {
    for: "repository",
    needs: ["deployments"],
    level: "write",
    publicly: false,
    handle: withRun(review),
  },
};

function withRun(handle: (call: RepositoryCall, run: WorkflowRun) => Reply): (call: RepositoryCall) => Reply {
  return (call) => {
    const run = call.repository.actions.find(Number(call.params["run_id"]));
    return run === undefined ? notFound() : handle(call, run);
  };
}

function get({ world, repository }: RepositoryCall, run: WorkflowRun): Reply {
  return { status: 200, body: runBody(world, repository, run) };
}

function list(call: RepositoryCall): Reply {
  const { repository, world, query } = call;
  const asked = (name: string, ...values: (string | null)[]): boolean => {
    const wanted = query.get(name);
    return wanted === null || values.includes(wanted);
  };
  const found = repository.actions
    .all()
    .toReversed()
    .filter(
      (run) =>
        asked("status", run.status, run.conclusion) &&
        asked("branch", run.draft.ref) &&
        asked("head_sha", run.sha) &&
        asked("event", RUN_EVENT) &&
        asked("actor", run.actor.login),
    );
  const { items, headers } = paged(call, found);
  const workflow_runs = items.map((run) => runBody(world, repository, run));
  return { status: 200, headers, body: { total_count: found.length, workflow_runs } };
}

function review(call: RepositoryCall, run: WorkflowRun): Reply {
  const { repository, world, authority } = call;
  // The contract has checked the body's form: what decides nothing has a comment.
  const body = call.body as { environment_name: string } & Partial<Review>;
  const job = run.findJob(body.environment_name);
  const gated = repository.environments.find(body.environment_name)?.rules.has(world.app.slug) === true;
  if (authority.kind !== "installation" || job === undefined || !gated) return notFound();
  if (job.state !== "waiting") return refused("The deployment has been reviewed already");
  const { state, comment = "" } = body;
  if (state !== undefined) {
    repository.actions.review(run, job, { state, comment });
    return { status: 204 };
  }
  if ([...comment].length > REPORT_CHARACTERS)
    return refused(`comment is too long (maximum is ${REPORT_CHARACTERS} characters)`);
  if (job.reports.length >= REPORTS_PER_DEPLOYMENT)
    return refused(`There can be no more than ${REPORTS_PER_DEPLOYMENT} status reports`);
  job.reports.push(comment);
  return { status: 204 };
}

function refused(message: string): Reply {
  return invalid([{ resource: "DeploymentProtectionRule", code: "custom", message }]);
}

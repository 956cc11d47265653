import { email } from "./github-account.ts";
import type { Commit } from "./github-git.ts";
import { nodeId, timestamp } from "./github-ids.ts";
import type { Repository } from "./github-repository.ts";
import { userBody, type Body } from "./github-shapes-account.ts";
import { repositoryBody } from "./github-shapes-repository.ts";
import type { WorkflowRun } from "./github-workflow-run.ts";
import type { World } from "./github-world.ts";

/** The one workflow of every repository. */
const WORKFLOW = { name: "deploy", path: ".github/workflows/deploy.yml" } as const;

/** What started every run. */
export const RUN_EVENT = "push";

/** A run's address in the API. */
export function runUrl(world: World, repository: Repository, run: WorkflowRun): string {
  return `${world.apiUrl}/repos/${repository.fullName}/actions/runs/${run.id}`;
}

function workflowId(world: World, repository: Repository): number {
  return world.ids.named("workflow", `${repository.id} ${WORKFLOW.path}`);
}

function workflowUrl(world: World, repository: Repository): string {
  return `${world.apiUrl}/repos/${repository.fullName}/actions/workflows/${workflowId(world, repository)}`;
}

/** The web page of a run. */
export function runPage(world: World, repository: Repository, run: WorkflowRun): string {
  return `${world.webUrl}/${repository.fullName}/actions/runs/${run.id}`;
}

/** The workflow that every run is of, as the deployment events show it. */
export function workflowBody(world: World, repository: Repository): Body {
  const id = workflowId(world, repository);
  const page = `${world.webUrl}/${repository.fullName}`;
  return {
    id,
    node_id: nodeId("W", id),
    ...WORKFLOW,
    state: "active",
    created_at: timestamp(repository.createdAt),
    updated_at: timestamp(repository.createdAt),
    url: workflowUrl(world, repository),
    html_url: `${page}/blob/${repository.defaultBranch}/${WORKFLOW.path}`,
    badge_url: `${page}/workflows/${WORKFLOW.name}/badge.svg`,
  };
}

/** A workflow run as the deployment events show it: without its commit and its repositories. */
export function runEventBody(world: World, repository: Repository, run: WorkflowRun): Body {
  const url = runUrl(world, repository, run);
  const actor = userBody(world, run.actor);
  const suite = world.ids.named("run's check suite", String(run.id));
  return {
    id: run.id,
    name: WORKFLOW.name,
    node_id: nodeId("WFR", run.id),
    head_branch: run.draft.ref,
    head_sha: run.sha,
    path: WORKFLOW.path,
    display_title: WORKFLOW.name,
    run_number: run.number,
    event: RUN_EVENT,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: workflowId(world, repository),
    check_suite_id: suite,
    check_suite_node_id: nodeId("CS", suite),
    url,
    html_url: runPage(world, repository, run),
    pull_requests: [],
    created_at: timestamp(run.createdAt),
    updated_at: timestamp(run.updatedAt),
    actor,
    run_attempt: run.attempt,
    run_started_at: timestamp(run.createdAt),
    triggering_actor: actor,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${world.apiUrl}/repos/${repository.fullName}/check-suites/${suite}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    workflow_url: workflowUrl(world, repository),
  };
}

function headCommitBody(commit: Commit): Body {
  const author = { name: commit.author.login, email: email(commit.author) };
  const { sha: id, treeSha: tree_id, message } = commit;
  return { id, tree_id, message, timestamp: timestamp(commit.at), author, committer: author };
}

/** A workflow run as the API shows it. */
export function runBody(world: World, repository: Repository, run: WorkflowRun): Body {
  const commit = repository.git.commit(run.sha);
  const home = repositoryBody(world, repository);
  return {
    ...runEventBody(world, repository, run),
    head_commit: commit === undefined ? null : headCommitBody(commit),
    repository: home,
    head_repository: home,
  };
}

import { suiteConclusion, suiteStatus, latestRuns, type CheckRun, type CheckSuite } from "./github-check.ts";
import { nodeId, timestamp } from "./github-ids.ts";
import type { Pull } from "./github-pull.ts";
import type { Repository } from "./github-repository.ts";
import { appBody, type Body } from "./github-shapes-account.ts";
import { pushedCommitBody } from "./github-shapes-commit.ts";

function apiUrl(repository: Repository): string {
  return `${repository.world.apiUrl}/repos/${repository.fullName}`;
}

function side(repository: Repository, ref: string, sha: string): Body {
  return { ref, sha, repo: { id: repository.id, url: apiUrl(repository), name: repository.name } };
}

function minimalPullBody(repository: Repository, pull: Pull): Body {
  return {
    id: pull.id,
    number: pull.number,
    url: `${apiUrl(repository)}/pulls/${pull.number}`,
    head: side(pull.head.repository, pull.head.ref, pull.head.sha),
    base: side(repository, pull.base.ref, pull.base.sha),
  };
}

/** The open pull requests whose head a commit is. GitHub knows none that come from a fork. */
function pullsOf(repository: Repository, sha: string): Body[] {
  return [...repository.pulls.values()]
    .filter(({ state, head }) => state === "open" && head.sha === sha && head.repository === repository)
    .map((pull) => minimalPullBody(repository, pull));
}

function branchOf(repository: Repository, sha: string): string | null {
  return [...repository.branches].find(([, tip]) => tip === sha)?.[0] ?? null;
}

/** A check run as the API shows it. */
export function checkRunBody(repository: Repository, run: CheckRun): Body {
  const { world } = repository;
  const { title, summary, text, annotations } = run.output;
  const url = `${apiUrl(repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: nodeId("CR", run.id),
    name: run.name,
    head_sha: run.suite.sha,
    external_id: run.externalId,
    url,
    html_url: `${world.webUrl}/${repository.fullName}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion ?? null,
    started_at: timestamp(run.startedAt),
    completed_at: run.completedAt === undefined ? null : timestamp(run.completedAt),
    output: {
      title,
      summary,
      text,
      annotations_count: annotations,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: appBody(world, run.suite.app),
    pull_requests: pullsOf(repository, run.suite.sha),
  };
}

/** What runs and events tell of a suite alike. */
function sharedSuiteBody(repository: Repository, suite: CheckSuite): Body {
  const { sha } = suite;
  return {
    id: suite.id,
    node_id: nodeId("CS", suite.id),
    head_branch: branchOf(repository, sha),
    head_sha: sha,
    status: suiteStatus(suite),
    conclusion: suiteConclusion(suite) ?? null,
    url: `${apiUrl(repository)}/check-suites/${suite.id}`,
    before: repository.git.commit(sha)?.parents[0] ?? null,
    after: sha,
    pull_requests: pullsOf(repository, sha),
    created_at: timestamp(suite.createdAt),
    updated_at: timestamp(suite.updatedAt),
  };
}

/** A check run as `check_run` events show it, which tell more of its suite. */
export function checkRunEventBody(repository: Repository, run: CheckRun): Body {
  const app = appBody(repository.world, run.suite.app);
  return {
    ...checkRunBody(repository, run),
    check_suite: { ...sharedSuiteBody(repository, run.suite), app },
  };
}

/** A check suite as `check_suite` events show it. */
export function checkSuiteBody(repository: Repository, suite: CheckSuite): Body {
  const { world, git } = repository;
  // The description of this event does not know all the events that an app may listen to.
  const { events: _, ...app } = appBody(world, suite.app);
  const commit = git.commit(suite.sha);
  const head = commit === undefined ? {} : pushedCommitBody(world, repository, commit);
  const same = ["id", "tree_id", "message", "timestamp", "author", "committer"];
  return {
    ...sharedSuiteBody(repository, suite),
    app,
    latest_check_runs_count: latestRuns(suite).length,
    check_runs_url: `${apiUrl(repository)}/check-suites/${suite.id}/check-runs`,
    head_commit: Object.fromEntries(same.map((name) => [name, head[name]])),
    rerequestable: true,
    runs_rerequestable: true,
  };
}

import type { App } from "./github-world.ts";

/** How far a check run is. */
export type CheckStatus = "queued" | "in_progress" | "completed";

/** How a check run ended, in the words that an app may use; `stale` is GitHub's alone. */
export type CheckConclusion =
  | "action_required"
  | "cancelled"
  | "failure"
  | "neutral"
  | "skipped"
  | "success"
  | "timed_out";

/** A button that a completed run shows to people who may write. */
export type CheckAction = { label: string; description: string; identifier: string };

/** What an app says of its run, in GitHub's field names; times are ISO 8601. */
export type CheckChange = {
  name?: string;
  status?: CheckStatus;
  conclusion?: CheckConclusion;
  started_at?: string;
  completed_at?: string;
  details_url?: string;
  external_id?: string;
  output?: { title?: string; summary: string; text?: string; annotations?: unknown[] };
  actions?: readonly CheckAction[];
};

/** A run to be made. */
export type CheckDraft = CheckChange & { name: string; head_sha: string };

/** One check run, as its app last left it. Times are milliseconds. */
export type CheckRun = {
  readonly id: number;
  readonly suite: CheckSuite;
  name: string;
  status: CheckStatus;
  conclusion: CheckConclusion | undefined;
  startedAt: number;
  completedAt: number | undefined;
  detailsUrl: string;
  externalId: string;
  output: { title: string | null; summary: string | null; text: string | null; annotations: number };
  actions: readonly CheckAction[];
};

/** All the runs of one app on one commit, oldest first. `rerequested`: somebody asked for all of it anew and no run moved since. */
export type CheckSuite = {
  readonly id: number;
  readonly app: App;
  readonly sha: string;
  readonly createdAt: number;
  updatedAt: number;
  runs: CheckRun[];
  rerequested: boolean;
};

/** GitHub keeps this many runs of one name in a suite, and deletes the oldest beyond. */
const RUNS_PER_NAME = 1000;

/** A suite's conclusion is the first of these that one of its runs has. GitHub documents that there is such an order, not which. */
const PRIORITY: readonly CheckConclusion[] = [
  "action_required",
  "timed_out",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
];

/** Adds a run to its suite, and gives those that GitHub deletes to make room for it. */
export function addRun(suite: CheckSuite, run: CheckRun): CheckRun[] {
  suite.runs.push(run);
  const namesakes = suite.runs.filter(({ name }) => name === run.name);
  const gone = namesakes.slice(0, Math.max(0, namesakes.length - RUNS_PER_NAME));
  if (gone.length > 0) suite.runs = suite.runs.filter((each) => !gone.includes(each));
  return gone;
}

/** The newest run of each name. */
export function latestRuns(suite: CheckSuite): CheckRun[] {
  return [...new Map(suite.runs.map((run) => [run.name, run])).values()];
}

/** How far a suite is: as far as the newest runs of its names. */
export function suiteStatus(suite: CheckSuite): CheckStatus {
  const runs = latestRuns(suite);
  if (suite.rerequested || runs.every(({ status }) => status === "queued")) return "queued";
  return runs.every(({ status }) => status === "completed") ? "completed" : "in_progress";
}

/** How a suite ended; undefined until it has. */
export function suiteConclusion(suite: CheckSuite): CheckConclusion | undefined {
  if (suiteStatus(suite) !== "completed") return undefined;
  const runs = latestRuns(suite);
  return PRIORITY.find((each) => runs.some(({ conclusion }) => conclusion === each));
}

/** Changes a run as GitHub does: a conclusion completes it, any other status takes its conclusion away, annotations add up. */
export function changeRun(run: CheckRun, change: CheckChange, now: number): void {
  const { output, conclusion } = change;
  run.name = change.name ?? run.name;
  run.detailsUrl = change.details_url ?? run.detailsUrl;
  run.externalId = change.external_id ?? run.externalId;
  run.actions = change.actions ?? run.actions;
  if (change.started_at !== undefined) run.startedAt = Date.parse(change.started_at);
  if (output !== undefined) {
    run.output = {
      title: output.title ?? run.output.title,
      summary: output.summary,
      text: output.text ?? run.output.text,
      annotations: run.output.annotations + (output.annotations?.length ?? 0),
    };
  }
  if (conclusion !== undefined) {
    run.status = "completed";
    run.conclusion = conclusion;
    run.completedAt = change.completed_at === undefined ? now : Date.parse(change.completed_at);
  } else if (change.status !== undefined) {
    run.status = change.status;
    run.conclusion = undefined;
    run.completedAt = undefined;
  }
}

import type { Account } from "./github-account.ts";
import type { Deployment } from "./github-deployment.ts";
import type { World } from "./github-world.ts";

/** `rejected`: by our review; `failed`: nobody reviewed it for thirty days. */
export type JobState = "waiting" | "running" | "rejected" | "succeeded" | "failed";

/** What an app decided about a job. */
export type Review = { state: "approved" | "rejected"; comment: string };

/** One attempt of a job that deploys to an environment. */
export type Job = {
  id: number;
  environment: string;
  deployment: Deployment | undefined;
  state: JobState;
  /** The Markdown of every status report, oldest first. */
  reports: string[];
  review: Review | undefined;
  /** The administrator who let it go on without our review. */
  bypassedBy: Account | undefined;
};

/** How a run is played. `callbackUrl` stands in the webhook in place of GitHub's own address. */
export type WorkflowRunDraft = {
  /** A branch. */
  ref: string;
  /** The commit; by default the branch's head. */
  sha?: string;
  /** The environment that the job names. */
  environment: string;
  /** Who pushed, by login. */
  by: string;
  /** Whether the job makes a deployment; true by default. */
  withDeployment?: boolean;
  /** Whether the request names `sha` and `ref` beside the deployment, as older Enterprise Servers do not; true by default. */
  withTopLevel?: boolean;
  callbackUrl?: string;
};

/** A run of the workflow that deploys. `attempt` counts from one. */
export class WorkflowRun {
  readonly id: number;
  /** Counts from one in its repository. */
  readonly number: number;
  readonly sha: string;
  readonly actor: Account;
  readonly draft: WorkflowRunDraft;
  readonly createdAt: number;
  updatedAt: number;
  attempt = 1;
  /** Every attempt of every job, oldest first. */
  readonly jobs: Job[] = [];

  constructor(world: World, number: number, sha: string, draft: WorkflowRunDraft) {
    this.id = world.ids.next("workflow run");
    this.number = number;
    this.sha = sha;
    this.actor = world.accounts.actor(draft.by);
    this.draft = draft;
    this.createdAt = world.now();
    this.updatedAt = this.createdAt;
  }

  /** The newest attempt of the job of an environment, by default of the run's first. */
  job(environment: string = this.draft.environment): Job {
    const job = this.findJob(environment);
    if (job === undefined) throw new Error(`run ${this.id} has no job for ${environment}`);
    return job;
  }

  /** The newest attempt of the job of an environment, whatever the case of the name. */
  findJob(environment: string): Job | undefined {
    const name = environment.toLowerCase();
    return this.jobs.findLast((each) => each.environment.toLowerCase() === name);
  }

  /** The newest attempt of every job. */
  current(): Job[] {
    return this.jobs.filter((each) => this.findJob(each.environment) === each);
  }

  /** How the job of the run's first environment stands. */
  get state(): JobState {
    return this.job().state;
  }

  /** The status reports on the job of the run's first environment. */
  get reports(): readonly string[] {
    return this.job().reports;
  }

  /** Our review of the job of the run's first environment. */
  get review(): Review | undefined {
    return this.job().review;
  }

  /** GitHub's status of the whole run. */
  get status(): "waiting" | "in_progress" | "completed" {
    const states = this.current().map(({ state }) => state);
    if (states.includes("running")) return "in_progress";
    return states.includes("waiting") ? "waiting" : "completed";
  }

  /** GitHub's conclusion of the whole run; null until it is completed. */
  get conclusion(): "success" | "failure" | null {
    if (this.status !== "completed") return null;
    return this.current().every(({ state }) => state === "succeeded") ? "success" : "failure";
  }
}

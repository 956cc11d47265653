import type { Account } from "./github-account.ts";
import { announce } from "./github-announce.ts";
import type { DeploymentState } from "./github-deployment.ts";
import type { Done, Repository } from "./github-repository.ts";
import { protectionRequestBody } from "./github-shapes-environment.ts";
import { runPage } from "./github-shapes-run.ts";
import { WorkflowRun, type Job, type Review, type WorkflowRunDraft } from "./github-workflow-run.ts";

/**
 * GitHub Actions as far as deployments go: runs of one workflow whose jobs name an environment. Jobs take no time. A job
 * waits for our app's protection rule alone; the rules of other apps are approved at once.
 */
export class Actions {
  readonly #repository: Repository;
  readonly #runs = new Map<number, WorkflowRun>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  find(id: number): WorkflowRun | undefined {
    return this.#runs.get(id);
  }

  /** All, oldest first. */
  all(): WorkflowRun[] {
    return [...this.#runs.values()];
  }

  /** Runs the workflow. Its job waits if our rule is enabled on the environment, else it deploys at once. */
  run(draft: WorkflowRunDraft): WorkflowRun {
    const { world, fullName } = this.#repository;
    const commit = this.#repository.resolve(draft.sha ?? draft.ref);
    if (commit === undefined) throw new Error(`no commit ${draft.sha ?? draft.ref} in ${fullName}`);
    const run = new WorkflowRun(world, this.#runs.size + 1, commit.sha, draft);
    this.#runs.set(run.id, run);
    this.#start(run, draft.environment);
    return run;
  }

  /** Starts a further job of the same run. Two that wait for one environment are not modelled. */
  addJob(run: WorkflowRun, environment: string): Job {
    if (run.findJob(environment)?.state === "waiting")
      throw new Error(`run ${run.id} has a job that waits for ${environment} already`);
    return this.#start(run, environment);
  }

  /** Starts every failed job again, with a new deployment and a new request for a review. */
  rerunFailed(run: WorkflowRun): void {
    const failed = run.current().filter(({ state }) => state === "rejected" || state === "failed");
    if (failed.length === 0) throw new Error(`run ${run.id} has no failed job`);
    run.attempt += 1;
    for (const { environment } of failed) this.#start(run, environment);
  }

  /** An app decides: the job goes on or fails. */
  review(run: WorkflowRun, job: Job, review: Review): void {
    job.review = review;
    if (review.state === "approved") this.#deploy(run, job);
    else this.#end(run, job, "rejected");
  }

  /** An administrator lets every job that waits go on without our review. */
  bypass(run: WorkflowRun, options: Required<Done>): void {
    const admin = this.#repository.world.accounts.actor(options.by);
    for (const job of this.#waiting(run)) {
      job.bypassedBy = admin;
      this.#deploy(run, job);
    }
  }

  /** Thirty days pass without a review: every job that waits fails. */
  expire(run: WorkflowRun): void {
    for (const job of this.#waiting(run)) this.#end(run, job, "failed");
  }

  #waiting(run: WorkflowRun): Job[] {
    const waiting = run.current().filter(({ state }) => state === "waiting");
    if (waiting.length === 0) throw new Error(`run ${run.id} has no job that waits`);
    return waiting;
  }

  #start(run: WorkflowRun, name: string): Job {
    const { world, environments, deployments } = this.#repository;
    const environment = environments.create(name);
    const { ref, withDeployment = true } = run.draft;
    const job: Job = {
      id: world.ids.next("job"),
      environment: environment.name,
      deployment: withDeployment
        ? deployments.add(run.sha, { ref, environment: environment.name }, this.#bot(), run)
        : undefined,
      state: "waiting",
      reports: [],
      review: undefined,
      bypassedBy: undefined,
    };
    run.jobs.push(job);
    run.updatedAt = world.now();
    if (environment.rules.has(world.app.slug)) this.#request(run, job);
    else this.#deploy(run, job);
    return job;
  }

  #request(run: WorkflowRun, job: Job): void {
    announce(
      this.#repository,
      "deployment_protection_rule",
      "requested",
      () => protectionRequestBody(this.#repository.world, this.#repository, run, job),
      run.actor,
    );
  }

  #deploy(run: WorkflowRun, job: Job): void {
    job.state = "running";
    this.#tell(run, job, "in_progress");
    this.#end(run, job, "succeeded");
  }

  #end(run: WorkflowRun, job: Job, state: "rejected" | "succeeded" | "failed"): void {
    job.state = state;
    run.updatedAt = this.#repository.world.now();
    this.#tell(run, job, state === "succeeded" ? "success" : "failure");
  }

  #tell(run: WorkflowRun, { deployment }: Job, state: DeploymentState): void {
    if (deployment === undefined) return;
    const { world, deployments } = this.#repository;
    const log_url = runPage(world, this.#repository, run);
    deployments.addStatus(deployment, { state, log_url }, this.#bot());
  }

  #bot(): Account {
    return this.#repository.world.accounts.bot("github-actions[bot]");
  }
}

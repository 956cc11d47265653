import type { Account } from "./github-account.ts";
import { announce } from "./github-announce.ts";
import type { Done, Repository } from "./github-repository.ts";
import type { Body } from "./github-shapes-account.ts";
import { deploymentEventBody, deploymentStatusEventBody } from "./github-shapes-deployment.ts";
import type { WorkflowRun } from "./github-workflow-run.ts";

/** GitHub's states of a deployment. */
export type DeploymentState =
  | "error"
  | "failure"
  | "inactive"
  | "in_progress"
  | "pending"
  | "queued"
  | "success";

/** One status of a deployment. Never changed, only followed by later ones. */
export type DeploymentStatus = {
  id: number;
  state: DeploymentState;
  creator: Account;
  description: string;
  environment: string;
  environmentUrl: string;
  logUrl: string;
  createdAt: number;
};

/** A deployment; `statuses` oldest first, `run` the workflow run that made it. */
export type Deployment = {
  id: number;
  sha: string;
  ref: string;
  task: string;
  payload: string | Body;
  originalEnvironment: string;
  environment: string;
  description: string | null;
  transient: boolean;
  production: boolean;
  creator: Account;
  run: WorkflowRun | undefined;
  createdAt: number;
  updatedAt: number;
  statuses: DeploymentStatus[];
};

/** What is to be deployed, in GitHub's words; `required_contexts` left out: all contexts of the commit. */
export type DeploymentDraft = {
  ref: string;
  task?: string;
  required_contexts?: readonly string[];
  payload?: string | Body;
  environment?: string;
  description?: string | null;
  transient_environment?: boolean;
  production_environment?: boolean;
};

/** What somebody says of a deployment, in GitHub's words. */
export type DeploymentStatusDraft = {
  state: DeploymentState;
  description?: string;
  target_url?: string;
  log_url?: string;
  environment?: string;
  environment_url?: string;
  auto_inactive?: boolean;
};

/** GitHub's 409 for a ref whose commit statuses are not as the deployment requires. */
export function conflictMessage(ref: string): string {
  return `Conflict: Commit status checks failed for ${ref}.`;
}

/** The deployments of a repository. */
export class Deployments {
  readonly #repository: Repository;
  readonly #byId = new Map<number, Deployment>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  find(id: number): Deployment | undefined {
    return this.#byId.get(id);
  }

  /** All, oldest first. */
  all(): Deployment[] {
    return [...this.#byId.values()];
  }

  /** Every status of a deployment, oldest first. */
  statuses(id: number): readonly DeploymentStatus[] {
    return this.#known(id).statuses;
  }

  /** Whether the commit statuses let GitHub deploy: the required contexts are there and green, or else all that there are. */
  ready(sha: string, required: readonly string[] | undefined): boolean {
    const { statusBook } = this.#repository;
    if (required === undefined) return statusBook.current(sha).every(({ state }) => state === "success");
    return required.every((context) => statusBook.latest(sha, context)?.state === "success");
  }

  /** Deploys as somebody other than the app. Gives GitHub's message if it answers 409. */
  create(
    draft: Required<Done> & {
      ref: string;
      environment: string;
      requiredContexts?: readonly string[];
      production?: boolean;
    },
  ): Deployment | string {
    const { ref, environment, by, requiredContexts, production } = draft;
    const commit = this.#repository.resolve(ref);
    if (commit === undefined) throw new Error(`no ref ${ref} in ${this.#repository.fullName}`);
    if (!this.ready(commit.sha, requiredContexts)) return conflictMessage(ref);
    const flags = production === undefined ? {} : { production_environment: production };
    return this.add(commit.sha, { ref, environment, ...flags }, this.#repository.world.accounts.actor(by));
  }

  /** Says how a deployment goes, as somebody other than the app. */
  setStatus(
    id: number,
    state: DeploymentState,
    options: Required<Done> & { description?: string },
  ): DeploymentStatus {
    const { by, ...draft } = options;
    return this.addStatus(this.#known(id), { state, ...draft }, this.#repository.world.accounts.actor(by));
  }

  /** Makes a deployment, whatever the commit's statuses, and its webhook. An environment that is not there is made, unprotected. */
  add(sha: string, draft: DeploymentDraft, creator: Account, run?: WorkflowRun): Deployment {
    const { world, environments } = this.#repository;
    const environment = draft.environment ?? "production";
    environments.create(environment);
    const deployment: Deployment = {
      id: world.ids.next("deployment"),
      sha,
      ref: draft.ref,
      task: draft.task ?? "deploy",
      payload: draft.payload ?? {},
      originalEnvironment: environment,
      environment,
      description: draft.description ?? null,
      transient: draft.transient_environment ?? false,
      production: draft.production_environment ?? environment === "production",
      creator,
      run,
      createdAt: world.now(),
      updatedAt: world.now(),
      statuses: [],
    };
    this.#byId.set(deployment.id, deployment);
    announce(
      this.#repository,
      "deployment",
      "created",
      () => deploymentEventBody(world, this.#repository, deployment),
      creator,
    );
    return deployment;
  }

  /** Adds a status and makes its webhook. Success makes what it replaces inactive unless told not to. */
  addStatus(deployment: Deployment, draft: DeploymentStatusDraft, creator: Account): DeploymentStatus {
    const { world } = this.#repository;
    deployment.environment = draft.environment ?? deployment.environment;
    const status = this.#append(deployment, draft, creator);
    // GitHub makes no webhook when a status is `inactive`.
    if (status.state !== "inactive") {
      announce(
        this.#repository,
        "deployment_status",
        "created",
        () => deploymentStatusEventBody(world, this.#repository, deployment, status),
        creator,
      );
    }
    if (status.state === "success" && draft.auto_inactive !== false) this.#retire(deployment, creator);
    return status;
  }

  #append(deployment: Deployment, draft: DeploymentStatusDraft, creator: Account): DeploymentStatus {
    const { world } = this.#repository;
    const status: DeploymentStatus = {
      id: world.ids.next("deployment status"),
      state: draft.state,
      creator,
      description: draft.description ?? "",
      environment: deployment.environment,
      environmentUrl: draft.environment_url ?? "",
      logUrl: draft.log_url ?? draft.target_url ?? "",
      createdAt: world.now(),
    };
    deployment.statuses.push(status);
    deployment.updatedAt = status.createdAt;
    return status;
  }

  /** Makes inactive what a deployment replaced; GitHub leaves production and transient environments alone. */
  #retire(successor: Deployment, creator: Account): void {
    for (const each of this.#byId.values()) {
      if (each === successor) return;
      const replaced = each.environment === successor.environment && !each.production && !each.transient;
      if (replaced && each.statuses.at(-1)?.state === "success")
        this.#append(each, { state: "inactive" }, creator);
    }
  }

  #known(id: number): Deployment {
    const deployment = this.#byId.get(id);
    if (deployment === undefined) throw new Error(`no deployment ${id} in ${this.#repository.fullName}`);
    return deployment;
  }
}

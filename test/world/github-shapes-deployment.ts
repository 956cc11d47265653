import type { Deployment, DeploymentStatus } from "./github-deployment.ts";
import { nodeId, timestamp } from "./github-ids.ts";
import type { Repository } from "./github-repository.ts";
import { userBody, type Body } from "./github-shapes-account.ts";
import { runEventBody, workflowBody } from "./github-shapes-run.ts";
import type { World } from "./github-world.ts";

function deploymentUrl(world: World, repository: Repository, { id }: Deployment): string {
  return `${world.apiUrl}/repos/${repository.fullName}/deployments/${id}`;
}

/** A deployment as the API and webhooks show it. */
export function deploymentBody(world: World, repository: Repository, deployment: Deployment): Body {
  const url = deploymentUrl(world, repository, deployment);
  return {
    url,
    id: deployment.id,
    node_id: nodeId("DE", deployment.id),
    task: deployment.task,
    original_environment: deployment.originalEnvironment,
    environment: deployment.environment,
    description: deployment.description,
    created_at: timestamp(deployment.createdAt),
    updated_at: timestamp(deployment.updatedAt),
    statuses_url: `${url}/statuses`,
    repository_url: `${world.apiUrl}/repos/${repository.fullName}`,
    creator: userBody(world, deployment.creator),
    sha: deployment.sha,
    ref: deployment.ref,
    payload: deployment.payload,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
  };
}

/** A status of a deployment as the API and webhooks show it; what nobody said is empty. */
export function deploymentStatusBody(
  world: World,
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
): Body {
  const url = deploymentUrl(world, repository, deployment);
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId("DES", status.id),
    state: status.state,
    creator: userBody(world, status.creator),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: timestamp(status.createdAt),
    updated_at: timestamp(status.createdAt),
    deployment_url: url,
    repository_url: `${world.apiUrl}/repos/${repository.fullName}`,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
  };
}

/** What the `deployment` event tells: the deployment and the workflow run behind it, if there is one. */
export function deploymentEventBody(world: World, repository: Repository, deployment: Deployment): Body {
  const { run } = deployment;
  return {
    deployment: deploymentBody(world, repository, deployment),
    workflow: run === undefined ? null : workflowBody(world, repository),
    workflow_run: run === undefined ? null : runEventBody(world, repository, run),
  };
}

/** What the `deployment_status` event tells. GitHub leaves out the addresses that are not known. */
export function deploymentStatusEventBody(
  world: World,
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
): Body {
  const body = deploymentStatusBody(world, repository, deployment, status);
  for (const field of ["environment_url", "log_url"]) if (body[field] === "") delete body[field];
  return { deployment_status: body, ...deploymentEventBody(world, repository, deployment) };
}

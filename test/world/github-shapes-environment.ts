import type { Environment, ProtectionRule } from "./github-environment.ts";
import { nodeId, timestamp } from "./github-ids.ts";
import type { Repository } from "./github-repository.ts";
import type { Body } from "./github-shapes-account.ts";
import { deploymentBody } from "./github-shapes-deployment.ts";
import { RUN_EVENT, runUrl } from "./github-shapes-run.ts";
import type { Job, WorkflowRun } from "./github-workflow-run.ts";
import type { World } from "./github-world.ts";

/** An environment. Its custom rules have a list of their own; other kinds of protection are not modelled. */
export function environmentBody(world: World, repository: Repository, environment: Environment): Body {
  const name = encodeURIComponent(environment.name);
  return {
    id: environment.id,
    node_id: nodeId("EN", environment.id),
    name: environment.name,
    url: `${world.apiUrl}/repos/${repository.fullName}/environments/${name}`,
    html_url: `${world.webUrl}/${repository.fullName}/deployments/activity_log?environments_filter=${name}`,
    created_at: timestamp(environment.createdAt),
    updated_at: timestamp(environment.updatedAt),
    can_admins_bypass: true,
    protection_rules: [],
    deployment_branch_policy: null,
  };
}

/** A custom deployment protection rule that is enabled. */
export function protectionRuleBody(world: World, { id, app }: ProtectionRule): Body {
  return {
    id,
    node_id: nodeId("GA", id),
    enabled: true,
    app: {
      id: app.id,
      slug: app.slug,
      integration_url: `${world.apiUrl}/apps/${app.slug}`,
      node_id: nodeId("A", app.id),
    },
  };
}

/**
 * What the `deployment_protection_rule` event tells. `sha` and `ref` at the top are there whether or not there is a
 * deployment; older Enterprise Servers have them in the deployment only.
 */
export function protectionRequestBody(
  world: World,
  repository: Repository,
  run: WorkflowRun,
  { environment, deployment }: Job,
): Body {
  const { ref, withTopLevel = true, callbackUrl } = run.draft;
  return {
    environment,
    event: RUN_EVENT,
    ...(withTopLevel ? { sha: run.sha, ref } : {}),
    deployment_callback_url: callbackUrl ?? `${runUrl(world, repository, run)}/deployment_protection_rule`,
    deployment: deployment === undefined ? null : deploymentBody(world, repository, deployment),
    pull_requests: [],
  };
}

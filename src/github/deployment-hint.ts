import { z } from "zod";
import type { DeploymentHint, Hint } from "../domain/delivery.ts";
import { actorOf, fromFull, homeRepository, installation, name, sha, user } from "./payload.ts";

/** The account that makes the deployments of workflows' jobs. */
const actionsBot = "github-actions[bot]";

const deploymentEvent = z.object({
  action: z.string(),
  deployment: z.object({
    id: z.int(),
    sha,
    ref: name,
    environment: name.min(1),
    creator: z.object({ login: z.string() }).nullish(),
  }),
  workflow_run: z.object({ id: z.int(), triggering_actor: user.nullish(), actor: user.nullish() }).nullish(),
  repository: homeRepository,
  installation,
});

const deploymentStatusEvent = deploymentEvent.extend({
  deployment_status: z.object({ state: name }),
  sender: user,
});

/** The hint in a `deployment` event. */
export function deploymentHint(payload: unknown): Hint | undefined {
  const event = deploymentEvent.parse(payload);
  if (event.action !== "created") return undefined;
  const repository = fromFull(event.repository, event.installation.id);
  return { kind: "deployment", repository, deployment: deploymentOf(event) };
}

/** The hint in a `deployment_status` event. */
export function deploymentStatusHint(payload: unknown): Hint | undefined {
  const event = deploymentStatusEvent.parse(payload);
  if (event.action !== "created") return undefined;
  const { deployment_status: status, workflow_run: run } = event;
  return {
    kind: "deployment_status",
    repository: fromFull(event.repository, event.installation.id),
    deployment: deploymentOf(event),
    state: status.state,
    actor: actorOf(run?.triggering_actor ?? run?.actor ?? event.sender),
    sender: actorOf(event.sender),
  };
}

/**
 * A workflow may call the Deployments API with its own token: then the creator is the bot all the same and only the
 * run is missing.
 */
function deploymentOf(event: z.infer<typeof deploymentEvent>): DeploymentHint {
  const { deployment, workflow_run: run, repository } = event;
  const { id, environment, sha: headSha, ref, creator } = deployment;
  const runId = creator?.login === actionsBot ? run?.id : undefined;
  return { id, environment, headSha, ref, baseRef: repository.default_branch, runId };
}

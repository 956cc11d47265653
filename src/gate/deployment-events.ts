/**
 * What events about deployments make us do. They are told of once, so whoever waits is on disk before anything is
 * looked at.
 */
import type { Asker } from "../domain/asker.ts";
import type { DeploymentHint, Hint } from "../domain/delivery.ts";
import { noCommit, type Repository } from "../domain/subject.ts";
import { admit } from "./asked.ts";
import { followPush } from "./branch-heads.ts";
import { noticeDeployed } from "./deployed.ts";
import { ok, type Result } from "./failure.ts";
import { type ForeignStatusWorld, isOurs } from "./foreign-status.ts";
import { rememberAside } from "./intake.ts";
import type { JudgeWorld } from "./judge.ts";
import type { Ledger } from "./ledger.ts";
import type { RolloutFact } from "./rollout-fact.ts";
import { endDeployment } from "./tell-deployments.ts";

/** What seeing deployments needs. */
export interface DeploymentWorld extends JudgeWorld, Pick<ForeignStatusWorld, "app"> {
  readonly github: JudgeWorld["github"] & Parameters<typeof followPush>[0]["github"];
}

/** States of a deployment in which nobody waits for it any more. GitHub tells nothing of `inactive`. */
const overStates: ReadonlySet<string> = new Set(["in_progress", "success", "failure", "error"]);

/** Takes in what a hint says of deployments. Safe to repeat. A failure means: come back. */
export async function seeDeployment(world: DeploymentWorld, hint: Hint): Promise<Result<void>> {
  const { ledger, clock } = world;
  switch (hint.kind) {
    case "protection_rule":
      await seeRequest(world, hint);
      return ok(undefined);
    case "unanswerable":
      await seeUnanswerable(world, hint);
      return ok(undefined);
    case "deployment": {
      await rememberAside(ledger, hint.repository, clock.now());
      if (hint.deployment.runId !== undefined) return ok(undefined);
      const asker = askerOf(hint.repository, hint.deployment, clock.now());
      await admit(ledger, asker, "once", hint.repository, clock.now());
      return ok(undefined);
    }
    case "deployment_status":
      return seeStatus(world, hint);
    case "push":
      return followPush(world, hint);
    case "ping":
    case "pull_request":
    case "tag":
    case "merge_group":
    case "remark":
    case "report_used":
    case "status":
    case "installation":
    case "installation_repositories":
    case "repository":
      return ok(undefined);
  }
}

async function seeRequest(
  { ledger, clock }: DeploymentWorld,
  hint: Extract<Hint, { kind: "protection_rule" }>,
): Promise<void> {
  const { repository, baseRef, environment, runId, ref, deploymentId } = hint;
  const now = clock.now();
  await rememberAside(ledger, repository, now);
  await wake(ledger, repository, now);
  const asker: Asker = {
    subject: {
      repositoryId: repository.id,
      headSha: hint.headSha ?? noCommit,
      baseRef,
      gate: { kind: "environment", environment, runId },
    },
    who: { kind: "run", ref, deploymentId },
    askedAt: now,
  };
  await admit(ledger, asker, "anew", repository, now);
}

/** GitHub asks nothing in the name of an installation that is suspended, so the end of it was missed. */
async function wake({ registry }: Ledger, { installationId }: Repository, now: number): Promise<void> {
  if (!(await registry.isActive(installationId)))
    await registry.setInstallation(installationId, "active", now);
}

async function seeUnanswerable(
  { ledger, clock, events }: DeploymentWorld,
  { repository, detail }: Extract<Hint, { kind: "unanswerable" }>,
): Promise<void> {
  const entry = {
    at: clock.now(),
    repositoryId: repository.id,
    kind: "deployment_answered",
    actor: undefined,
    about: "a job that waits",
    detail: `No answer: ${detail}`,
    mark: `${detail} ${clock.now()}`,
  } as const;
  await ledger.audit.note(entry);
  events.jobUnanswerable(repository, detail);
}

async function seeStatus(
  world: DeploymentWorld,
  hint: Extract<Hint, { kind: "deployment_status" }>,
): Promise<Result<void>> {
  const { ledger, clock } = world;
  const { repository, deployment, state, sender } = hint;
  await rememberAside(ledger, repository, clock.now());
  const noticed = await noticeDeployed(world, hint);
  if (state === "success") await ledger.verifications.begin(rolloutOf(hint, clock.now()));
  if (!noticed.ok || deployment.runId !== undefined || !overStates.has(state)) return noticed;
  const asker = askerOf(repository, deployment, clock.now());
  // We say failure too, and it ends nothing.
  const own = await isOurs(world, sender);
  if (!own.ok || own.value) return own.ok ? noticed : own;
  await endDeployment(ledger, asker);
  await admit(ledger, asker, "once", repository, clock.now());
  return noticed;
}

/** A deployment that has succeeded, as it is looked at afterwards. */
function rolloutOf(
  { repository, deployment }: Extract<Hint, { kind: "deployment_status" }>,
  at: number,
): RolloutFact {
  const { id, environment, headSha: sha } = deployment;
  return {
    from: "github",
    repositoryId: repository.id,
    environment,
    service: undefined,
    sha,
    phase: "succeeded",
    key: String(id),
    at,
  };
}

function askerOf(
  { id: repositoryId }: Repository,
  { id: deploymentId, environment, headSha, baseRef, ref }: DeploymentHint,
  askedAt: number,
): Asker {
  return {
    subject: { repositoryId, headSha, baseRef, gate: { kind: "deployment", environment } },
    who: { kind: "deployment", deploymentId, ref },
    askedAt,
  };
}

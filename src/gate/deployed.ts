/**
 * Deployments that happen without our verdict, or against it: noticed, never prevented, since they passed no gate
 * of ours. An administrator lets a job go on [T24]; an environment has no rule of ours, or another has its name
 * [T23]; a caller of the Deployments API does not look at the status.
 *
 * Keeps: once a deployment, with who, what and how. What ran by our word is never told: it is noted before it is sent.
 */
import type { DeploymentHint, Hint } from "../domain/delivery.ts";
import { gatesEnvironment } from "../domain/policy.ts";
import type { Repository, Subject } from "../domain/subject.ts";
import { standingOf } from "../domain/verdict.ts";
import { wasApproved } from "./answer-memory.ts";
import { evaluate } from "./evaluate.ts";
import { failed, type Failure, ok, type Result } from "./failure.ts";
import { asksOf, type JudgeWorld } from "./judge.ts";
import type { GitHubReader } from "./ports.ts";

/** States in which a deployment has got past every gate. */
const passed: ReadonlySet<string> = new Set(["in_progress", "success"]);

/** What noticing needs. */
interface NoticeWorld extends JudgeWorld {
  readonly github: JudgeWorld["github"] & Pick<GitHubReader, "branchHead">;
}

/** Holds a deployment that runs against our newest word. */
export async function noticeDeployed(
  world: NoticeWorld,
  hint: Extract<Hint, { kind: "deployment_status" }>,
): Promise<Result<void>> {
  const { repository, deployment, actor } = hint;
  if (!passed.has(hint.state)) return ok(undefined);
  const { id, environment, headSha, ref, runId } = deployment;
  const how =
    runId === undefined
      ? await howByApi(world, repository, deployment)
      : await howByJob(world, repository, deployment, runId);
  if (!how.ok) return how;
  if (how.value === undefined) return ok(undefined);
  const entry = {
    at: world.clock.now(),
    repositoryId: repository.id,
    kind: "deployed_without_verdict",
    actor,
    about: `deployment ${id}`,
    detail: `${headSha} (${ref}) to ${environment}${runId === undefined ? "" : ` by run ${runId}`}: ${how.value}`,
    mark: String(id),
  } as const;
  if (await world.ledger.audit.note(entry)) world.events.deployedWithoutVerdict(entry);
  return ok(undefined);
}

/** How a job got past us; `undefined`: by our word, or we do not gate it. */
async function howByJob(
  world: NoticeWorld,
  repository: Repository,
  { id, environment, headSha, baseRef, ref }: DeploymentHint,
  runId: number,
): Promise<Result<string | undefined>> {
  const { ledger, policies } = world;
  const { id: repositoryId } = repository;
  const subject: Subject = {
    repositoryId,
    headSha,
    baseRef,
    gate: { kind: "environment", environment, runId },
  };
  if (await wasApproved(ledger.askers, subject, id)) return ok(undefined);
  const { toldClass } = await ledger.askers.progress({ subject, who: { kind: "run", ref } });
  if (toldClass === "approved") return ok(undefined);
  const isAsked = toldClass !== undefined || (await ledger.askers.waitingFor(subject)).length > 0;
  if (isAsked)
    return ok(
      `our answer was ${toldClass === "rejected" ? "no" : "not given yet"}; an administrator, whom GitHub does not name, let it go on`,
    );
  const answer = await policies({ repositoryId, baseRef });
  if (answer.kind === "unknown") return unlessGone(world, repository, baseRef, silence(answer));
  if (answer.kind !== "present" || answer.policy.mode === "observe") return ok(undefined);
  // What no policy names is gated only where a rule asks, and none asked.
  return ok(
    gatesEnvironment(answer.policy, { kind: "deployment", environment })
      ? "the policy names the environment, and no protection rule of ours asked: enable it there"
      : undefined,
  );
}

/** How a caller of the Deployments API got past us; `undefined`: the gate was open, or we do not gate it. */
async function howByApi(
  world: NoticeWorld,
  repository: Repository,
  { environment, headSha, baseRef }: DeploymentHint,
): Promise<Result<string | undefined>> {
  const subject: Subject = {
    repositoryId: repository.id,
    headSha,
    baseRef,
    gate: { kind: "deployment", environment },
  };
  const told = (await world.ledger.reports.last(subject, world.contextOf(subject)))?.reportClass;
  if (told?.startsWith("success") === true) return ok(undefined);
  if (told !== undefined && told !== "pending") return ok("against our status on the commit");
  const unanswered: Failure[] = [];
  const evaluation = await evaluate(subject, asksOf(world, repository, unanswered));
  switch (evaluation.kind) {
    case "not_now":
      return unlessGone(world, repository, baseRef, evaluation.failure);
    case "not_gated":
      return ok(undefined);
    case "judged": {
      const isHeld = evaluation.policy !== undefined && standingOf(evaluation.verdict) === "held";
      const [silent] = unanswered;
      if (isHeld && silent !== undefined) return failed(silent);
      return ok(isHeld ? "without waiting for our status on the commit" : undefined);
    }
  }
}

/** The failure to tell of a branch's policy, unless the branch is gone: then it has none any more, and never tells. */
async function unlessGone(
  { github }: NoticeWorld,
  repository: Repository,
  branch: string,
  failure: Failure,
): Promise<Result<undefined>> {
  const head = await github.branchHead(repository, branch);
  return head.ok && head.value === undefined ? ok(undefined) : failed(failure);
}

function silence({ detail, retryAt }: { detail: string; retryAt?: number | undefined }): Failure {
  return { kind: "unreachable", detail, retryAt };
}

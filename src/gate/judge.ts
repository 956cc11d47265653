/** Judging one subject for real: evaluate, remember, make GitHub agree, and note when to look again. */
import type { Policy, PolicyOrigin } from "../domain/policy.ts";
import { bypassedUntil, retirementOf } from "../domain/report.ts";
import { type Repository, type Subject, subjectKey } from "../domain/subject.ts";
import { standingOf, type Verdict } from "../domain/verdict.ts";
import { replaceBeside, tellBeside } from "./beside.ts";
import { auditExpired, auditVerdict, auditWithdrawn } from "./bypass-audit.ts";
import { bypassOf } from "./bypass-of.ts";
import type { BypassWorld } from "./bypass-world.ts";
import {
  askToWait,
  groupFreshMs,
  type GroupWorld,
  noteAnswer,
  policyOfGroup,
  secondLook,
} from "./merge-group.ts";
import { type Asks, evaluate, type Evaluation } from "./evaluate.ts";
import type { Events } from "./events.ts";
import { failed, type Failure, isTransient, ok, type Result } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import { followDefault, isUnasked, releaseDeployments, tellDeployments } from "./tell-deployments.ts";
import { type SharedMeasurements, toldClass } from "./measure.ts";
import type { policiesOf } from "./policy-of.ts";
import type { GitHubReader } from "./ports.ts";
import { publish, type PublishWorld } from "./publish.ts";

/** What judging needs. */
export interface JudgeWorld extends BypassWorld, GroupWorld {
  readonly ledger: Ledger;
  readonly github: BypassWorld["github"] & PublishWorld["github"] & Pick<GitHubReader, "runCommit">;
  readonly policies: ReturnType<typeof policiesOf>;
  readonly measurements: SharedMeasurements;
  readonly events: Events;
}

/** What became of a subject. */
export type Judgement =
  | "written"
  | "spared"
  /** Nobody waits for it any more, or its installation is gone. */
  | "superseded"
  | "not_gated";

/** Judges a subject as the world is now and reports it. A failure means: come back. */
export async function judge(world: JudgeWorld, subject: Subject): Promise<Result<Judgement>> {
  const { ledger, clock } = world;
  const repository = await ledger.registry.repository(subject.repositoryId);
  if (repository === undefined || !(await ledger.registry.isActive(repository.installationId)))
    return ok("superseded");
  if (!(await isWanted(ledger, subject)) || (await followDefault(world, repository, subject)))
    return ok("superseded");
  if (subject.gate.kind === "merge_group") {
    const retryAt = await askToWait(world, repository, subject);
    if (retryAt !== undefined)
      return failed({ kind: "rate_limited", detail: "the next turn to write", retryAt });
  }
  const unanswered: Failure[] = [];
  const evaluation = await evaluate(subject, asksOf(world, repository, unanswered));
  // A bypass is asked of the live pull request; if that moved on, this subject is nobody's any more.
  if (!(await isWanted(ledger, subject))) return ok("superseded");
  if (subject.gate.kind === "merge_group") {
    const again = await secondLook(world, repository, subject, evaluation, unanswered[0]);
    if (again !== undefined) return again;
  }
  switch (evaluation.kind) {
    case "not_now":
      return { ok: false, failure: evaluation.failure };
    case "not_gated": {
      const retired = await retire(world, repository, subject, evaluation);
      if (retired.ok) await releaseDeployments(world, subject);
      return retired;
    }
    case "judged": {
      const [failure] = unanswered;
      if (failure !== undefined && (await isBypassed(world, subject))) return failed(failure);
      if (await isUnasked(world, evaluation)) return ok("not_gated");
      await remember(world, evaluation, failure);
      const { verdict, report } = evaluation;
      const published = await publish(world, repository, report, verdict.at);
      if (published.ok && published.value !== "superseded")
        await ledger.subjects.told(
          subject,
          toldClass(verdict.origin.revision, verdict.decision),
          dueAt(verdict),
          { outcome: published.value, at: clock.now() },
        );
      if (!published.ok) return published;
      if (published.value === "written") await noteAnswer(world, report);
      await tellBeside(world, repository, evaluation);
      const told = await tellDeployments(world, repository, report);
      if (!told.ok) return told;
      return failure === undefined ? published : failed(failure);
    }
  }
}

/** Takes our word back where we have spoken before. */
async function retire(
  world: JudgeWorld,
  repository: Repository,
  subject: Subject,
  { why, commitSha }: Extract<Evaluation, { kind: "not_gated" }>,
): Promise<Result<Judgement>> {
  const { ledger, clock, contextOf } = world;
  const last = await ledger.reports.last(subject, contextOf(subject));
  if (last === undefined) return ok("not_gated");
  const retirement = retirementOf(subject, why, commitSha);
  const retired = await publish(world, repository, retirement, clock.now());
  if (retired.ok && retired.value !== "superseded") {
    const told = { outcome: retired.value, at: clock.now() };
    await ledger.subjects.told(subject, why, undefined, told);
  }
  if (retired.ok) await replaceBeside(world, repository, retirement, "Not gated");
  return retired;
}

/**
 * Whether anybody waits for a verdict on the subject. A merge queue that need not merge has a group at the very
 * commit of its pull request, and both have one context: then the group speaks, whose numbers are newer, for as
 * long as it waits.
 */
async function isWanted({ pulls, askers }: Ledger, subject: Subject): Promise<boolean> {
  if (subject.gate.kind !== "pull_request") return (await askers.waitingFor(subject)).length > 0;
  const group: Subject = { ...subject, gate: { kind: "merge_group" } };
  return (await pulls.openFor(subject)).length > 0 && (await askers.waitingFor(group)).length === 0;
}

/** Whether GitHub was last told of a bypass that still stands: for its time it needs no new proof. */
async function isBypassed({ ledger, clock, contextOf }: JudgeWorld, subject: Subject): Promise<boolean> {
  const last = await ledger.reports.last(subject, contextOf(subject));
  const until = last?.reportClass === undefined ? undefined : bypassedUntil(last.reportClass);
  return until !== undefined && clock.now() < until;
}

/**
 * The questions of the path, answered by the ledger and live GitHub. A bypass that GitHub does not tell of
 * opens nothing, since waiting for the answer would leave an older green standing; what can be asked again is
 * put into `unanswered`.
 */
export function asksOf(world: JudgeWorld, at: Repository, unanswered: Failure[]): Asks {
  const { ledger, clock, policies, measurements, events } = world;
  return {
    policy: (subject) =>
      subject.gate.kind === "merge_group" ? policyOfGroup(world, at, subject) : policies(subject),
    measurements: ({ repositoryId, gate }: Subject, policy: Policy, origin: PolicyOrigin) =>
      gate.kind === "merge_group"
        ? measurements.exact(repositoryId, policy, origin, groupFreshMs)
        : measurements.recent(repositoryId, policy, origin),
    async bypass(subject, terms) {
      const answer = await bypassOf(world, at, subject, terms);
      if (answer.ok) return answer.value;
      if (isTransient(answer.failure)) unanswered.push(answer.failure);
      else events.buried(`bypass:${subjectKey(subject)}`, answer.failure);
      return { kind: "none" };
    },
    async audience({ repositoryId }) {
      const repository = await ledger.registry.repository(repositoryId);
      return repository?.isPublic === false ? "members" : "public";
    },
    now: () => clock.now(),
  };
}

/**
 * Keeps what was found: the verdict with its evidence, who opened the gate, and whose bypass ended. `silent`: why it is
 * not known whether somebody has opened it.
 */
export async function remember(
  world: JudgeWorld,
  evaluation: Extract<Evaluation, { kind: "judged" }>,
  silent: Failure | undefined,
): Promise<void> {
  const { ledger, events, clock } = world;
  const { verdict, report, measured } = evaluation;
  const isNew = await ledger.verdicts.record(verdict, report.reportClass, measured);
  events.verdictReached(verdict, isNew);
  await auditExpired(world, verdict.subject, verdict.at);
  await auditVerdict(world, verdict);
  if (silent === undefined) await auditWithdrawn(world, verdict, clock.now());
  if (verdict.bypass.kind !== "granted") return;
  await ledger.verdicts.recordBypass(verdict, verdict.bypass.bypass);
  if (isNew) events.bypassUsed(verdict);
}

function dueAt(verdict: Verdict): number | undefined {
  return standingOf(verdict) === "bypassed" && verdict.bypass.kind === "granted"
    ? verdict.bypass.bypass.until
    : undefined;
}

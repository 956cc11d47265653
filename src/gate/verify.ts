/**
 * After the deployment: did it do harm?
 *
 * Wants: each deployment that somebody tells of is looked at until it has passed, and a harmful one is told at once.
 * Keeps: a look judges only the time since the deployment, by objectives and quality gates, so what burnt before is not blamed on it. What
 * was decided is on disk before anybody is told, so a crash repeats a word and never changes it. Not knowing is no pass: at the end it is
 * an error.
 * Races: *doubled and shuffled tellings* of one deployment are one verification; a newer deployment of the environment ends the older
 * one. *Two replicas*: a due look is taken by one of them.
 * Leaves out: rolling back. That is the team's own workflow, which can be told.
 */
import type { Audience } from "../domain/audience.ts";
import type { DurationMs } from "../domain/duration.ts";
import { formatNear, type Instant } from "../domain/instant.ts";
import type { VerifyTerms } from "../domain/policy.ts";
import type { Report, ReportState } from "../domain/report.ts";
import { matchesGlob, type Repository, type Subject } from "../domain/subject.ts";
import { failed, isTransient, type Result } from "./failure.ts";
import type { JudgeWorld } from "./judge.ts";
import type { LookWorld } from "./measure-policy.ts";
import type { PostedReader } from "./ports.ts";
import { publish } from "./publish.ts";
import { judgeSince, leastMs, sentenceOf, stateOf } from "./verify-look.ts";
import type { Verification, VerificationOutcome } from "./verifications.ts";

/** What verifying needs. */
export interface VerifyWorld extends JudgeWorld {
  readonly measurer: LookWorld["measurer"];
  readonly posted: Pick<PostedReader, "defaultBranch">;
  readonly tickMs: DurationMs;
}

/** How many are looked at in one round; the rest comes with the next. */
const mostAtOnce = 100;

/** How many are looked at at once. */
const concurrency = 4;

/** When a look is repeated that could not be finished, and how long another process leaves a taken one alone. */
const againMs: DurationMs = 60_000;

/** Looks at every verification that is due. No look begins after `signal` aborts, or when a tick is over. */
export async function verifyDue(world: VerifyWorld, signal: AbortSignal): Promise<void> {
  const { ledger, clock, events, tickMs } = world;
  const startedAt = clock.now();
  const line = [...(await ledger.verifications.due(startedAt, mostAtOnce))];
  const work = async (): Promise<void> => {
    for (let one = line.shift(); one !== undefined; one = line.shift()) {
      if (signal.aborted || Math.abs(clock.now() - startedAt) >= tickMs) return;
      if (!(await ledger.verifications.take(one, clock.now() + againMs))) continue;
      try {
        await lookAt(world, one);
      } catch (error) {
        events.buried(`verify:${one.id}`, error);
      }
    }
  };
  // A Prometheus that does not answer must not keep the others waiting.
  await Promise.all(Array.from({ length: concurrency }, work));
}

async function lookAt(world: VerifyWorld, verification: Verification): Promise<void> {
  const { ledger, clock, policies, posted } = world;
  const { id, repositoryId, environment, deployedAt, outcome } = verification;
  const repository = await ledger.registry.repository(repositoryId);
  if (repository === undefined || !(await ledger.registry.isActive(repository.installationId)))
    return ledger.verifications.end(id, "not_wanted", clock.now());
  if (outcome !== undefined) return conclude(world, repository, verification, outcome);
  const branch = repository.defaultBranch ?? (await posted.defaultBranch(repository));
  if (typeof branch !== "string" && !branch.ok) return;
  const baseRef = typeof branch === "string" ? branch : branch.value;
  const answer = await policies({ repositoryId, baseRef });
  if (answer.kind === "unknown") return;
  const terms = answer.kind === "present" ? answer.policy.verify : undefined;
  if (answer.kind !== "present" || terms === undefined || !isVerified(terms, environment))
    return ledger.verifications.end(id, "not_wanted", clock.now());
  const endsAt = deployedAt + terms.afterMs;
  const now = clock.now();
  if (now - deployedAt < Math.min(leastMs, terms.afterMs)) {
    await tellPending(world, repository, verification, baseRef, endsAt);
    return ledger.verifications.putOff(id, deployedAt + leastMs);
  }
  const look = await judgeSince(
    { measurer: world.measurer, evaluations: ledger.evaluations },
    answer.policy,
    answer.origin,
    verification,
    baseRef,
    now,
  );
  const state = stateOf(look.decision, answer.policy.mode, now >= endsAt);
  if (state === undefined) {
    await tellPending(world, repository, verification, baseRef, endsAt);
    return ledger.verifications.putOff(id, Math.min(now + terms.everyMs, Math.max(endsAt, now + 1000)));
  }
  const audience: Audience = answer.policy.disclose || !repository.isPublic ? "members" : "public";
  const sentence = sentenceOf(look, audience, now - deployedAt);
  const decided: VerificationOutcome = {
    state,
    sentence,
    reportClass: `${state} | ${answer.origin.revision} | ${look.decision.outcome}`,
    reason: sentence,
    baseRef,
    isDispatched: terms.isDispatched && state === "failed",
  };
  await look.quality.keep({ key: id, environment, headSha: verification.headSha });
  await ledger.verdicts.record(look.verdict, decided.reportClass, look.set);
  await ledger.verifications.settle(id, decided);
  return conclude(world, repository, verification, decided);
}

/** Tells everybody what a verification came to, and ends it when all are told. */
async function conclude(
  world: VerifyWorld,
  repository: Repository,
  verification: Verification,
  outcome: VerificationOutcome,
): Promise<void> {
  const { ledger, clock, events } = world;
  const { id, environment, headSha } = verification;
  const states = { passed: "success", failed: "failure", error: "error" } as const;
  const { state, sentence, reportClass, baseRef } = outcome;
  const told = await tell(world, repository, verification, baseRef, states[state], sentence, reportClass);
  if (!told) return;
  if (outcome.isDispatched) {
    const sent = await dispatch(world, repository, {
      environment,
      sha: headSha ?? null,
      reason: outcome.reason,
    });
    // It is due again in a minute.
    if (!sent.ok && isTransient(sent.failure)) return events.postponed(`dispatch:${id}`, sent.failure);
    if (!sent.ok) events.buried(`dispatch:${id}`, sent.failure);
  }
  await ledger.verifications.end(id, state, clock.now());
  events.verified(`${repository.owner}/${repository.name}`, environment, state);
}

/** Tells the repository's workflows of a failure, where the installation lets us. */
async function dispatch(
  { ledger, writer, clock }: VerifyWorld,
  repository: Repository,
  payload: Readonly<Record<string, string | null>>,
): Promise<Result<unknown>> {
  const { installationId } = repository;
  const accepted = await ledger.registry.permissions(installationId);
  if (accepted !== undefined && accepted.permissions["contents"] !== "write")
    return failed({ kind: "gone", detail: "the installation has not accepted `contents: write`" });
  const retryAt = await writer.takeTurn(installationId, clock.now());
  if (retryAt !== undefined)
    return failed({ kind: "rate_limited", detail: "the next turn to write", retryAt });
  return writer.write(repository, { kind: "dispatch", eventType: "burngate-verification-failed", payload });
}

async function tellPending(
  world: VerifyWorld,
  repository: Repository,
  verification: Verification,
  baseRef: string,
  endsAt: Instant,
): Promise<void> {
  const sentence = `Watching since the deployment; nothing has failed. Passes ~${formatNear(endsAt, world.clock.now())}.`;
  await tell(world, repository, verification, baseRef, "pending", sentence, "pending");
}

/** Posts the status of the deployed commit; false: it must be tried again. Without a commit there is nowhere to post. */
async function tell(
  world: VerifyWorld,
  repository: Repository,
  { repositoryId, environment, headSha }: Verification,
  baseRef: string,
  state: ReportState,
  sentence: string,
  reportClass: string,
): Promise<boolean> {
  if (headSha === undefined) return true;
  const subject: Subject = { repositoryId, headSha, baseRef, gate: { kind: "verification", environment } };
  const report: Report = { subject, state, sentence, reportClass, isCritical: state !== "pending" };
  const published = await publish(world, repository, report, world.clock.now());
  if (published.ok) return true;
  world.events.postponed(`verify:${environment}`, published.failure);
  return published.failure.kind === "gone";
}

function isVerified({ environments }: VerifyTerms, environment: string): boolean {
  return environments.some((glob) => matchesGlob(environment.toLowerCase(), glob.toLowerCase()));
}

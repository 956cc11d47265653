/**
 * Answering a job that waits for us: GitHub asks once, the job stands still until we answer, for thirty days.
 *
 * Wants: every job is answered, approved or rejected, with numbers of this moment and in words that help; quickly,
 * since a waiting job holds its lane and the hotfix stands behind it.
 * Keeps: nothing is approved but by a verdict, or where nobody asked us to hold. What is not known is asked again for five
 * minutes and then rejected, a policy's `hold` is waited for and no longer, and our own bugs are answered too. Who
 * asks is on disk (ledger.askers) until GitHub has the answer, and each tick queues all that wait; so neither
 * a crash nor a stop nor a lost job leaves one hanging. What is about to be answered is noted before it is sent: when the
 * job then runs, we know whether it did so by our word. [T24]
 * Races: *lost answer*: GitHub has it and we never heard; asked again it says 422, which ends the matter. *Run again*
 * while an answer is on its way: the new request begins the asker anew, and only the old one is ended. *Gone*: a
 * run that was deleted or a rule that was switched off has nobody who waits. *Suspended*: the asker waits with its
 * installation, and is queued when that comes back.
 * Leaves out: a commit status. The job's answer is final and stands where people look; a red status would stay on the
 * commit, and hold everybody who deploys through GitHub's Deployments API to whatever environment.
 */
import {
  approvalWords,
  faultWords,
  gaveUpWords,
  notGatedWords,
  rejectionWords,
  unansweredWords,
  waitingWords,
} from "../domain/answer-words.ts";
import type { Asker } from "../domain/asker.ts";
import { isUndecided } from "../domain/decide.ts";
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import { noCommit, type Repository, type Subject, subjectKey } from "../domain/subject.ts";
import { standingOf } from "../domain/verdict.ts";
import { noteRejected, noteSending } from "./answer-memory.ts";
import { askerJob } from "./asked.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import { failed, type Failure, isTransient, ok, type Result } from "./failure.ts";
import { type Answer, approved, rejected, type Step } from "./answer-step.ts";
import { asksOf, type JudgeWorld, type Judgement, remember } from "./judge.ts";

/** How old the numbers may be by which a job is answered. */
const maxAgeMs: DurationMs = 15_000;

/** How long somebody who does not answer us is asked again before the job is rejected. */
const patienceMs: DurationMs = 300_000;

/** How soon somebody who did not answer is asked again. */
const pauseMs: DurationMs = 15_000;

/** How many bugs in a row a job waits through. */
const mostFaults = 3;

/** How many words GitHub takes before the answer is ten; one is left for a note that was lost in a crash. */
const mostInterims = 9;

/** A job that waits, and where. */
interface Case {
  readonly repository: Repository;
  readonly asker: Asker;
  readonly environment: string;
  readonly runId: number;
}

/** Looks at the job that waits for a verdict on the subject. `faults`: how many bugs it met before, in a row. */
export async function answer(
  world: JudgeWorld,
  subject: Subject,
  faults: number,
): Promise<Result<Judgement>> {
  const { ledger } = world;
  const repository = await ledger.registry.repository(subject.repositoryId);
  if (repository === undefined || !(await ledger.registry.isActive(repository.installationId)))
    return ok("superseded");
  const [asker] = await ledger.askers.waitingFor(subject);
  if (asker === undefined || subject.gate.kind !== "environment") return ok("superseded");
  const { environment, runId } = subject.gate;
  const waits: Case = { repository, asker, environment, runId };
  if (faults >= mostFaults) {
    const why = "Burngate failed";
    return send(world, waits, { state: "rejected", comment: faultWords(), why });
  }
  if (subject.headSha === noCommit) return findCommit(world, waits);
  const unanswered: Failure[] = [];
  const evaluation = await evaluate(subject, {
    ...asksOf(world, repository, unanswered),
    measurements: ({ repositoryId }, policy, origin) =>
      world.measurements.exact(repositoryId, policy, origin, maxAgeMs),
  });
  if (evaluation.kind === "judged") await remember(world, evaluation, unanswered[0]);
  return take(
    world,
    waits,
    stepOf(world, asker, evaluation, unanswered[0], await patienceFor(world, subject)),
  );
}

/** How long a job waits for what is not known: no shorter than the policy that was read last would hold it. */
async function patienceFor({ ledger }: JudgeWorld, subject: Subject): Promise<DurationMs> {
  const known = await ledger.policies.find(subject.repositoryId, subject.baseRef);
  const holdMs = known?.answer.kind === "present" ? known.answer.policy.deployments.holdMs : 0;
  return Math.max(patienceMs, holdMs);
}

async function take(world: JudgeWorld, waits: Case, step: Step): Promise<Result<Judgement>> {
  switch (step.kind) {
    case "answer":
      return send(world, waits, step.answer);
    case "hold":
      await tellMeanwhile(world, waits, step.comment, step.told);
      return ok("spared");
    case "ask":
      await tellMeanwhile(world, waits, step.comment, "asking");
      return failed(step.failure);
  }
}

/** What follows from a look. `silent`: why it is not known whether somebody has opened the gate. */
function stepOf(
  world: JudgeWorld,
  asker: Asker,
  evaluation: Evaluation,
  silent: Failure | undefined,
  mostMs: DurationMs,
): Step {
  switch (evaluation.kind) {
    case "not_now":
      return unanswered(world, asker, evaluation.failure, mostMs);
    case "not_gated":
      return approved(notGatedWords(evaluation.why), evaluation.why);
    case "judged": {
      const { verdict, policy, decision, report, audience } = evaluation;
      if (standingOf(verdict) !== "held") return approved(approvalWords(verdict, audience), report.sentence);
      const holdMs = policy?.deployments.holdMs ?? 0;
      const mostWaitMs = isUndecided(decision) ? Math.max(patienceMs, holdMs) : holdMs;
      if (waitedMs(world, asker) < mostWaitMs) {
        const until = asker.askedAt + mostWaitMs;
        const told = `${report.reportClass} until ${until}`;
        return { kind: "hold", comment: waitingWords(verdict, audience, until), told };
      }
      if (silent !== undefined && waitedMs(world, asker) < patienceMs)
        return unanswered(world, asker, silent, patienceMs);
      return rejected(rejectionWords(verdict, audience, silent?.detail), report.sentence);
    }
  }
}

/** How long a job has waited; a clock that was set back does not lengthen that for ever. */
function waitedMs({ clock }: JudgeWorld, { askedAt }: Asker): DurationMs {
  return Math.abs(clock.now() - askedAt);
}

/** Somebody whom we asked did not answer; `mostMs` is how long the job waits for that. */
function unanswered(world: JudgeWorld, asker: Asker, failure: Failure, mostMs: DurationMs): Step {
  const now = world.clock.now();
  const until = asker.askedAt + mostMs;
  if (waitedMs(world, asker) >= mostMs) return rejected(gaveUpWords(failure.detail), failure.detail);
  const retryAt = failure.retryAt ?? Math.min(until, now + pauseMs);
  return {
    kind: "ask",
    comment: unansweredWords(failure.detail, until, now),
    failure: { ...failure, retryAt },
  };
}

/** The request did not say which commit: the run knows. */
async function findCommit(world: JudgeWorld, waits: Case): Promise<Result<Judgement>> {
  const { ledger, github, clock } = world;
  const { repository, asker, runId } = waits;
  const commit = await github.runCommit(repository, runId);
  if (!commit.ok) {
    const { failure } = commit;
    if (isTransient(failure)) return take(world, waits, unanswered(world, asker, failure, patienceMs));
    const needs = failure.kind === "refused" ? " (needs the permission actions: read)" : "";
    const why = `which commit this is${needs}: ${failure.detail}`;
    return take(world, waits, rejected(gaveUpWords(why), why));
  }
  const known: Asker = { ...asker, subject: { ...asker.subject, headSha: commit.value } };
  await ledger.askers.ask(known, "anew");
  await ledger.queue.enqueue(askerJob(known, repository.installationId, clock.now()), clock.now());
  return ok("superseded");
}

/**
 * Says something to a job that goes on waiting, if that is new. It is a courtesy: what fails is not said again, and
 * the answer comes all the same.
 */
async function tellMeanwhile(world: JudgeWorld, waits: Case, comment: string, told: string): Promise<void> {
  const { ledger, writer, clock, events } = world;
  const { repository, asker, environment, runId } = waits;
  const { count, toldClass } = await ledger.askers.progress(asker);
  // After an approval that GitHub may have, nothing that hides it.
  if (toldClass === told || toldClass === "approved" || count >= mostInterims) return;
  if ((await writer.takeTurn(repository.installationId, clock.now())) !== undefined) return;
  // Noted before it is sent, so that a crash can only spare a word and never use up those that are left.
  await ledger.askers.note(asker, { count: count + 1, toldClass: told });
  const written = await writer.write(repository, { kind: "interim", runId, environment, comment });
  if (!written.ok) events.reportFailed(asker.subject, written.failure);
}

/** Answers, for good. */
async function send(world: JudgeWorld, waits: Case, answer: Answer): Promise<Result<Judgement>> {
  const { ledger, writer, clock, events } = world;
  const { repository, asker, environment, runId } = waits;
  const retryAt = await writer.takeTurn(repository.installationId, clock.now());
  if (retryAt !== undefined)
    return failed({ kind: "rate_limited", detail: "the write budget of the installation is spent", retryAt });
  const isApproved = await noteSending(ledger.askers, asker, answer.state);
  const written = await writer.write(repository, {
    kind: "review",
    runId,
    environment,
    state: answer.state,
    comment: answer.comment,
  });
  const isMoot = !written.ok && (written.failure.kind === "rejected" || written.failure.kind === "gone");
  if (!written.ok && !isMoot) {
    events.jobUnanswered(asker.subject, written.failure);
    return written;
  }
  if (written.ok && answer.state === "rejected") await noteRejected(ledger.askers, asker);
  const now = clock.now();
  const said = isMoot
    ? `${isApproved ? "approved before; now " : ""}${answer.state}, which GitHub no longer takes (${written.failure.detail})`
    : answer.state;
  await note(world, asker, `${said}: ${answer.why}`, now);
  await ledger.askers.answered(asker, now);
  events.jobAnswered(asker.subject, answer.state, written.ok ? undefined : written.failure);
  return ok("written");
}

async function note(
  { ledger }: JudgeWorld,
  { subject, askedAt }: Asker,
  detail: string,
  at: Instant,
): Promise<void> {
  await ledger.audit.note({
    at,
    repositoryId: subject.repositoryId,
    kind: "deployment_answered",
    actor: undefined,
    about: subjectKey(subject),
    detail,
    mark: `${subjectKey(subject)} ${askedAt}`,
  });
}

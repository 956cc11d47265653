/**
 * What a merge group has beyond a pull request: it stands still until we answer, nobody can press a button to
 * have it judged again, and a red throws out a change that may be fine.
 *
 * Wants: GitHub hears *pending* at once; a verdict from numbers that are at most `groupFreshMs` old; and no
 * error for something that a minute would mend.
 * Keeps: *pending* is said only where a policy gates the branch: one that is remembered is enough, also when it
 * is stale, since what turns out ungated is let go with the next breath; where none is known it is read first.
 * A repository without a policy is never painted, and there silence opens nothing: a required check that nobody
 * posts holds the queue by itself. While we ask again GitHub shows *pending* and never an older green. The
 * patience is counted from when we first heard of the group, which is on disk, so a restart does not renew it;
 * at its end the reason is said, and a group that still waits is looked at by the watch as any other.
 * Races: *dead group*: what a group that has ended is found to be is dropped by whoever judges it. *Shared
 * commit*: of a group and a pull request at one commit the group speaks, see judge.ts.
 * Leaves out: whether its members may bypass (bypass-of.ts).
 */
import { isUndecided } from "../domain/decide.ts";
import { reasonKey } from "../domain/reason.ts";
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import type { PolicyAnswer } from "../domain/policy.ts";
import { isPending, pendingReport, type Report, unreadReport, waitingReport } from "../domain/report.ts";
import { matchesBranch, type Repository, type Subject } from "../domain/subject.ts";
import { standingOf } from "../domain/verdict.ts";
import { type BesideWorld, replaceBeside, tellBeside } from "./beside.ts";
import type { Evaluation } from "./evaluate.ts";
import { failed, type Failure, type Result } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import type { Patience } from "./patience.ts";
import { publish, type PublishWorld } from "./publish.ts";

/** How old the numbers may be that a group is judged by. */
export const groupFreshMs: DurationMs = 15_000;

const retryMs: DurationMs = 15_000;

/** What a group needs beside what publishing needs. */
export interface GroupWorld extends PublishWorld, BesideWorld {
  readonly ledger: BesideWorld["ledger"] & PublishWorld["ledger"] & Pick<Ledger, "policies" | "askers">;
  readonly policies: (subject: Subject) => Promise<PolicyAnswer>;
  readonly patience: Patience;
}

/**
 * Tells GitHub to wait as soon as a policy is known to gate the group's branch. Gives when we may write again, where
 * that took the turn: what is asked before then for a verdict would be asked twice.
 */
export async function askToWait(
  world: GroupWorld,
  repository: Repository,
  subject: Subject,
): Promise<Instant | undefined> {
  const known = await world.ledger.policies.find(subject.repositoryId, subject.baseRef);
  const answer = known?.answer ?? (await world.policies(subject));
  if (!(await tellToWait(world, repository, subject, answer))) return undefined;
  return world.writer.pausedInstallations(world.clock.now()).get(repository.installationId);
}

/** The policy that holds for a group, which may have begun to gate the branch since GitHub was told to wait. */
export async function policyOfGroup(
  world: GroupWorld,
  repository: Repository,
  subject: Subject,
): Promise<PolicyAnswer> {
  const answer = await world.policies(subject);
  await tellToWait(world, repository, subject, answer);
  return answer;
}

/**
 * Whether GitHub is told only now. A pending that cannot be written is no loss: the verdict follows, and if that fails
 * too, the job comes back.
 */
async function tellToWait(
  world: GroupWorld,
  repository: Repository,
  subject: Subject,
  answer: PolicyAnswer,
): Promise<boolean> {
  if (!gates(answer, subject)) return false;
  if ((await world.ledger.reports.last(subject, world.contextOf(subject))) !== undefined) return false;
  await publish(world, repository, pendingReport(subject), world.clock.now());
  return true;
}

function gates(answer: PolicyAnswer, { baseRef }: Subject): boolean {
  switch (answer.kind) {
    case "absent":
    case "unknown":
      return false;
    case "broken":
      return true;
    case "present":
      return matchesBranch(baseRef, answer.policy.pullRequestBranches);
  }
}

/**
 * What becomes of a look that another one may better: the wish to come back, while the group can wait and GitHub
 * has been told so. `undefined`: what was found is to be said. `unanswered` is the question about a bypass that
 * GitHub did not answer.
 */
export async function secondLook(
  world: GroupWorld,
  repository: Repository,
  subject: Subject,
  evaluation: Evaluation,
  unanswered: Failure | undefined,
): Promise<Result<"written" | "spared" | "superseded"> | undefined> {
  const { ledger, clock } = world;
  const doubt = doubtIn(evaluation, unanswered);
  const [asker] = await ledger.askers.waitingFor(subject);
  if (doubt === undefined || asker === undefined) return undefined;
  const last = await ledger.reports.last(subject, world.contextOf(subject));
  const until = asker.askedAt + (await world.patience(repository, subject.baseRef));
  const now = clock.now();
  // A clock that was set back does not know how long the group waits: a reason now is better than a time-out.
  const isSetBack = asker.askedAt - now > retryMs;
  if (now < until && !isSetBack) {
    const report = waitingFor(subject, evaluation, unanswered, until);
    const said = report === undefined ? undefined : await publish(world, repository, report, now);
    if (said?.ok === false) return said;
    if (evaluation.kind === "judged") await tellBeside(world, repository, evaluation, until);
    const retryAt = Math.min(until, Math.max(now + retryMs, doubt.retryAt ?? 0));
    return failed({ kind: "undecided", detail: doubt.detail, retryAt });
  }
  // What GitHub never told us a policy of is not painted, unless it was asked to wait for one. [T47]
  if (evaluation.kind !== "not_now" || !isPending(last?.reportClass)) return undefined;
  const report = unreadReport(subject, doubt.detail);
  const published = await publish(world, repository, report, now);
  if (published.ok && published.value === "written") await noteAnswer(world, report);
  if (published.ok) await replaceBeside(world, repository, report, "Not measured");
  return published;
}

/** Why another look may tell more: the policy, a number or the word about a bypass is missing. */
function doubtIn(evaluation: Evaluation, unanswered: Failure | undefined): Failure | undefined {
  switch (evaluation.kind) {
    case "not_gated":
      return undefined;
    case "not_now":
      return evaluation.failure;
    case "judged": {
      const { verdict, decision } = evaluation;
      if (standingOf(verdict) !== "held") return undefined;
      if (unanswered !== undefined) return unanswered;
      const [reason] = decision.reasons;
      return reason !== undefined && isUndecided(decision)
        ? { kind: "undecided", detail: reasonKey(reason) }
        : undefined;
    }
  }
}

/** What GitHub is told while we ask again; nothing where it is not known whether we may speak. */
function waitingFor(
  subject: Subject,
  evaluation: Evaluation,
  unanswered: Failure | undefined,
  until: Instant,
): Report | undefined {
  if (evaluation.kind !== "judged") return undefined;
  if (unanswered !== undefined) return pendingReport(subject);
  return waitingReport(evaluation.verdict, evaluation.audience, until);
}

/** Tells how long a group waited for what it was just told. */
export async function noteAnswer(
  { ledger, clock, events }: GroupWorld,
  { subject, state }: Report,
): Promise<void> {
  if (subject.gate.kind !== "merge_group") return;
  const [asker] = await ledger.askers.waitingFor(subject);
  if (asker !== undefined) events.groupAnswered(subject, state, clock.now() - asker.askedAt);
}

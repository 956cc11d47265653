/**
 * The clock's part: every tick, measure the policies that have open pull requests and queue the subjects that
 * were told something else than is true now.
 *
 * Wants: a burning budget reaches pull requests that nobody touched, and so does its recovery.
 * Keeps: it compares what each subject was told with what is true, not this tick with the last one; so a flip
 * that was noticed and lost in a crash, or noticed by somebody else's look (*stolen flip*), is noticed again.
 * Every process watches, and looks at the policies whose look it took: each is measured once a tick by one of
 * all (gate/looks.ts). Who dies with a look in hand costs that policy one tick.
 */
import { isHeld } from "../domain/decide.ts";
import type { DurationMs } from "../domain/duration.ts";
import { lineUp, type Turn } from "../domain/look-line.ts";
import type { Instant } from "../domain/instant.ts";
import { matchesBranch, type Pull, type Subject } from "../domain/subject.ts";
import type { Events } from "./events.ts";
import { decideBy, findingsOf } from "./evaluate.ts";
import type { Ledger, WatchedPolicy } from "./ledger.ts";
import type { Look } from "./looks.ts";
import type { SharedMeasurements } from "./measure.ts";
import type { Clock } from "./ports.ts";
import { type NewJob, priority } from "./queue.ts";

/** What the watch needs. */
export interface WatchWorld {
  readonly ledger: Ledger;
  readonly measurements: SharedMeasurements;
  readonly clock: Clock;
  readonly events: Events;
  readonly tickMs: DurationMs;
}

/** How many policies are measured at once at one data source. A dead one must not keep the others waiting. */
const concurrency = 8;

/** The clocks of two processes differ; a little sooner than due is soon enough, or a look would be skipped. */
const dueShare = 0.9;

/** One tick: gives how many subjects were queued. No look begins after `signal` aborts, or when the tick is over. */
export async function watch(world: WatchWorld, signal: AbortSignal): Promise<number> {
  const { clock, events, tickMs } = world;
  const startedAt = clock.now();
  const due = await queueDue(world);
  // On a clock that was set back, what was lined up may be hours away.
  const isOver = (): boolean => signal.aborted || Math.abs(clock.now() - startedAt) >= tickMs;
  // Each counts for itself: a sum that is added to across an await loses what others add meanwhile.
  const work = async (line: Turn<readonly WatchedPolicy[]>[]): Promise<number> => {
    let flipped = 0;
    for (let next = line.shift(); next !== undefined; next = line.shift()) {
      if (next.at > clock.now() && !isOver()) await clock.wait(next.at - clock.now(), signal);
      if (isOver()) break;
      flipped += await takeLook(world, next.what);
    }
    return flipped;
  };
  const lines = await linesOf(world, startedAt);
  const flips = await Promise.all(
    lines.flatMap((line) => Array.from({ length: concurrency }, async () => work(line))),
  );
  const queued = flips.reduce((sum, flipped) => sum + flipped, due);
  events.tick("watch", clock.now() - startedAt, queued);
  return queued;
}

/** What is to be looked at in this tick: a line for each data source. */
async function linesOf(
  { ledger, tickMs }: WatchWorld,
  now: Instant,
): Promise<Turn<readonly WatchedPolicy[]>[][]> {
  const taken = await ledger.looks.taken("tick", now - 4 * tickMs, now);
  const lastAt = new Map(taken.map((look) => [lookKey(look), look.takenAt]));
  const groups = [...byRevision((await ledger.policies.watched()).filter(isGated))];
  const bySource = Map.groupBy(groups, ([one]) => one?.answer.policy.dataSource);
  return [...bySource.values()].map((ours) => [
    ...lineUp(
      ours.map((what) => ({ what, lastAt: what[0] && lastAt.get(lookKey(lookOf(what[0]))) })),
      now,
      tickMs,
    ),
  ]);
}

function lookOf({ repositoryId, answer }: WatchedPolicy): Look {
  return { repositoryId, revision: answer.origin.revision, cause: "tick" };
}

const lookKey = ({ repositoryId, revision }: Look): string => `${repositoryId} ${revision}`;

/** Whether the policy gates anything on its branch. */
export function isGated({ baseRef, answer }: WatchedPolicy): boolean {
  const { pullRequestBranches, deployments, deploymentsApi } = answer.policy;
  const isOfDeployments = deployments.environments !== undefined || deploymentsApi.length > 0;
  return isOfDeployments || matchesBranch(baseRef, pullRequestBranches);
}

/** Branches of a repository whose policies are equal are measured together. */
function byRevision(policies: readonly WatchedPolicy[]): Iterable<readonly WatchedPolicy[]> {
  return Map.groupBy(policies, (one) => lookKey(lookOf(one))).values();
}

/** Looks, if nobody else does. One policy's fault must not end the look at the others. */
async function takeLook(world: WatchWorld, branches: readonly WatchedPolicy[]): Promise<number> {
  const { ledger, clock, events, tickMs } = world;
  const [first] = branches;
  if (first === undefined) return 0;
  try {
    const isOurs = await ledger.looks.take(lookOf(first), clock.now(), tickMs * dueShare);
    return isOurs ? await watchRevision(world, branches) : 0;
  } catch (fault) {
    events.buried(`watch:${first.repositoryId}`, fault);
    return 0;
  }
}

/** Measures one policy and queues what was told something else; gives how many. All branches have its revision. */
export async function watchRevision(
  { ledger, measurements, clock }: WatchWorld,
  branches: readonly WatchedPolicy[],
): Promise<number> {
  const [first] = branches;
  if (first === undefined) return 0;
  const repository = await ledger.registry.repository(first.repositoryId);
  if (repository === undefined || !(await ledger.registry.isActive(repository.installationId))) return 0;
  const { policy, origin } = first.answer;
  const known = await measurements.fresh(repository.id, policy, origin);
  const { set, holds, renewedAt, toldClass } = known;
  const isRed = isHeld(decideBy(policy, findingsOf(policy, set, holds), set, renewedAt));
  let queued = 0;
  for (const { baseRef } of branches) {
    const due = await ledger.subjects.outOfDate(repository.id, baseRef, toldClass);
    const flip = { repositoryId: repository.id, baseRef, revision: origin.revision, toldClass, isRed };
    // First the record, then the work: what is settled was noticed.
    await ledger.flips.notice(flip, due, clock.now());
    if (due.length === 0) continue;
    const pulls = Map.groupBy(await ledger.pulls.openInto(repository.id, baseRef), ({ headSha }) => headSha);
    const approved = await ledger.pulls.approvedInto(repository.id, baseRef);
    const jobs = due.map((subject): NewJob => ({
      task: { kind: "subject", subject },
      installationId: repository.installationId,
      priority: rankOf(subject, pulls.get(subject.headSha) ?? [], approved, isRed),
      notBefore: clock.now(),
      revive: false,
    }));
    await ledger.queue.fanOut(jobs, clock.now());
    queued += due.length;
  }
  return queued;
}

/**
 * What is about to be merged comes first: merge groups, then pull requests that merge by themselves, those that are
 * approved, and drafts last; of each kind red before green.
 */
function rankOf(
  subject: Subject,
  open: readonly Pull[],
  approved: ReadonlySet<number>,
  isRed: boolean,
): number {
  if (subject.gate.kind !== "pull_request") return priority.waiting;
  const rank = isRed ? priority.red : priority.flip;
  if (open.some(({ isAutoMerge }) => isAutoMerge === true)) return rank + 3;
  if (open.some(({ number, isDraft }) => approved.has(number) && !isDraft)) return rank + 2;
  return open.every(({ isDraft }) => isDraft) ? rank : rank + 1;
}

async function queueDue(world: WatchWorld): Promise<number> {
  const { ledger, clock } = world;
  let queued = 0;
  for (const subject of await ledger.subjects.due(clock.now())) {
    const repository = await ledger.registry.repository(subject.repositoryId);
    if (repository === undefined || !(await ledger.registry.isActive(repository.installationId))) continue;
    const task = { kind: "subject", subject } as const;
    const job = {
      task,
      installationId: repository.installationId,
      priority: priority.bypass,
      notBefore: clock.now(),
      revive: false,
    };
    await ledger.queue.enqueue(job, clock.now());
    queued += 1;
  }
  return queued;
}

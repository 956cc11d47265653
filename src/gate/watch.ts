/**
 * The clock's part: every tick, measure the policies that have open pull requests and queue the subjects that
 * were told something else than is true now.
 *
 * Wants: a burning budget reaches pull requests that nobody touched, and so does its recovery.
 * Keeps: it compares what each subject was told with what is true, not this tick with the last one; so a flip
 * that was noticed and lost in a crash, or noticed by somebody else's look (*stolen flip*), is noticed again.
 */
import { decide, isHeld } from "../domain/decide.ts";
import { matchesBranch, type Subject } from "../domain/subject.ts";
import type { Events } from "./events.ts";
import { findingsOf } from "./evaluate.ts";
import type { Ledger, WatchedPolicy } from "./ledger.ts";
import type { SharedMeasurements } from "./measure.ts";
import type { Clock } from "./ports.ts";
import { priority } from "./queue.ts";

/** What the watch needs. */
export interface WatchWorld {
  readonly ledger: Ledger;
  readonly measurements: SharedMeasurements;
  readonly clock: Clock;
  readonly events: Events;
}

/** How many policies are measured at once at one data source. A dead one must not keep the others waiting. */
const concurrency = 8;

/** One tick: gives how many subjects were queued. */
export async function watch(world: WatchWorld): Promise<number> {
  const { ledger, clock, events } = world;
  const startedAt = clock.now();
  const due = await queueDue(world);
  const waiting = [...byRevision((await ledger.policies.watched()).filter(isGated))];
  const bySource = Map.groupBy(waiting, ([one]) => one?.answer.policy.dataSource);
  // Each counts for itself: a sum that is added to across an await loses what others add meanwhile.
  const work = async (ours: (readonly WatchedPolicy[])[]): Promise<number> => {
    let flipped = 0;
    for (let next = ours.shift(); next !== undefined; next = ours.shift()) flipped += await look(world, next);
    return flipped;
  };
  const flips = await Promise.all(
    [...bySource.values()].flatMap((ours) => Array.from({ length: concurrency }, async () => work(ours))),
  );
  const queued = flips.reduce((sum, flipped) => sum + flipped, due);
  events.tick("watch", clock.now() - startedAt, queued);
  return queued;
}

function isGated({ baseRef, answer }: WatchedPolicy): boolean {
  const { pullRequestBranches, deployments, deploymentsApi } = answer.policy;
  const isOfDeployments = deployments.environments !== undefined || deploymentsApi.length > 0;
  return isOfDeployments || matchesBranch(baseRef, pullRequestBranches);
}

/** Branches of a repository whose policies are equal are measured together. */
function byRevision(policies: readonly WatchedPolicy[]): Iterable<readonly WatchedPolicy[]> {
  return Map.groupBy(
    policies,
    ({ repositoryId, answer }) => `${repositoryId} ${answer.origin.revision}`,
  ).values();
}

/** One policy's fault must not end the look at the others. */
async function look(world: WatchWorld, branches: readonly WatchedPolicy[]): Promise<number> {
  try {
    return await watchRevision(world, branches);
  } catch (fault) {
    world.events.buried(`watch:${branches[0]?.repositoryId}`, fault);
    return 0;
  }
}

async function watchRevision(
  { ledger, measurements, clock }: WatchWorld,
  branches: readonly WatchedPolicy[],
): Promise<number> {
  const [first] = branches;
  if (first === undefined) return 0;
  const repository = await ledger.registry.repository(first.repositoryId);
  if (repository === undefined || !(await ledger.registry.isActive(repository.installationId))) return 0;
  const { policy, origin } = first.answer;
  const { set, holds, toldClass } = await measurements.fresh(repository.id, policy, origin);
  const isRed = isHeld(decide(findingsOf(policy, set, holds), policy.whenUnmeasured));
  let queued = 0;
  for (const { baseRef } of branches) {
    for (const subject of await ledger.subjects.outOfDate(repository.id, baseRef, toldClass)) {
      const task = { kind: "subject", subject } as const;
      const rank = await rankOf(ledger, subject, isRed);
      const job = {
        task,
        installationId: repository.installationId,
        priority: rank,
        notBefore: clock.now(),
        revive: false,
      };
      await ledger.queue.enqueue(job, clock.now());
      queued += 1;
    }
  }
  return queued;
}

/**
 * What is about to be merged comes first: merge groups, then pull requests that merge by themselves, and drafts
 * last; of each kind red before green.
 */
async function rankOf({ pulls }: Ledger, subject: Subject, isRed: boolean): Promise<number> {
  if (subject.gate.kind !== "pull_request") return priority.waiting;
  const rank = isRed ? priority.red : priority.flip;
  const open = await pulls.openFor(subject);
  if (open.some(({ isAutoMerge }) => isAutoMerge === true)) return rank + 2;
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

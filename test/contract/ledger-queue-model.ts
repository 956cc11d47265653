/** The queue's law, told as a small machine in memory: what a database must do, without a database. */
import type { ClaimedJob, NewJob, Setback } from "../../src/gate/queue.ts";
import { taskKey } from "../../src/gate/queue.ts";

interface Job {
  readonly key: string;
  isWaiting: boolean;
  isBuried: boolean;
  installationId: number | undefined;
  priority: number;
  runAt: number;
  leaseUntil: number | undefined;
  /** Which hand took it last. */
  hand: number | undefined;
  failures: number;
  faults: number;
}

/** What a claim must give. */
export type ExpectedClaim = Pick<ClaimedJob, "key" | "failures" | "faults">;

/** The model of a queue. Hands are numbered in the order of their claims, those that got nothing left out. */
export interface QueueModel {
  now: number;
  hands: number;
  readonly jobs: Map<string, Job>;
}

/** A queue that is empty. */
export function queueModel(now: number): QueueModel {
  return { now, hands: 0, jobs: new Map() };
}

/** See Queue.enqueue. */
export function enqueue(
  { jobs }: QueueModel,
  { task, installationId, priority, notBefore, revive }: NewJob,
): void {
  const key = taskKey(task);
  const job = jobs.get(key);
  if (job === undefined) {
    const idle = { isBuried: false, leaseUntil: undefined, hand: undefined, failures: 0, faults: 0 };
    jobs.set(key, { key, isWaiting: true, installationId, priority, runAt: notBefore, ...idle });
    return;
  }
  if (job.isBuried && !revive) return;
  if (job.isBuried) Object.assign(job, { isBuried: false, failures: 0, faults: 0 });
  job.priority = job.isWaiting ? Math.max(job.priority, priority) : priority;
  job.runAt = job.isWaiting ? Math.min(job.runAt, notBefore) : notBefore;
  job.installationId = installationId;
  job.isWaiting = true;
}

/** See Queue.claim. */
export function claim(
  model: QueueModel,
  leaseMs: number,
  paused: readonly number[],
): ExpectedClaim | undefined {
  const { now, jobs } = model;
  const isFree = ({ isBuried, isWaiting, runAt, leaseUntil }: Job): boolean =>
    !isBuried && (leaseUntil === undefined ? isWaiting && runAt <= now : leaseUntil <= now);
  const [job] = [...jobs.values()]
    .filter(
      (one) => isFree(one) && !(one.installationId !== undefined && paused.includes(one.installationId)),
    )
    .toSorted((a, b) => b.priority - a.priority || a.runAt - b.runAt || (a.key < b.key ? -1 : 1));
  if (job === undefined) return undefined;
  Object.assign(job, { isWaiting: false, leaseUntil: now + leaseMs, hand: model.hands });
  model.hands += 1;
  return { key: job.key, failures: job.failures, faults: job.faults };
}

/** See Queue.freeAll. */
export function freeAll({ jobs }: QueueModel): void {
  for (const job of jobs.values()) {
    if (job.leaseUntil === undefined) continue;
    Object.assign(job, { isWaiting: true, leaseUntil: undefined, hand: undefined });
  }
}

/** See Queue.renew. */
export function renew(model: QueueModel, key: string, hand: number, leaseMs: number): boolean {
  const job = model.jobs.get(key);
  if (job?.hand !== hand || job.leaseUntil === undefined || job.leaseUntil <= model.now) return false;
  job.leaseUntil = model.now + leaseMs;
  return true;
}

/** See Queue.finish. */
export function finish(model: QueueModel, key: string, hand: number): void {
  const job = jobOf(model, key, hand);
  if (job === undefined) return;
  if (!job.isWaiting) model.jobs.delete(key);
  Object.assign(job, { leaseUntil: undefined, hand: undefined, failures: 0, faults: 0 });
}

/** See Queue.postpone. */
export function postpone(model: QueueModel, key: string, hand: number, until: number, why: Setback): void {
  const job = jobOf(model, key, hand);
  if (job === undefined) return;
  job.runAt = job.isWaiting && why.kind !== "wait" ? Math.min(job.runAt, until) : until;
  job.failures += why.kind === "wait" ? 0 : 1;
  job.faults += why.kind === "fault" ? 1 : 0;
  Object.assign(job, { isWaiting: true, leaseUntil: undefined, hand: undefined });
}

/** See Queue.bury. */
export function bury(model: QueueModel, key: string, hand: number): void {
  const job = jobOf(model, key, hand);
  if (job === undefined) return;
  job.failures += 1;
  Object.assign(job, { isBuried: !job.isWaiting, leaseUntil: undefined, hand: undefined });
}

/** What Queue.counts and Queue.nextDue must tell. */
export function standing({ jobs }: QueueModel): {
  waiting: number;
  running: number;
  buried: number;
  nextDue: number | undefined;
} {
  const all = [...jobs.values()];
  const moments = all.flatMap(({ isBuried, isWaiting, leaseUntil, runAt }) =>
    isBuried ? [] : leaseUntil !== undefined ? [leaseUntil] : isWaiting ? [runAt] : [],
  );
  return {
    waiting: all.filter(({ isBuried, isWaiting }) => !isBuried && isWaiting).length,
    running: all.filter(({ leaseUntil }) => leaseUntil !== undefined).length,
    buried: all.filter(({ isBuried }) => isBuried).length,
    nextDue: moments.length === 0 ? undefined : Math.min(...moments),
  };
}

function jobOf({ jobs }: QueueModel, key: string, hand: number): Job | undefined {
  const job = jobs.get(key);
  return job?.hand === hand ? job : undefined;
}

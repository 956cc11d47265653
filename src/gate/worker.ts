/**
 * Takes jobs from the queue and works them, a few at a time, the most urgent first.
 *
 * Keeps: a job leaves the queue only when it is done, superseded, or given up where people can see it. The
 * world's failures are asked again with growing pauses for as long as it takes; bugs are recorded, tried a
 * few times and then buried, loudly.
 * Races: *long job*: while this process lives it lengthens the leases of what it runs, so nobody begins the same
 * work beside it. *Late hand*: a worker that outlived its lease finds its claim gone, writes nothing and leaves the
 * job alone. *Slow stop*: stopping takes no new job and waits for the running ones; what does not finish in
 * time is free again when its lease ends. *Deaf ledger*: when the ledger itself fails, that is told and tried
 * again; a job that could not be put back comes back when its lease ends.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import { lookAlerted } from "./alerts.ts";
import { answer } from "./answer.ts";
import { followDefaultBranch } from "./branch-heads.ts";
import { failed, type Failure, isTransient, ok, type Result } from "./failure.ts";
import { fenced, leaseMs, type Running } from "./fence.ts";
import { isMoot } from "./forget.ts";
import { hear, type HearWorld } from "./hear.ts";
import { judge, type JudgeWorld } from "./judge.ts";
import { type ClaimedJob, taskKey } from "./queue.ts";
import { postComment, postReport, type PostBesideWorld } from "./post-beside.ts";
import { refresh, type RefreshWorld } from "./refresh.ts";
import { refreshPull, sweepRepository, type SweepWorld } from "./sweep.ts";
import { welcome, type WelcomeWorld } from "./welcome.ts";

/** What working needs. */
export interface WorkWorld
  extends
    Omit<JudgeWorld, "github">,
    HearWorld,
    Omit<RefreshWorld, "measurements">,
    Omit<PostBesideWorld, "ledger">,
    Pick<SweepWorld, "presence">,
    Pick<WelcomeWorld, "advise"> {
  readonly github: JudgeWorld["github"] & SweepWorld["github"];
}

/** A worker. */
export interface Worker {
  /** Works until nothing is due now. Jobs that wait for a later moment stay. */
  processAll(): Promise<void>;
  /** Works whenever there is work, until `signal` aborts; resolves when the running jobs have ended. */
  run(signal: AbortSignal): Promise<void>;
  /** Says that there may be work now. */
  nudge(): void;
}

const pollMs: DurationMs = 1000;
const maxFaults = 8;

/** How long to wait before a failed job is tried again: 1 s, doubled each time, at most 5 minutes. */
export function backOffMs(failures: number): DurationMs {
  return Math.min(300_000, 1000 * 2 ** Math.min(failures, 20));
}

/** A worker over the world. `concurrency` is how many jobs run at once. */
export function workerOf(world: WorkWorld, concurrency: number): Worker {
  const { ledger, clock, writer, events } = world;
  const running = new Map<Promise<void>, ClaimedJob>();
  let renewedAt = clock.now();
  let sleep = new AbortController();
  // With a reason of its own: the one that it would make has a stack, which costs more than the waking.
  const wake = (): void => sleep.abort("there may be work");

  const start = (job: ClaimedJob): void => {
    const work: Promise<void> = workJob(world, job, running)
      .catch((fault: unknown) => events.buried(taskKey(job.task), fault))
      .finally(() => {
        running.delete(work);
        wake();
      });
    running.set(work, job);
  };

  /** Begins the next jobs, as many as there is room for; tells whether there were any. */
  const startNext = async (): Promise<boolean> => {
    const now = clock.now();
    const paused = [...writer.pausedInstallations(now).keys()];
    let hasBegun = false;
    for await (const job of ledger.queue.claims(now, leaseMs, paused)) {
      start(job);
      hasBegun = true;
      if (running.size >= concurrency) break;
    }
    return hasBegun;
  };

  const renewLeases = async (): Promise<void> => {
    const now = clock.now();
    if (Math.abs(now - renewedAt) < leaseMs / 4) return;
    renewedAt = now;
    for (const job of running.values()) await ledger.queue.renew(job, now, leaseMs);
  };

  const fill = async (): Promise<void> => {
    await renewLeases();
    while (running.size < concurrency && (await startNext()));
  };

  return {
    async processAll() {
      for (await fill(); running.size > 0; await fill()) await Promise.race(running.keys());
    },
    async run(signal) {
      signal.addEventListener("abort", wake, { once: true });
      while (!signal.aborted) {
        sleep = new AbortController();
        let pause = pollMs;
        try {
          await fill();
          if (running.size < concurrency) pause = await idleMs(world);
        } catch (fault) {
          events.buried("queue", fault);
        }
        await clock.wait(pause, sleep.signal);
      }
      await Promise.all(running.keys());
    },
    nudge: wake,
  };
}

async function idleMs({ ledger, clock, writer }: WorkWorld): Promise<DurationMs> {
  const now = clock.now();
  const moments = [await ledger.queue.nextDue(), ...writer.pausedInstallations(now).values()];
  const ahead = moments.flatMap((moment) => (moment === undefined || moment <= now ? [] : [moment - now]));
  return Math.min(pollMs, ...ahead);
}

async function workJob(world: WorkWorld, job: ClaimedJob, running: Running): Promise<void> {
  const { ledger, clock, events } = world;
  const name = taskKey(job.task);
  try {
    const result = await workTask(world, job, running);
    if (result.ok) return await finish(world, job, result.value);
    const { failure } = result;
    if (!isTransient(failure)) {
      if (await isMoot(ledger, job.task)) return await finish(world, job, undefined);
      events.buried(name, failure);
      return await bury(world, job, failure.detail);
    }
    events.postponed(name, failure);
    const why =
      failure.kind === "rate_limited"
        ? ({ kind: "wait" } as const)
        : ({ kind: "failure", detail: failure.detail } as const);
    return await ledger.queue.postpone(job, nextTry(failure, job, clock.now()), why);
  } catch (fault) {
    const text = fault instanceof Error ? fault.message : String(fault);
    events.buried(name, fault);
    if (job.faults + 1 >= maxFaults) return bury(world, job, text);
    return ledger.queue.postpone(job, clock.now() + backOffMs(job.failures), { kind: "fault", detail: text });
  }
}

/** What a subject's job came to is told to the flips first: were it the other way round, a crash would leave them open. */
async function finish({ ledger, clock }: WorkWorld, job: ClaimedJob, judgement: unknown): Promise<void> {
  const { task } = job;
  if (task.kind === "subject") {
    const isTold = judgement === "written" || judgement === "spared";
    // A waiting job is answered once and for good, and nothing else is remembered of it.
    if (!isTold || task.subject.gate.kind === "environment")
      await ledger.flips.settle(task.subject, isTold ? judgement : "superseded", clock.now());
  }
  await ledger.queue.finish(job);
}

async function bury({ ledger, clock }: WorkWorld, job: ClaimedJob, why: string): Promise<void> {
  if (job.task.kind === "subject") await ledger.flips.settle(job.task.subject, "failed", clock.now());
  await ledger.queue.bury(job, why, clock.now());
}

function nextTry(failure: Failure, job: ClaimedJob, now: Instant): Instant {
  return Math.max(failure.retryAt ?? now + backOffMs(job.failures), now + 1);
}

async function workTask(world: WorkWorld, job: ClaimedJob, running: Running): Promise<Result<unknown>> {
  const { ledger, clock } = world;
  const { task } = job;
  const fencedWorld = (): WorkWorld => ({ ...world, writer: fenced(world, job, running) });
  switch (task.kind) {
    case "delivery": {
      const delivery = await ledger.deliveries.find(task.id);
      if (delivery === undefined) return ok(undefined);
      const heard = await hear(world, delivery);
      if (heard.ok) await ledger.deliveries.worked(task.id, clock.now());
      return heard;
    }
    case "subject":
      return task.subject.gate.kind === "environment"
        ? answer(fencedWorld(), task.subject, job.faults)
        : judge(fencedWorld(), task.subject);
    case "pull":
      return refreshPull(world, task.repositoryId, task.number);
    case "look":
      await lookAlerted(world, task.repositoryId, task.revision);
      return ok(undefined);
    case "repository": {
      const swept = await sweepRepository(world, task.repositoryId);
      return swept.ok ? followDefaultBranch(world, task.repositoryId) : swept;
    }
    case "refresh":
      return refresh(world, task.subject, task.wish);
    case "report":
      return onceMore(job, await postReport(fencedWorld(), task.subject));
    case "comment":
      return onceMore(job, await postComment(fencedWorld(), task.repositoryId, task.number));
    case "welcome":
      return onceMore(job, await welcome(fencedWorld(), task.repositoryId));
  }
}

/**
 * What was refused although it is accepted may have been asked with a token from before: it keeps its permissions for
 * an hour, and the refusal has it replaced.
 */
function onceMore<T>({ failures }: ClaimedJob, result: Result<T>): Result<T> {
  return result.ok || result.failure.kind !== "refused" || failures > 0
    ? result
    : failed({ ...result.failure, kind: "not_yet" });
}

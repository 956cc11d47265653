/**
 * What runs by itself beside the worker: the watch, the sweep, the scan for lost webhooks and the cleaning, each as a round that
 * can be called once, and all of them again and again until the engine is stopped.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { RetentionTimes } from "../domain/retention.ts";
import { queueStandingJobs } from "./asked.ts";
import { type EventSink, tellSinks } from "./event-sinks.ts";
import { every } from "./every.ts";
import { answerChecks, type CheckWorld } from "./answer-checks.ts";
import { learnPermissions, tellAllFeatures } from "./installations.ts";
import { cleanLedger, cleanMs } from "./retention.ts";
import { roundForAll } from "./round-for-all.ts";
import { scanDeliveries, type ScanWorld } from "./scan.ts";
import { queueSweeps, type SweepWorld } from "./sweep.ts";
import { verifyDue, type VerifyWorld } from "./verify.ts";
import { watch, type WatchWorld } from "./watch.ts";
import type { Worker } from "./worker.ts";

/** What the rounds need. */
export type EngineWorld = WatchWorld &
  SweepWorld &
  ScanWorld &
  VerifyWorld & {
    /** Who is told of verdicts. */
    readonly sinks: readonly EventSink[];
    /** What a forge elsewhere is answered by; `undefined`: there is none. */
    readonly answering: CheckWorld | undefined;
  };

/** How often each round comes, and for whom. */
export interface EngineSettings {
  readonly tickMs: DurationMs;
  readonly sweepMs: DurationMs;
  readonly scanMs: DurationMs;
  readonly retention: RetentionTimes;
  /** Whether no other process shares the ledger. */
  readonly isAlone: boolean;
  /** Whether this start has changed the ledger's form. */
  readonly isChanged: boolean;
}

/** The rounds, each once, and all of them for as long as the process lives. */
export interface Engine {
  /** One round of the watch; gives how many subjects it queued. */
  tick(): Promise<number>;
  /** Queues a sweep of every repository. */
  sweep(): Promise<number>;
  /** Looks for webhooks that did not arrive, and for what was accepted for installations that we know too little of. */
  scan(): Promise<void>;
  /** Lets go of what is old in the ledger. */
  clean(): Promise<void>;
  /** Tells receivers of events what is new, and answers status checks elsewhere. */
  tell(): Promise<void>;
  /** Starts the worker and every round. */
  start(): void;
  /** Ends them and lets what runs finish. */
  stop(): Promise<void>;
}

/** How often receivers of events are told. */
const tellMs: DurationMs = 5000;

/** Puts the rounds together. `nudge` tells every worker that there may be work. */
export function engineOf(
  world: EngineWorld,
  worker: Worker,
  nudge: () => void,
  { tickMs, sweepMs, scanMs, retention, isAlone, isChanged }: EngineSettings,
): Engine {
  const { ledger, clock, events } = world;
  const ending = new AbortController();
  const running: Promise<void>[] = [];
  const tick = async (): Promise<number> => {
    // First: the watch takes long where a Prometheus does not answer, and a job's time may be over.
    const standing = await queueStandingJobs(ledger, clock.now());
    nudge();
    // Side by side: neither waits for a Prometheus that the other asks.
    const [flipped] = await Promise.all([watch(world, ending.signal), verifyDue(world, ending.signal)]);
    const queued = standing + flipped;
    nudge();
    return queued;
  };
  const sweep = async (): Promise<number> => {
    const startedAt = clock.now();
    const queued = await queueSweeps(world);
    events.tick("sweep", clock.now() - startedAt, queued);
    nudge();
    return queued;
  };
  const scan = async (): Promise<void> => {
    const startedAt = clock.now();
    const learned = await learnPermissions(world);
    if (!learned.ok) events.postponed("permissions", learned.failure);
    const outcome = await scanDeliveries(world, ending.signal);
    events.scanned(outcome, clock.now() - startedAt);
    nudge();
  };
  const clean = (): Promise<void> =>
    cleanLedger({ retention: ledger.retention, clock, events, times: retention }, ending.signal);
  const { answering } = world;
  const answerElsewhere = async (): Promise<void> =>
    answering === undefined ? undefined : answerChecks(answering, ending.signal);
  const tell = async (): Promise<void> => {
    await tellSinks(world, world.sinks, ending.signal);
    await answerElsewhere();
  };
  const forAll = (name: string, everyMs: DurationMs, round: () => Promise<unknown>) =>
    roundForAll({ rounds: ledger.rounds, clock }, name, everyMs, round, { isAlone, isChanged });
  return {
    tick,
    sweep,
    scan,
    clean,
    tell,
    start() {
      const begin = (pauseMs: DurationMs, round: () => Promise<unknown>): void => {
        running.push(every({ clock, events }, pauseMs, round, ending.signal));
      };
      running.push(worker.run(ending.signal));
      begin(tickMs, tick);
      begin(sweepMs, forAll("sweep", sweepMs, sweep));
      begin(scanMs, forAll("scan", scanMs, scan));
      // Each by itself: a receiver that answers slowly would make the others wait for the next round.
      for (const sink of world.sinks) begin(tellMs, () => tellSinks(world, [sink], ending.signal));
      if (answering !== undefined) begin(tellMs, answerElsewhere);
      begin(cleanMs, forAll("clean", cleanMs, clean));
      running.push(
        tellAllFeatures({ ledger, events }).catch((error: unknown) => events.buried("features", error)),
      );
    },
    async stop() {
      ending.abort();
      await Promise.all(running);
    },
  };
}

/** A worker's world for tests of one part at a time: a real ledger in memory, real events, and everything else as the test says. */
import type { Repository } from "../../../src/domain/subject.ts";
import { failed, type Failure } from "../../../src/gate/failure.ts";
import type { Ledger } from "../../../src/gate/ledger.ts";
import type { Clock } from "../../../src/gate/ports.ts";
import type { NewJob } from "../../../src/gate/queue.ts";
import type { WorkWorld } from "../../../src/gate/worker.ts";
import { eventsTo } from "../../../src/observe/events.ts";
import { logTo } from "../../../src/observe/log.ts";
import { type Metrics, metricsOf } from "../../../src/observe/metrics.ts";
import { ledgerIn } from "../../../src/store/ledger.ts";
import { migrate } from "../../../src/store/migrate.ts";
import { openSqlite } from "../../../src/store/sqlite.ts";
import { type ManualClock, manualClock } from "../../world/clock.ts";
import { quietWorld } from "../../world/quiet-world.ts";

/** When the tests play. */
export const noon = Date.parse("2026-11-22T12:00:00Z");

export const shop: Repository = { id: 7, owner: "acme", name: "shop", isPublic: false, installationId: 70 };

/** A world and the means to look at it. */
export interface GateWorld {
  readonly world: WorkWorld;
  readonly ledger: Ledger;
  readonly clock: ManualClock;
  readonly metrics: Metrics;
  readonly log: readonly Record<string, unknown>[];
  /** Queues the sweep of a repository: a job that asks GitHub for one list. */
  queueSweep(id: number, more?: Partial<NewJob>): Promise<void>;
}

/** What a test may say. `openPulls` is what the sweep asks of GitHub. */
export interface GateChanges {
  readonly openPulls?: WorkWorld["github"]["openPulls"];
  readonly ledger?: (ledger: Ledger) => Ledger;
  readonly wait?: Clock["wait"];
  readonly writer?: Partial<WorkWorld["writer"]>;
}

/** A GitHub that answers with one failure. */
export function failing(failure: Failure): () => Promise<{ readonly ok: false; readonly failure: Failure }> {
  return () => Promise.resolve(failed(failure));
}

/** Makes a world. */
export async function gateWorld(changes: GateChanges = {}): Promise<GateWorld> {
  const { db } = openSqlite(":memory:");
  await migrate(db);
  const ledger = ledgerIn(db);
  const clock = manualClock(noon);
  const metrics = metricsOf();
  const log: Record<string, unknown>[] = [];
  const logger = logTo("debug", {
    write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>),
  });
  const asked: Partial<WorkWorld["github"]> =
    changes.openPulls === undefined ? {} : { openPulls: changes.openPulls };
  const github = new Proxy(asked as WorkWorld["github"], {
    get: (target, name: keyof WorkWorld["github"]) =>
      target[name] ?? (() => Promise.reject(new Error(`${name} was not to be asked`))),
  });
  const world: WorkWorld = {
    ...quietWorld,
    ledger: changes.ledger?.(ledger) ?? ledger,
    clock: changes.wait === undefined ? clock : { now: () => clock.now(), wait: changes.wait },
    events: eventsTo(logger, metrics, clock),
    github,
    writer: {
      takeTurn: () => Promise.resolve(undefined),
      pausedInstallations: () => new Map(),
      write: failing({ kind: "refused", detail: "was not to be written to" }),
      ...changes.writer,
    },
    policies: () => Promise.reject(new Error("no policy was to be read")),
    measurements: {
      recent: () => Promise.reject(new Error("nothing was to be measured")),
      fresh: () => Promise.reject(new Error("nothing was to be measured")),
      exact: () => Promise.reject(new Error("nothing was to be measured")),
    },
    patience: () => Promise.reject(new Error("nobody was to wait")),
    contextOf: ({ baseRef }) => `error-budget: ${baseRef}`,
  };
  return {
    world,
    ledger,
    clock,
    metrics,
    log,
    async queueSweep(id, more = {}) {
      await ledger.registry.remember({ ...shop, id });
      const task = { kind: "repository", repositoryId: id } as const;
      const job = {
        task,
        installationId: undefined,
        priority: 10,
        notBefore: clock.now(),
        revive: true,
        ...more,
      };
      await ledger.queue.enqueue(job, clock.now());
    },
  };
}

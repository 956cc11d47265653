/**
 * Our app, whole, in this process, between a simulated GitHub and a real Prometheus. Webhooks arrive over
 * HTTP and statuses leave over HTTP; only time is ours: nothing happens until it is stepped.
 */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compose, type Machine } from "../../src/compose.ts";
import type { Config } from "../../src/config.ts";
import { Secret } from "../../src/domain/secret.ts";
import { defaultCallerRules } from "../../src/callers/issuer.ts";
import type { Callers } from "../../src/gate/caller.ts";
import { listenHttp, webhookPath } from "../../src/http/server.ts";
import { logTo } from "../../src/observe/log.ts";
import type { DataSource } from "../../src/prometheus/data-source.ts";
import type { ManualClock } from "./clock.ts";
import type { GitHub } from "./github.ts";

/** A data source without credentials, open to every repository. */
export function openSource(id: string, url: string, more: Partial<DataSource> = {}): DataSource {
  const plain = { auth: undefined, tls: {}, headers: {}, timeoutMs: 5000, repositories: ["**"] };
  return { id, url: new URL(url), ...plain, ...more };
}

/** What an app is started with. */
export interface AppOptions {
  readonly github: GitHub;
  readonly clock: ManualClock;
  readonly dataSources: readonly DataSource[];
  readonly config?: Partial<Config>;
  /** How many jobs run at once. Default: as many as in production. */
  readonly jobsAtOnce?: number;
  /** Who may ask over HTTP. Default: whom the app itself knows. */
  readonly callers?: Callers;
}

/** A running app. */
export interface App {
  readonly machine: Machine;
  readonly clock: ManualClock;
  readonly url: string;
  /** Lines of the log, parsed, when the log level is not silent. */
  readonly log: readonly Record<string, unknown>[];
  /**
   * Steps until no webhook is on its way and no job is due; the clock moves only as far as jobs wait for
   * their turn to write.
   */
  settle(): Promise<void>;
  /** Lets time pass and the watch look once, then settles. */
  tick(ms?: number): Promise<void>;
  /** Stops it as SIGTERM does. The database stays. */
  stop(): Promise<void>;
  /** Starts it again on the same database. */
  restart(): Promise<App>;
}

/**
 * Starts the app on the database that the configuration names, or one of its own, and points GitHub's
 * webhooks at it.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const named = options.config?.databasePath;
  if (named !== undefined) return startOn(options, named);
  const folder = await mkdtemp(join(tmpdir(), "burngate-app-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return startOn(options, join(folder, "ledger.sqlite"));
}

async function startOn(options: AppOptions, databasePath: string): Promise<App> {
  const { github, clock } = options;
  const lines: Record<string, unknown>[] = [];
  const config: Config = {
    appId: github.appId,
    privateKey: new Secret(() => github.privateKey),
    webhookSecret: new Secret(() => github.webhookSecret),
    githubApiUrl: github.url,
    writesPerSecond: 3,
    dataSources: options.dataSources,
    databasePath,
    databaseUrl: undefined,
    alertmanagerToken: undefined,
    callerRules: defaultCallerRules,
    eventSinks: [],
    gitlab: undefined,
    host: "127.0.0.1",
    port: 0,
    tickMs: 30_000,
    sweepMs: 900_000,
    scanMs: 300_000,
    retention: { deliveriesMs: 7 * 86_400_000, evidenceMs: 400 * 86_400_000 },
    logLevel: "silent",
    ...options.config,
  };
  const log = logTo(config.logLevel, {
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  const machine = await compose(config, clock, log, options.jobsAtOnce);
  const surfaces = {
    door: machine.door,
    events: machine.events,
    unready: () => Promise.resolve(undefined),
    api: {
      ...machine,
      callers: options.callers ?? machine.callers,
      registry: machine.ledger.registry,
      clock,
    },
    gitlab: machine.gitlab,
    alerts: config.alertmanagerToken && { token: config.alertmanagerToken, hear: machine.hearAlerts },
    sync: () => machine.ledger.gaps.health(),
    metrics: async () => ({
      type: machine.metrics.registry.contentType,
      text: await machine.metrics.registry.metrics(),
    }),
  };
  const server = await listenHttp(surfaces, config.host, config.port);
  const url = `http://127.0.0.1:${server.port}`;
  github.sendWebhooksTo(`${url}${webhookPath}`);

  const settle = async (): Promise<void> => {
    for (let round = 0; round < 10_000; round += 1) {
      // What is written has webhooks of its own.
      for (let heard = -1; heard < github.deliveries.length;) {
        heard = github.deliveries.length;
        await github.settled();
        await machine.worker.processAll();
      }
      const { waiting } = await machine.ledger.queue.counts();
      if (waiting === 0) return;
      const due = await machine.ledger.queue.nextDue();
      // A job waits for its turn to write, or for a failure's pause to end; a long wait is for an
      // installation that GitHub wants left alone.
      clock.advance(due !== undefined && due > clock.now() ? due - clock.now() : round < 2000 ? 250 : 10_000);
    }
    throw new Error("the machine does not come to rest");
  };
  return {
    machine,
    clock,
    url,
    log: lines,
    settle,
    async tick(ms = config.tickMs) {
      clock.advance(ms);
      await machine.tick();
      await settle();
    },
    async stop() {
      await server.stop();
      await machine.stop();
    },
    restart: () => startOn(options, databasePath),
  };
}

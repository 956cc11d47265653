/**
 * `npm start`: reads the environment, puts the machine together, serves until it is told to stop. Without an
 * App's credentials it first serves the page that registers one, and then goes on as that App.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { compose } from "./compose.ts";
import {
  type Config,
  describeFaults,
  processEnvironment,
  readConfig,
  readRemainingFaults,
  readSetupConfig,
  type SetupConfig,
} from "./config.ts";
import { lacksCredentials } from "./credentials.ts";
import type { ConfigFault } from "./environment.ts";
import { convertCode } from "./github/app-manifest.ts";
import { webUrlOf } from "./github/web-url.ts";
import { listenHttp, webhookPath } from "./http/server.ts";
import { logTo } from "./observe/log.ts";
import { systemClock } from "./system-clock.ts";
import { readAppPlan } from "./setup/manifest.ts";
import { listenSetup } from "./setup/server.ts";

/** sysexits.h: the configuration is wrong. */
const exitConfig = 78;

/** What the process is told to end with. */
const endings = ["SIGTERM", "SIGINT"] as const;

async function main(): Promise<void> {
  if (lacksCredentials(processEnvironment)) {
    const { config, faults } = readSetupConfig(processEnvironment);
    if (config === undefined) return refuse(faults);
    if ((await setUp(config)) === "stopped") return;
  }
  const { config, faults } = readConfig(processEnvironment);
  return config === undefined ? refuse(faults) : serve(config);
}

function refuse(faults: readonly ConfigFault[]): void {
  process.stderr.write(
    `Burngate cannot start. ${faults.length} thing(s) to mend:\n\n${describeFaults(faults)}\n\nSee .env.example for every variable.\n`,
  );
  process.exitCode = exitConfig;
}

async function setUp(config: SetupConfig): Promise<"registered" | "stopped"> {
  const log = logTo(config.logLevel);
  const random = (): string => randomBytes(32).toString("base64url");
  const token = random();
  const world = {
    plan: readAppPlan(readFileSync(new URL("../app.yml", import.meta.url), "utf8")),
    gitHubUrl: webUrlOf(config.githubApiUrl),
    webhookPath,
    publicUrl: config.publicUrl,
    credentialsPath: config.credentialsPath,
    convert: (code: string) => convertCode(config.githubApiUrl, code),
    remaining: () => readRemainingFaults(processEnvironment),
    token,
    random,
    now: () => systemClock.now(),
  };
  const server = await listenSetup(world, config.host, config.port, (error) =>
    log.error({ err: error }, "the setup page broke"),
  );
  log.info({ host: config.host, port: server.port }, "no GitHub App yet: waiting to be set up");
  process.stderr.write(invitation(config, server.port, token));
  const told = toldToEnd();
  await Promise.race([server.registered, told.signal]);
  // A key that is being fetched cannot be fetched again, so what runs is finished first.
  await server.stop();
  told.forget();
  // By now both may have happened.
  const [app, signal] = await Promise.all([soFar(server.registered), soFar(told.signal)]);
  if (app !== undefined) {
    const { appId, appUrl } = app;
    log.info({ appId, appUrl, credentialsPath: config.credentialsPath }, "GitHub App registered");
  }
  if (signal === undefined) return "registered";
  log.info({ signal }, app === undefined ? "stopped before an App was registered" : "stopped");
  return "stopped";
}

/** What a promise has come to so far. */
async function soFar<T>(promise: Promise<T>): Promise<T | undefined> {
  return Promise.race([promise, Promise.resolve(undefined)]);
}

/** The link goes past the log, whose level or collector may keep it from the person at the terminal. */
function invitation({ host, publicUrl }: SetupConfig, port: number, token: string): string {
  const isAnyAddress = host === "0.0.0.0" || host === "::";
  const name = isAnyAddress ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  const links = [`http://${name}:${port}`, ...(publicUrl === undefined ? [] : [publicUrl])];
  return `Burngate has no GitHub App yet. Register one here; the link opens once:\n\n${links
    .map((link) => `    ${link}/?token=${token}\n`)
    .join("")}\n`;
}

function toldToEnd(): { readonly signal: Promise<NodeJS.Signals>; forget(): void } {
  const told = Promise.withResolvers<NodeJS.Signals>();
  // Once: a second signal finds Node's own way to end.
  for (const signal of endings) process.once(signal, told.resolve);
  return {
    signal: told.promise,
    forget() {
      for (const signal of endings) process.off(signal, told.resolve);
    },
  };
}

async function serve(config: Config): Promise<void> {
  const log = logTo(config.logLevel);
  let isStopping = false;
  const machine = await compose(config, systemClock, log);
  const server = await listenHttp(
    {
      door: machine.door,
      events: machine.events,
      async unready() {
        if (isStopping) return "stopping";
        try {
          await machine.ledger.queue.counts();
          return undefined;
        } catch (error) {
          log.error({ err: error }, "the database cannot be used");
          return "the database cannot be used";
        }
      },
      alerts: config.alertmanagerToken && { token: config.alertmanagerToken, hear: machine.hearAlerts },
      gitlab: machine.gitlab,
      api: { ...machine, registry: machine.ledger.registry, clock: systemClock },
      sync: () => machine.ledger.gaps.health(),
      async metrics() {
        const { registry } = machine.metrics;
        await machine.gauge();
        return { type: registry.contentType, text: await registry.metrics() };
      },
    },
    config.host,
    config.port,
  );
  machine.start();
  log.info(
    { host: config.host, port: server.port, dataSources: config.dataSources.map(({ id }) => id) },
    "listening",
  );
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    isStopping = true;
    log.info({ signal }, "stopping: finishing what runs; once more ends at once");
    await server.stop();
    await machine.stop();
    log.info("stopped");
  };
  for (const signal of endings) {
    // Once: a second signal finds Node's own way to end.
    process.once(signal, () => {
      stop(signal).catch((error: unknown) => {
        log.error({ err: error }, "stopping failed");
        process.exitCode = 1;
      });
    });
  }
}

await main();

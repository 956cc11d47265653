/** `npm start`: reads the environment, puts the machine together, serves until it is told to stop. */
import { compose, systemClock } from "./compose.ts";
import { describeFaults, processEnvironment, readConfig } from "./config.ts";
import { listenHttp } from "./http/server.ts";
import { logTo } from "./observe/log.ts";

/** sysexits.h: the configuration is wrong. */
const exitConfig = 78;

async function main(): Promise<void> {
  const { config, faults } = readConfig(processEnvironment);
  if (config === undefined) {
    process.stderr.write(
      `Burngate cannot start. ${faults.length} thing(s) to mend:\n\n${describeFaults(faults)}\n\nSee .env.example for every variable.\n`,
    );
    process.exitCode = exitConfig;
    return;
  }
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
      sync: () => machine.ledger.gaps.health(),
      async metrics() {
        const { registry, jobs } = machine.metrics;
        for (const [state, count] of Object.entries(await machine.ledger.queue.counts()))
          jobs.set({ state }, count);
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
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
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

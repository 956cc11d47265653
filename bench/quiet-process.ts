/** Ours without the sweep at the start: its work grows with the subjects and would hide what one event costs. */
import { compose } from "../src/compose.ts";
import { processEnvironment, readConfig } from "../src/config.ts";
import { listenHttp } from "../src/http/server.ts";
import { logTo } from "../src/observe/log.ts";
import { systemClock } from "../src/system-clock.ts";

const { config, faults } = readConfig(processEnvironment);
if (config === undefined) throw new Error(JSON.stringify(faults));
const log = logTo("info");
const machine = await compose(config, systemClock, log);
const surfaces = {
  door: machine.door,
  alerts: undefined,
  events: machine.events,
  unready: () => Promise.resolve(undefined),
  metrics: () => Promise.resolve({ type: "text/plain", text: "" }),
  sync: () => machine.ledger.gaps.health(),
};
const server = await listenHttp(surfaces, config.host, config.port);
const never = new AbortController();
void machine.worker.run(never.signal);
log.info({ port: server.port }, "listening");
for (;;) {
  await machine.tick();
  await systemClock.wait(config.tickMs, never.signal);
}

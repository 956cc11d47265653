/**
 * What an event and a tick cost beside many open pull requests, in a process of its own:
 * `node scale-process.ts LEDGER WORLD REPOSITORIES PULLS ROUNDS`. Prints one line of JSON.
 */
import { openEngine, playCommits, stepClock } from "./engine.ts";
import type { Scale } from "./scale.ts";
import type { Seen } from "./world-client.ts";

const [databasePath = "", worldUrl = "", ...numbers] = process.argv.slice(2);
const [repositories = 0, pulls = 0, rounds = 0] = numbers.map(Number);
const ask = async (what: string): Promise<Seen> =>
  (await (await fetch(`${worldUrl}/bench/${what}`)).json()) as Seen;
const clock = stepClock();
// Later than anything in the ledger.
clock.advance(60_000);
const machine = await openEngine(databasePath, worldUrl, clock);
// Policies are read, and code is hot.
await playCommits(machine, clock, repositories, rounds, pulls);
await ask("reset");
const before = process.cpuUsage();
await playCommits(machine, clock, repositories, rounds, pulls + rounds * repositories);
const { user, system } = process.cpuUsage(before);
const { counts } = await ask("seen");
const events = rounds * repositories;
if (counts.writes < events) throw new Error(`${counts.writes} of ${events} statuses were written`);

await ask("reset");
const tickedAt = performance.now();
const flipped = await machine.tick();
const tickMs = performance.now() - tickedAt;
const ticked = (await ask("seen")).counts;
await machine.stop();

const scale: Scale = {
  cpuMsPerEvent: (user + system) / 1000 / events,
  readsPerEvent: counts.reads / events,
  queriesPerTick: ticked.queries,
  tickMs,
  flipped,
  rssMb: process.memoryUsage.rss() / 2 ** 20,
};
process.stdout.write(`${JSON.stringify(scale)}\n`);

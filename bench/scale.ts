import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { onCore, systemCore } from "./core.ts";
import { seedPulls, stepClock } from "./engine.ts";
import { atMost, type Figure } from "./figure.ts";
import type { Part, Size } from "./part.ts";
import { type FarWorld, startFarWorld } from "./world-client.ts";

/** What a ledger of some size costs. */
export interface Scale {
  /** From the delivery to the accepted status, without receiving it over HTTP. */
  readonly cpuMsPerEvent: number;
  readonly readsPerEvent: number;
  readonly queriesPerTick: number;
  readonly tickMs: number;
  /** What the tick queued; in a calm world nothing. */
  readonly flipped: number;
  readonly rssMb: number;
}

const sizes: Readonly<Record<Size, { readonly pulls: readonly number[]; readonly rounds: number }>> = {
  full: { pulls: [100, 10_000, 100_000], rounds: 20 },
  quick: { pulls: [100, 10_000], rounds: 4 },
  tiny: { pulls: [20, 40], rounds: 1 },
};

/** All of them have an event in each round. */
const repositoriesOf = (size: Size): number => (size === "tiny" ? 10 : 100);

async function scaleOf(
  world: FarWorld,
  { among, pulls, rounds }: { among: number; pulls: number; rounds: number },
): Promise<Scale> {
  const path = fileURLToPath(new URL("scale-process.ts", import.meta.url));
  const numbers = [among, pulls, rounds].map(String);
  const folder = mkdtempSync(join(tmpdir(), "burngate-scale-"));
  const databasePath = join(folder, "ledger.sqlite");
  try {
    // Here and not there, so that what seeding takes is not measured.
    await seedPulls(databasePath, world.url, stepClock(), { repositories: among, pulls });
    const command = [process.execPath, path, databasePath, world.url, ...numbers];
    const [program, ...args] = onCore(systemCore, command);
    const { stdout } = await promisify(execFile)(program, args);
    return JSON.parse(stdout) as Scale;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What an event costs beside few and many open pull requests, on SQLite. */
export const scale: Part = {
  name: "scale",
  title: `The cost of an event beside open pull requests, ${repositoriesOf("full")} repositories, SQLite`,
  async run(size, say) {
    const world = await startFarWorld();
    try {
      const { pulls, rounds } = sizes[size];
      const figures: Figure[] = [];
      let first: number | undefined;
      for (const open of pulls) {
        const words = open.toLocaleString("en-US");
        say(`${words} open`);
        const { cpuMsPerEvent, tickMs, rssMb } = await scaleOf(world, {
          among: repositoriesOf(size),
          pulls: open,
          rounds,
        });
        figures.push({ name: `${words} open: processor time per event`, value: cpuMsPerEvent, unit: "ms" });
        if (first !== undefined) {
          const ratio = cpuMsPerEvent / first;
          figures.push({
            name: `${words} open ÷ ${pulls[0]} open`,
            value: ratio,
            unit: "",
            goal: atMost(1.2, ratio),
          });
        }
        first ??= cpuMsPerEvent;
        figures.push({ name: `${words} open: a tick in which nothing changed`, value: tickMs, unit: "ms" });
        figures.push({ name: `${words} open: memory`, value: rssMb, unit: "MB", goal: atMost(150, rssMb) });
      }
      return { kind: "measured", figures };
    } finally {
      await world.stop();
    }
  },
};

/** What a tick asks of Prometheus for few and for many pull requests. */
export const tick: Part = {
  name: "tick",
  title: "Prometheus requests in a tick, 10 repositories",
  async run(size, say) {
    const world = await startFarWorld();
    try {
      const figures: Figure[] = [];
      for (const pulls of [10, size === "tiny" ? 100 : 10_000]) {
        const words = pulls.toLocaleString("en-US");
        say(`${words} pull requests`);
        const { queriesPerTick } = await scaleOf(world, { among: 10, pulls, rounds: 1 });
        const goal = figures[0] === undefined ? {} : { goal: atMost(figures[0].value, queriesPerTick) };
        figures.push({ name: `${words} pull requests`, value: queriesPerTick, unit: "", ...goal });
      }
      return { kind: "measured", figures };
    } finally {
      await world.stop();
    }
  },
};

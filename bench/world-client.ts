import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { worldCore } from "./core.ts";
import { startSystem } from "./system.ts";
import type { Counts } from "./world.ts";

/** What the world has seen since the last reset. */
export interface Seen {
  readonly counts: Counts;
  /** Statuses that were accepted. */
  readonly statuses: number;
}

/** The world in a process of its own. */
export interface FarWorld {
  readonly url: string;
  seen(): Promise<Seen>;
  reset(): Promise<void>;
  /** Resolves when so many statuses were accepted; throws where they do not come. */
  wrote(statuses: number): Promise<Seen>;
  stop(): Promise<void>;
}

/** How long nothing may arrive before a bench is given up, in milliseconds. */
const patienceMs = 60_000;

/** Starts the world in a process of its own. */
export async function startFarWorld(): Promise<FarWorld> {
  const path = fileURLToPath(new URL("world-process.ts", import.meta.url));
  const system = await startSystem({ core: worldCore, command: [process.execPath, path], variables: {} });
  const ask = async (what: string): Promise<Seen> =>
    (await (await fetch(`${system.url}/bench/${what}`)).json()) as Seen;
  return {
    url: system.url,
    seen: async () => ask("seen"),
    async reset() {
      await ask("reset");
    },
    async wrote(statuses) {
      let last = await ask("seen");
      for (let quietMs = 0; last.statuses < statuses; quietMs += 5) {
        await pause(5);
        const next = await ask("seen");
        if (next.statuses > last.statuses) quietMs = 0;
        if (quietMs > patienceMs) throw new Error(`${next.statuses} of ${statuses} statuses were written`);
        last = next;
      }
      return last;
    },
    stop: async () => system.stop(),
  };
}

import { setTimeout as pause } from "node:timers/promises";
import { startContender } from "./contender.ts";
import { atMost } from "./figure.ts";
import { loadOn } from "./load.ts";
import { newsOf } from "./news.ts";
import type { Part, Size } from "./part.ts";
import { startFarWorld } from "./world-client.ts";

const eventsOf: Readonly<Record<Size, number>> = { full: 3000, quick: 600, tiny: 10 };

/** What an event costs that changes nothing, and how long a start takes. */
export const warm: Part = {
  name: "warm",
  title: "An event that changes nothing, SQLite",
  async run(size) {
    const events = eventsOf[size];
    const repositories = Math.min(100, events);
    const world = await startFarWorld();
    const system = await startContender({ kind: "burngate" }, world.url);
    const emptyMb = system.rssMb();
    const load = loadOn([system.url]);
    try {
      const news = newsOf(repositories);
      await load.closed(news.commits(repositories), 16);
      await world.wrote(repositories);
      await idle(system.url);
      await world.reset();
      const before = system.cpuMs();
      await load.closed(news.nothingNew(events), 16);
      await idle(system.url);
      const { counts } = await world.seen();
      const [reads, writes] = [counts.reads / events, counts.writes / events];
      return {
        kind: "measured",
        figures: [
          { name: "GitHub reads per event", value: reads, unit: "", goal: atMost(0, reads) },
          { name: "GitHub writes per event", value: writes, unit: "", goal: atMost(1, writes) },
          { name: "Prometheus requests per event", value: counts.queries / events, unit: "" },
          { name: "processor time per event", value: (system.cpuMs() - before) / events, unit: "ms" },
          { name: "from the start until it listens", value: system.startMs, unit: "ms" },
          { name: "memory when it listens", value: emptyMb, unit: "MB" },
        ],
      };
    } finally {
      load.close();
      await system.stop();
      await world.stop();
    }
  },
};

/** Resolves when nothing waits to be done. */
async function idle(url: string): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const jobs = [...text.matchAll(/^burngate_jobs\{state="(?:waiting|running)"\} (\d+)/gm)];
    if (jobs.length === 2 && jobs.every(([, count]) => count === "0")) return;
    await pause(20);
  }
}

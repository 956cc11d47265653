import { startContender } from "./contender.ts";
import type { Figure } from "./figure.ts";
import { loadOn } from "./load.ts";
import { newsOf } from "./news.ts";
import type { Part, Size } from "./part.ts";
import { tryPostgres } from "./postgres.ts";
import { startFarWorld } from "./world-client.ts";

const amounts: Readonly<Record<Size, { readonly repositories: number; readonly events: number }>> = {
  full: { repositories: 600, events: 3000 },
  quick: { repositories: 150, events: 300 },
  tiny: { repositories: 5, events: 10 },
};

/** One, two and three processes on one PostgreSQL. They share what cores there are with the server, the world and the load. */
export const replicas: Part = {
  name: "replicas",
  title: "Processes on one PostgreSQL, deliveries a second to the accepted status by the clock, not pinned",
  async run(size, say) {
    const postgres = await tryPostgres();
    if (postgres.kind === "absent") return { kind: "skipped", why: postgres.why };
    const { server } = postgres;
    const world = await startFarWorld();
    const { repositories, events } = amounts[size];
    const measure = async (count: number): Promise<Figure> => {
      const databaseUrl = await server.schema(`replicas_${count}`);
      const contender = { kind: "burngate", databaseUrl, core: "any" } as const;
      const systems = await Promise.all(
        Array.from({ length: count }, async () => startContender(contender, world.url)),
      );
      const load = loadOn(systems.map(({ url }) => url));
      try {
        const news = newsOf(repositories);
        await world.reset();
        await load.closed(news.commits(repositories), 32);
        await world.wrote(repositories);
        const deliveries = news.commits(events);
        await world.reset();
        const startedAt = performance.now();
        await load.closed(deliveries, 32);
        await world.wrote(events);
        const value = (events * 1000) / (performance.now() - startedAt);
        return { name: count === 1 ? "1 process" : `${count} processes`, value, unit: "/s" };
      } finally {
        load.close();
        await Promise.all(systems.map(async (system) => system.stop()));
      }
    };
    try {
      const figures: Figure[] = [];
      for (const count of size === "tiny" ? [1, 2] : [1, 2, 3]) {
        say(`${count}`);
        figures.push(await measure(count));
      }
      return { kind: "measured", figures };
    } finally {
      await world.stop();
      await server.stop();
    }
  },
};

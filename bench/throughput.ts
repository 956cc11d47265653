import { type Contender, startContender } from "./contender.ts";
import { atLeast, atMost, type Figure } from "./figure.ts";
import { loadOn, quantile } from "./load.ts";
import { newsOf } from "./news.ts";
import type { Part, Size } from "./part.ts";
import { tryPostgres } from "./postgres.ts";
import { startFarWorld, type FarWorld } from "./world-client.ts";

/** How many deliveries are on their way at once. */
const atOnce = 32;

/** Deliveries a second while the time to the answer is measured. */
const steadyRate = 200;

interface Amounts {
  /** Installations, which share the load, as GitHub limits each for itself. All are heard of before anything is measured. */
  readonly repositories: number;
  readonly events: number;
  readonly steadySeconds: number;
}

const amounts: Readonly<Record<Size, Amounts>> = {
  full: { repositories: 1000, events: 6000, steadySeconds: 15 },
  quick: { repositories: 200, events: 700, steadySeconds: 2 },
  tiny: { repositories: 5, events: 10, steadySeconds: 0.1 },
};

interface Speed {
  /** Deliveries to the accepted status in a second, by the clock. */
  readonly perSecond: number;
  /** The same for a second of processor time, which a busy machine does not change. */
  readonly perCore: number;
  readonly figures: readonly Figure[];
}

/** Deliveries a second to the accepted status: the floor, a plain Probot app, and Burngate on both stores. */
export const throughput: Part = {
  name: "throughput",
  title: "Deliveries to the accepted status, 20 kB webhooks",
  async run(size, say) {
    const world = await startFarWorld();
    const postgres = await tryPostgres();
    try {
      const measure = async (name: string, contender: Contender): Promise<Speed> => {
        say(name);
        return speedOf(name, contender, world, amounts[size]);
      };
      const floor = await measure("floor", { kind: "floor" });
      const probot = await measure("plain Probot", { kind: "probot", throttle: "off" });
      const sqlite = await measure("Burngate, SQLite", { kind: "burngate" });
      const ofFloor = sqlite.perCore / floor.perCore;
      const ofProbot = sqlite.perCore / probot.perCore;
      const ratios: Figure[] = [
        { name: "Burngate, SQLite ÷ floor", value: ofFloor, unit: "", goal: atLeast(0.5, ofFloor) },
        { name: "Burngate, SQLite ÷ plain Probot", value: ofProbot, unit: "", goal: atLeast(5, ofProbot) },
      ];
      const others: Figure[] = [];
      if (postgres.kind === "running") {
        const databaseUrl = await postgres.server.schema("throughput");
        const own = await measure("Burngate, PostgreSQL", { kind: "burngate", databaseUrl });
        ratios.push({ name: "Burngate, PostgreSQL ÷ floor", value: own.perCore / floor.perCore, unit: "" });
        others.push(...own.figures);
      } else say(`PostgreSQL is left out: ${postgres.why}`);
      say("plain Probot, throttled");
      others.push(await throttled(world, { full: 5, quick: 3, tiny: 2 }[size]));
      return {
        kind: "measured",
        figures: [...ratios, ...sqlite.figures, ...others, ...floor.figures, ...probot.figures],
      };
    } finally {
      await world.stop();
      if (postgres.kind === "running") await postgres.server.stop();
    }
  },
};

async function speedOf(
  name: string,
  contender: Contender,
  world: FarWorld,
  { repositories, events, steadySeconds }: Amounts,
): Promise<Speed> {
  const news = newsOf(repositories);
  const system = await startContender(contender, world.url);
  const load = loadOn([system.url]);
  try {
    await world.reset();
    await load.closed(news.commits(repositories), atOnce);
    await world.wrote(repositories);

    const deliveries = news.commits(events);
    await world.reset();
    const [cpuBefore, startedAt] = [system.cpuMs(), performance.now()];
    await load.closed(deliveries, atOnce);
    const { counts } = await world.wrote(events);
    const tookMs = performance.now() - startedAt;
    const cpuMs = system.cpuMs() - cpuBefore;
    const rssMb = system.rssMb();

    const steady = news.commits(Math.ceil(steadyRate * steadySeconds));
    await world.reset();
    const took = await load.open(steady, steadyRate);
    await world.wrote(steady.length);
    const p99 = quantile(took, 0.99);

    const perSecond = (events * 1000) / tookMs;
    const perCore = (events * 1000) / cpuMs;
    const of = (what: string, value: number, unit = ""): Figure => ({
      name: `${name}: ${what}`,
      value,
      unit,
    });
    const isOurs = contender.kind === "burngate";
    const figures = [
      of("deliveries for a second of processor time", perCore, "/s"),
      of("deliveries a second by the clock", perSecond, "/s"),
      of("processor time per delivery", cpuMs / events, "ms"),
      of(`answer at ${steadyRate}/s, p50`, quantile(took, 0.5), "ms"),
      { ...of(`answer at ${steadyRate}/s, p99`, p99, "ms"), ...(isOurs && { goal: atMost(10, p99) }) },
      of("GitHub reads per delivery", counts.reads / events),
      of("GitHub writes per delivery", counts.writes / events),
      of("Prometheus requests per delivery", counts.queries / events),
      of("memory", rssMb, "MB"),
    ];
    return { perSecond, perCore, figures };
  } finally {
    load.close();
    await system.stop();
  }
}

/** With Probot's throttling on, the rate is one of time and not of work. */
async function throttled(world: FarWorld, events: number): Promise<Figure> {
  const system = await startContender({ kind: "probot", throttle: "on" }, world.url);
  const load = loadOn([system.url]);
  try {
    await world.reset();
    const startedAt = performance.now();
    await load.closed(newsOf(events).commits(events), events);
    await world.wrote(events);
    const tookMs = performance.now() - startedAt;
    const name = "plain Probot, throttled: deliveries a second by the clock";
    return { name, value: (events * 1000) / tookMs, unit: "/s" };
  } finally {
    load.close();
    await system.stop();
  }
}

/** The world of the bench, started and asked. */
import { startChild } from "./child.ts";

/** What the world has counted so far. */
export interface WorldCounts {
  readonly reads: number;
  readonly writes: number;
  readonly statuses: number;
  /** Commits that have at least one status. */
  readonly distinct: number;
  readonly prometheusRequests: number;
  /** Requests that the world did not know. */
  readonly unknown: readonly string[];
}

/** GitHub and Prometheus, running. */
export interface World {
  readonly github: string;
  readonly prometheus: string;
  counts(): Promise<WorldCounts>;
  /** Has each repository list so many open pull requests. */
  list(openEach: number): Promise<void>;
  end(): Promise<void>;
}

/** Starts a world that has counted nothing, on the second core. */
export async function startWorld(): Promise<World> {
  const child = await startChild("bench/world-process.ts", {}, { core: 1 });
  const { github, prometheus, desk } = JSON.parse(child.firstLine) as Record<string, string>;
  const ask = async (query = ""): Promise<WorldCounts> =>
    (await (await fetch(`${desk}/${query}`)).json()) as WorldCounts;
  return {
    github: github!,
    prometheus: prometheus!,
    counts: () => ask(),
    async list(openEach) {
      await ask(`?openEach=${openEach}`);
    },
    end: () => child.end(),
  };
}

/** Resolves when so many commits have a status, or nothing more has come for five seconds; gives how many. */
export async function settled(world: World, distinct: number): Promise<WorldCounts> {
  let last = await world.counts();
  for (let stillMs = 0; last.distinct < distinct && stillMs < 5000;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const next = await world.counts();
    stillMs = next.distinct === last.distinct ? stillMs + 20 : 0;
    last = next;
  }
  return last;
}

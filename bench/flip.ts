import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchRepository, openEngine, rankOf, seedPulls, stepClock, type StepClock } from "./engine.ts";
import { atLeast, atMost, type Figure } from "./figure.ts";
import type { Part, Size } from "./part.ts";
import { startWorld, type World, type Written } from "./world.ts";
import type { Machine } from "../src/compose.ts";

const installations = 20;
const pullsOf: Readonly<Record<Size, number>> = { full: 10_000, quick: 1000, tiny: 100 };

/** GitHub's points in a minute for each installation; a write is 5. */
const pointsPerMinute = 900;
const writesPerMinute = pointsPerMinute / 5;

const watchMs = 30_000;
/** How finely simulated time passes while somebody waits for a turn. */
const stepMs = 20;
/** Simulated time after which a flip that has not ended will not end. */
const patienceMs = 3_600_000;

/** A budget that burns through, with many pull requests open, under GitHub's published limits; in simulated time. */
export const flip: Part = {
  name: "flip",
  title: `A flip on ${installations} installations, GitHub at ${pointsPerMinute} points a minute, simulated time`,
  async run(size, say) {
    const pulls = pullsOf[size];
    const clock = stepClock();
    const world = await startWorld({ now: () => clock.now(), pointsPerMinute });
    const folder = mkdtempSync(join(tmpdir(), "burngate-flip-"));
    const databasePath = join(folder, "ledger.sqlite");
    try {
      say(`${pulls} pull requests`);
      await seedPulls(databasePath, world.url, clock, { repositories: installations, pulls });
      const machine = await openEngine(databasePath, world.url, clock);
      await machine.tick();
      // What was read and written to come here must not count.
      clock.advance(120_000);
      world.reset();
      world.setBudget("burning");
      const flippedAt = clock.now();
      const startedAt = performance.now();
      await playOut(machine, clock, flippedAt);
      const tookMs = performance.now() - startedAt;
      await machine.stop();
      return { kind: "measured", figures: figuresOf(world, pulls, flippedAt, tookMs) };
    } finally {
      await world.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Lets time pass, with a look of the watch when one is due, until nothing waits. */
async function playOut(machine: Machine, clock: StepClock, from: number): Promise<void> {
  for (let tickAt = from; ; clock.advance(stepMs)) {
    if (clock.now() >= tickAt) {
      await machine.tick();
      tickAt += watchMs;
    }
    await machine.worker.processAll();
    const { waiting } = await machine.ledger.queue.counts();
    if (waiting === 0) return;
    if (clock.now() > from + patienceMs) throw new Error(`${waiting} jobs still wait after an hour`);
  }
}

function figuresOf(world: World, pulls: number, flippedAt: number, tookMs: number): readonly Figure[] {
  const last = new Map(world.written.map((one) => [one.sha, one]));
  const lost = pulls - [...last.values()].filter(({ state }) => state === "failure").length;
  const lastAt = Math.max(...world.written.map(({ at }) => at));
  const ceilingMs = (pulls / installations / writesPerMinute) * 60_000;
  const share = (100 * ceilingMs) / (lastAt - flippedAt);
  return [
    { name: "pull requests", value: pulls, unit: "" },
    { name: "simulated time to the last status", value: (lastAt - flippedAt) / 1000, unit: "s" },
    { name: "share of GitHub's ceiling", value: share, unit: "%", goal: atLeast(95, share) },
    { name: "pull requests never told", value: lost, unit: "", goal: atMost(0, lost) },
    { name: "refusals for asking too fast", value: world.counts.refusals, unit: "" },
    { name: "statuses written twice", value: world.written.length - last.size, unit: "" },
    { name: "statuses before a more urgent one", value: overtaken(world.written), unit: "" },
    { name: "reads of GitHub", value: world.counts.reads, unit: "" },
    { name: "requests to Prometheus", value: world.counts.queries, unit: "" },
    { name: "statuses a second of real time", value: (world.written.length * 1000) / tookMs, unit: "/s" },
  ];
}

const urgency = { auto_merge: 0, ready: 1, draft: 2 } as const;

/** How many statuses were written while a more urgent one of the same installation was still to be written. */
function overtaken(written: readonly Written[]): number {
  const byRepository = Map.groupBy(written, ({ repository }) => repository);
  let count = 0;
  for (let index = 0; index < installations; index += 1) {
    const { owner, name } = benchRepository(index);
    let mostUrgentAfter = Infinity;
    for (const { sha } of (byRepository.get(`${owner}/${name}`) ?? []).toReversed()) {
      const order = urgency[rankOf(Math.floor((Number.parseInt(sha, 16) - 1) / installations))];
      if (order > mostUrgentAfter) count += 1;
      mostUrgentAfter = Math.min(mostUrgentAfter, order);
    }
  }
  return count;
}

import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Measurer } from "../../src/gate/ports.ts";
import { contextOf } from "../../src/github/status.ts";
import { budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import { measurerOf } from "../../src/prometheus/measurer.ts";
import { openSource } from "../world/app.ts";
import { checkoutHistory, service } from "../world/checkout.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { type Feed, statusesAfter } from "./convergence-machine.ts";
import { life, lookedAt } from "./delivery-history.ts";
import { type Lived, liveThrough, remembering } from "./lived-history.ts";

let prometheus: Prometheus;
let measurer: Measurer;

beforeAll(async () => {
  prometheus = await startPrometheus({ history: [...checkoutHistory, ...service("search", () => 0)] });
  const prometheusMeasurer = measurerOf([openSource("main", prometheus.url)], budgetDaysInMemory());
  const asked = remembering<Measurer>(prometheusMeasurer);
  // One second is looked at, so the same question has the same answer.
  measurer = { ...prometheusMeasurer, measure: (request) => asked.measure({ ...request, at: lookedAt }) };
});

afterAll(async () => prometheus.stop());

/** How deliveries arrive: how far each may stray, how many come twice, how many are lost and come last, how often the machine works. */
const arrival = fc.record({
  seed: fc.nat(),
  stray: fc.constantFrom(0, 3, 20, 1000),
  doubled: fc.constantFrom(0, 0.1, 1),
  lost: fc.constantFrom(0.02, 0.1, 0.5),
  work: fc.constantFrom(0, 0.02, 0.1, 0.5),
});

type Arrival = typeof arrival extends fc.Arbitrary<infer T> ? T : never;

/** The deliveries as they arrive: each at least once, in any order, the machine working now and then. */
function feedOf({ deliveries }: Lived, { seed, stray, doubled, lost, work }: Arrival): Feed[] {
  const dice = diceOf(seed);
  const strayed = (all: readonly number[]): readonly number[] =>
    all
      .map((one, index) => ({ one, place: index + stray * dice() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ one }) => one);
  const twice = [...deliveries.keys()].flatMap((one) => (dice() < doubled ? [one, one] : [one]));
  const isLost = new Set(twice.filter(() => dice() < lost));
  const first = twice.filter((one) => !isLost.has(one));
  const redelivered = twice.filter((one) => isLost.has(one));
  const pausing = (all: readonly number[]): Feed[] =>
    all.flatMap((one): Feed[] => (dice() < work ? [one, "work"] : [one]));
  // What comes late comes to a machine that has made up its mind.
  return [...pausing(strayed(first)), "work", ...pausing(strayed(redelivered))];
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function diceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * What the open pull requests show, of all statuses. Where no policy holds any more, silence and the word that takes an earlier status back say the
 * same; which of them it is depends on whether the machine had looked before.
 */
function shown(
  { repositories }: Lived,
  statuses: ReadonlyMap<string, string>,
): Record<string, string | undefined> {
  const open = repositories.flatMap(({ name, pulls }) =>
    [...pulls.values()].filter(({ state }) => state === "open").map((pull) => ({ name, pull })),
  );
  return Object.fromEntries(
    open.map(({ name, pull }) => [
      `${name}#${pull.number} into ${pull.base.ref}`,
      said(
        statuses.get(
          `${pull.head.sha} ${contextOf({ baseRef: pull.base.ref, gate: { kind: "pull_request" } })}`,
        ),
      ),
    ]),
  );
}

function said(status: string | undefined): string | undefined {
  return status?.startsWith("success: Not gated") === true ? undefined : status;
}

/** Fewer histories than runs, so that each is fed in ten ways. */
const histories = 20;
/** The same histories each time, so that what they hold is known; another HISTORY_SEED lives others. The orders differ each time. */
const historySeed = Number(process.env["HISTORY_SEED"] ?? 1);
const lives: Lived[] = [];
/** What each history's open pull requests show after the straight run, and a comparison with GitHub: so a machine that overlooks something is not its own judge. */
const straight: Record<string, string | undefined>[] = [];

beforeAll(async () => {
  for (const [index, one] of fc.sample(life, { numRuns: histories, seed: historySeed }).entries()) {
    const lived = await liveThrough(index, one);
    const feed: Feed[] = [...lived.deliveries.keys(), "sweep"];
    lives.push(lived);
    straight.push(shown(lived, await statusesAfter(feed, lived, measurer)));
  }
}, 300_000);

afterAll(async () => {
  for (const lived of lives) await lived.stop();
});

it("[T17] any order, doubling and loss with redelivery of two hundred deliveries ends in the statuses of the straight run", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(histories - 1), arrival, async (index, one) => {
      const lived = lives[index]!;
      const statuses = await statusesAfter(feedOf(lived, one), lived, measurer);
      expect(shown(lived, statuses), `HISTORY_SEED=${historySeed}, history ${index}`).toEqual(
        straight[index],
      );
    }),
    { numRuns: 200, endOnFailure: true },
  );
  for (const lived of lives) lived.assertClean();
}, 600_000);

it("is shown over worlds in which everything happens", () => {
  const fed = lives.reduce((sum, { deliveries }) => sum + deliveries.length, 0);
  expect(fed / histories).toBeGreaterThan(180);
  expect(lives.filter(({ kind }) => kind === "plain").length).toBeGreaterThan(histories / 2);
  const seen = new Set(straight.flatMap((one) => Object.values(one).map(kindOf)));
  expect([...seen]).toEqual(
    expect.arrayContaining([
      "none",
      "green",
      "green by bypass",
      "green while observing",
      "red",
      "red, bypass refused",
      "not measured",
    ]),
  );
});

function kindOf(status: string | undefined): string {
  if (status === undefined) return "none";
  if (status.startsWith("success: Bypassed")) return "green by bypass";
  if (status.startsWith("success: Would")) return "green while observing";
  if (status.startsWith("success")) return "green";
  if (status.startsWith("error")) return "not measured";
  return status.includes("refused") ? "red, bypass refused" : "red";
}

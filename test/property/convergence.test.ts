import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { GitHubReader, Measurer } from "../../src/gate/ports.ts";
import { contextOf } from "../../src/github/status.ts";
import { measurerOf } from "../../src/prometheus/measurer.ts";
import { openSource } from "../world/app.ts";
import { checkoutHistory, service } from "../world/checkout.ts";
import type { WebhookDelivery } from "../world/github-outbox.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { type Feed, readerOf, remembering, statusesAfter } from "./convergence-machine.ts";
import { type History, live, move } from "./delivery-history.ts";

let prometheus: Prometheus;
let measurer: Measurer;

beforeAll(async () => {
  prometheus = await startPrometheus({ history: [...checkoutHistory, ...service("search", () => 0)] });
  // The clock stands still, so the same question has the same answer.
  measurer = remembering<Measurer>(measurerOf([openSource("main", prometheus.url)]));
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
function feedOf(
  deliveries: readonly WebhookDelivery[],
  { seed, stray, doubled, lost, work }: Arrival,
): Feed[] {
  const dice = diceOf(seed);
  const strayed = (all: readonly WebhookDelivery[]): readonly WebhookDelivery[] =>
    all
      .map((one, index) => ({ one, place: index + stray * dice() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ one }) => one);
  const twice = deliveries.flatMap((one) => (dice() < doubled ? [one, one] : [one]));
  const isLost = new Set(twice.filter(() => dice() < lost).map(({ guid }) => guid));
  const first = twice.filter(({ guid }) => !isLost.has(guid));
  const redelivered = twice.filter(({ guid }) => isLost.has(guid));
  const pausing = (all: readonly WebhookDelivery[]): Feed[] =>
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

/** What the open pull requests show, of all statuses. */
function shown(history: History, statuses: ReadonlyMap<string, string>): Record<string, string | undefined> {
  const open = history.repositories.flatMap(({ name, pulls }) =>
    [...pulls.values()].filter(({ state }) => state === "open").map((pull) => ({ name, pull })),
  );
  return Object.fromEntries(
    open.map(({ name, pull }) => [
      `${name}#${pull.number} into ${pull.base.ref}`,
      statuses.get(`${pull.head.sha} ${contextOf(pull.base.ref)}`),
    ]),
  );
}

/** A lived history and what its open pull requests show after the straight run. */
interface Lived {
  readonly history: History;
  readonly reader: GitHubReader;
  readonly straight: Record<string, string | undefined>;
}

/** Fewer histories than runs: living one costs as much as ten machines that are fed with it. */
const histories = 20;
/** The same histories each time, so that what they hold is known; another HISTORY_SEED lives others. The orders differ each time. */
const historySeed = Number(process.env["HISTORY_SEED"] ?? 1);
const lived: Lived[] = [];

beforeAll(async () => {
  const lives = fc.array(move, { minLength: 180, maxLength: 190, size: "max" });
  for (const moves of fc.sample(lives, { numRuns: histories, seed: historySeed })) {
    const history = await live(moves);
    const reader = readerOf(history);
    const statuses = await statusesAfter(history.github.deliveries, history.clock, reader, measurer);
    lived.push({ history, reader, straight: shown(history, statuses) });
  }
}, 300_000);

afterAll(async () => {
  for (const { history } of lived) await history.github.stop();
});

it("[T17] any order, doubling and loss with redelivery of two hundred deliveries ends in the statuses of the straight run", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(histories - 1), arrival, async (index, one) => {
      const { history, reader, straight } = lived[index]!;
      const feed = feedOf(history.github.deliveries, one);
      const statuses = await statusesAfter(feed, history.clock, reader, measurer);
      expect(shown(history, statuses), `HISTORY_SEED=${historySeed}, history ${index}`).toEqual(straight);
    }),
    { numRuns: 200, endOnFailure: true },
  );
  for (const { history } of lived) history.github.assertClean();
}, 600_000);

it("is shown over worlds in which everything happens", () => {
  const fed = lived.reduce((sum, { history }) => sum + history.github.deliveries.length, 0);
  expect(fed / histories).toBeGreaterThan(180);
  const seen = new Set(lived.flatMap(({ straight }) => Object.values(straight).map(kindOf)));
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

import { beforeEach, describe, expect, it } from "vitest";
import type { SharedMeasurements } from "../../../src/gate/measure.ts";
import { watch } from "../../../src/gate/watch.ts";
import { presentPolicy, pullAt, subject } from "../../contract/ledger-samples.ts";
import { type GateWorld, gateWorld, noon, shop } from "./gate-world.ts";

let gate: GateWorld;
beforeEach(async () => {
  gate = await gateWorld({
    wait(delayMs) {
      gate.clock.advance(delayMs);
      return Promise.resolve();
    },
  });
});

/** Of a watch that nobody ends. */
const { signal } = new AbortController();

/** A repository with an open pull request, whose policy asks a data source. */
async function policyAsking(dataSource: string, id: number): Promise<void> {
  const { registry, pulls, policies } = gate.ledger;
  await registry.remember({ ...shop, id });
  await pulls.observe(pullAt(noon, { repositoryId: id, baseRef: "main" }), undefined);
  const present = presentPolicy(`r${id}`);
  const answer = { ...present, policy: { ...present.policy, dataSource } };
  await policies.keep(id, "main", { answer, paths: ["p"], readAt: noon }, undefined);
}

/** Measurements that end when `until` does, and a note of who was asked for. */
function asking(until: (repositoryId: number, dataSource: string) => Promise<void>): {
  readonly asked: string[];
  readonly measurements: SharedMeasurements;
} {
  const asked: string[] = [];
  const fresh: SharedMeasurements["fresh"] = async (id, { dataSource }) => {
    asked.push(dataSource);
    await until(id, dataSource);
    return { set: { at: noon, measurements: [] }, holds: new Map(), renewedAt: noon, toldClass: "x" };
  };
  return { asked, measurements: { recent: fresh, fresh, exact: fresh } };
}

it("keeps nobody waiting for another's data source that does not answer", async () => {
  for (let id = 1; id <= 20; id += 1) await policyAsking("dead", id);
  await policyAsking("live", 21);
  let giveUp = (): void => undefined;
  const patience = new Promise<void>((resolve) => (giveUp = resolve));
  let answered = (): void => undefined;
  const live = new Promise<void>((resolve) => (answered = resolve));
  const { asked, measurements } = asking(async (_, dataSource) => {
    if (dataSource === "live") return answered();
    await patience;
  });
  const round = watch({ ...gate.world, measurements }, signal);
  await live;
  expect(asked.filter((one) => one === "dead").length).toBeLessThan(20);
  giveUp();
  await round;
  expect(asked).toHaveLength(21);
});

it("looks at the others when one policy's look breaks, says so, and ends after all of them", async () => {
  for (let id = 1; id <= 12; id += 1) await policyAsking("main", id);
  let running = 0;
  const { asked, measurements } = asking(async (id) => {
    if (id === 1) throw new Error("a bug");
    running += 1;
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  });
  await watch({ ...gate.world, measurements }, signal);
  expect([asked.length, running]).toEqual([12, 0]);
  expect(gate.log.filter(({ level }) => level === "error")).toHaveLength(1);
});

it("does not queue what is due of an installation that is gone", async () => {
  const { registry, pulls, subjects, queue } = gate.ledger;
  await registry.remember(shop);
  await pulls.observe(pullAt(noon), undefined);
  await subjects.told(subject, "x", noon - 1);
  await registry.setInstallation(shop.installationId, "deleted", noon);
  expect(await watch(gate.world, signal)).toBe(0);
  expect(await queue.counts()).toEqual({ waiting: 0, running: 0, buried: 0 });
});

/** Every moment since noon at which a look began, and for whom. */
function noting(): { readonly begun: [number, number][]; readonly measurements: SharedMeasurements } {
  const begun: [number, number][] = [];
  const { measurements } = asking((id) => {
    begun.push([gate.clock.now() - noon, id]);
    return Promise.resolve();
  });
  return { begun, measurements };
}

describe("several processes that watch", () => {
  it("measure each policy once a tick, whoever is first", async () => {
    for (let id = 1; id <= 5; id += 1) await policyAsking("main", id);
    const { asked, measurements } = asking(() => Promise.resolve());
    const world = { ...gate.world, measurements };
    for (let tick = 1; tick <= 3; tick += 1) {
      await Promise.all([watch(world, signal), watch(world, signal), watch(world, signal)]);
      expect(asked).toHaveLength(5 * tick);
      gate.clock.advance(10_000);
      await watch(world, signal);
      expect(asked).toHaveLength(5 * tick);
      gate.clock.advance(20_000);
    }
  });

  it("look at what another took and dropped, one tick later", async () => {
    await policyAsking("main", 1);
    const dying = asking(() => Promise.reject(new Error("the process dies")));
    await watch({ ...gate.world, measurements: dying.measurements }, signal);
    const { begun, measurements } = noting();
    gate.clock.advance(10_000);
    await watch({ ...gate.world, measurements }, signal);
    expect(begun).toEqual([]);
    gate.clock.advance(20_000);
    await watch({ ...gate.world, measurements }, signal);
    expect(begun).toEqual([[30_000, 1]]);
  });

  it("[T21] compare again what the one who measured did not live to queue", async () => {
    await policyAsking("main", 1);
    const { measurements } = asking(() => Promise.resolve());
    const { ledger } = gate;
    const dying = { ...ledger, queue: { ...ledger.queue, fanOut: () => Promise.reject(new Error("dies")) } };
    expect(await watch({ ...gate.world, ledger: dying, measurements }, signal)).toBe(0);
    gate.clock.advance(30_000);
    expect(await watch({ ...gate.world, measurements }, signal)).toBe(1);
  });

  it("take what is due in the first half of a tick exactly when it is", async () => {
    await policyAsking("main", 1);
    const { begun, measurements } = noting();
    await watch({ ...gate.world, measurements }, signal);
    gate.clock.advance(20_000);
    await watch({ ...gate.world, measurements }, signal);
    expect(begun).toEqual([
      [0, 1],
      [30_000, 1],
    ]);
  });
});

describe("many policies at one data source", () => {
  beforeEach(async () => {
    for (let id = 1; id <= 40; id += 1) await policyAsking("main", id);
  });

  it("are not asked about in one second, and each a tick after the last time", async () => {
    const { begun, measurements } = noting();
    for (let round = 0; round < 2; round += 1) {
      gate.clock.set(noon + round * 30_000);
      await watch({ ...gate.world, measurements }, signal);
    }
    expect(begun).toHaveLength(80);
    const [first, second] = [begun.slice(0, 40), begun.slice(40)];
    for (const [at] of first)
      expect(first.filter(([other]) => other >= at && other < at + 1000).length).toBeLessThanOrEqual(16);
    expect(second).toEqual(first.map(([at, id]) => [at + 30_000, id]));
  });

  it("are left alone when the process is to end", async () => {
    const ending = new AbortController();
    const { asked, measurements } = asking((id) => {
      if (id === 3) ending.abort();
      return Promise.resolve();
    });
    await watch({ ...gate.world, measurements }, ending.signal);
    expect(asked.length).toBeLessThanOrEqual(8);
  });

  it("are left to the next round when the tick is over, and come first in it", async () => {
    const slow = asking(() => {
      gate.clock.advance(4000);
      return Promise.resolve();
    });
    const round = async (measurements: SharedMeasurements) => watch({ ...gate.world, measurements }, signal);
    await round(slow.measurements);
    expect(slow.asked.length).toBeLessThan(20);
    const { begun, measurements } = noting();
    await round(measurements);
    const ids = begun.map(([, id]) => id);
    expect(new Set(ids.slice(0, 40 - slow.asked.length)).size).toBe(40 - slow.asked.length);
    expect(ids[0]).toBe(slow.asked.length + 1);
  });

  it("do not wait for a clock that was set back", async () => {
    let rounds = 0;
    const { measurements } = asking(() => {
      if ((rounds += 1) === 1) gate.clock.advance(-3_600_000);
      return Promise.resolve();
    });
    await watch({ ...gate.world, measurements }, signal);
    expect(gate.clock.now()).toBeLessThan(noon - 3_600_000 + 60_000);
  });
});

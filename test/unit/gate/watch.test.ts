import { beforeEach, expect, it } from "vitest";
import type { SharedMeasurements } from "../../../src/gate/measure.ts";
import { watch } from "../../../src/gate/watch.ts";
import { presentPolicy, pullAt, subject } from "../../contract/ledger-samples.ts";
import { type GateWorld, gateWorld, noon, shop } from "./gate-world.ts";

let gate: GateWorld;
beforeEach(async () => {
  gate = await gateWorld();
});

/** A repository with an open pull request, whose policy asks a data source. */
async function policyAsking(dataSource: string, id: number): Promise<void> {
  const { registry, pulls, policies } = gate.ledger;
  await registry.remember({ ...shop, id });
  await pulls.observe(pullAt(noon, { repositoryId: id, baseRef: "main" }), undefined);
  const present = presentPolicy(`r${id}`);
  const answer = { ...present, policy: { ...present.policy, dataSource } };
  await policies.keep(id, "main", { answer, paths: ["p"], readAt: noon }, noon);
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
    return { set: { at: noon, measurements: [] }, holds: new Map(), toldClass: "x" };
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
  const round = watch({ ...gate.world, measurements });
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
  await watch({ ...gate.world, measurements });
  expect([asked.length, running]).toEqual([12, 0]);
  expect(gate.log.filter(({ level }) => level === "error")).toHaveLength(1);
});

it("does not queue what is due of an installation that is gone", async () => {
  const { registry, pulls, subjects, queue } = gate.ledger;
  await registry.remember(shop);
  await pulls.observe(pullAt(noon), undefined);
  await subjects.told(subject, "x", noon - 1);
  await registry.setInstallation(shop.installationId, "deleted", noon);
  expect(await watch(gate.world)).toBe(0);
  expect(await queue.counts()).toEqual({ waiting: 0, running: 0, buried: 0 });
});

import { beforeEach, describe, expect, it } from "vitest";
import { hearAlerts, lookAlerted } from "../../../src/gate/alerts.ts";
import type { SharedMeasurements } from "../../../src/gate/measure.ts";
import { type Worker, workerOf, type WorkWorld } from "../../../src/gate/worker.ts";
import { watch } from "../../../src/gate/watch.ts";
import { readPolicy, assemblePolicy } from "../../../src/policy/parse.ts";
import { presentPolicy, pullAt } from "../../contract/ledger-samples.ts";
import { policyFor } from "../../world/checkout.ts";
import { type GateWorld, gateWorld, noon, shop } from "./gate-world.ts";

let gate: GateWorld;
/** Repositories that were measured, in order. */
let measured: number[];
let worker: Worker;
let nudges: number;
/** Base branches whose subjects a look has queued. */
let queued: string[];
let world: WorkWorld;

beforeEach(async () => {
  gate = await gateWorld();
  measured = [];
  nudges = 0;
  queued = [];
  const fresh: SharedMeasurements["fresh"] = (id) => {
    measured.push(id);
    return Promise.resolve({
      set: { at: noon, measurements: [] },
      holds: new Map(),
      renewedAt: noon,
      toldClass: "x",
    });
  };
  const measurements = { recent: fresh, fresh, exact: fresh };
  gate = { ...gate, world: { ...gate.world, measurements } };
  // What a look queues is for others to judge.
  const { queue } = gate.ledger;
  const fanOut: typeof queue.fanOut = async (jobs) => {
    for (const { task } of jobs) if (task.kind === "subject") queued.push(task.subject.baseRef);
    return Promise.resolve();
  };
  world = { ...gate.world, ledger: { ...gate.ledger, queue: { ...queue, fanOut } } };
  worker = workerOf(world, 8);
});

/** A repository with an open pull request, whose policy has one objective. */
async function watched(objective: string, id: number, pullRequests = "**"): Promise<void> {
  const { registry, pulls, policies } = gate.ledger;
  await registry.remember({ ...shop, name: `shop-${id}`, id });
  await pulls.observe(pullAt(noon, { repositoryId: id, baseRef: "main" }), undefined);
  const nothing = { kind: "files", files: [] } as const;
  const source = { id: "main", named: () => "main" };
  const reading = assemblePolicy(readPolicy("f", policyFor(objective)), () => nothing, source);
  if (reading.kind !== "usable") throw new Error("the policy of the story is not usable");
  const policy = { ...reading.policy, pullRequestBranches: [pullRequests] };
  const { origin } = presentPolicy(`r${id}+x:y`);
  const answer = { kind: "present", policy, origin } as const;
  await policies.keep(id, "main", { answer, paths: ["p"], readAt: noon }, undefined);
}

/** Hears alerts with these labels; gives at how many policies there will be a look. */
function hear(...alerts: Readonly<Record<string, string>>[]): Promise<number> {
  const hearing = { ledger: gate.ledger, clock: gate.clock, nudge: () => (nudges += 1) };
  return hearAlerts(
    hearing,
    alerts.map((labels) => ({ labels })),
  );
}

describe("alerts", () => {
  it("make the policies due that they are about, and no others", async () => {
    await watched("checkout", 1);
    await watched("stock", 2);
    await watched("checkout", 3);
    expect(await hear({ slo: "checkout" })).toBe(2);
    await worker.processAll();
    expect(new Set(measured)).toEqual(new Set([1, 3]));
    expect(await hear({ slo: "checkout", repository: "acme/shop-3" })).toBe(1);
    expect(nudges).toBe(2);
  });

  it("that name nothing we know wake nobody", async () => {
    await watched("checkout", 1);
    expect(await hear({ alertname: "Watchdog" }, { slo: "other" })).toBe(0);
    expect(await hear()).toBe(0);
    expect(await gate.ledger.queue.counts()).toMatchObject({ waiting: 0 });
    expect(nudges).toBe(0);
  });

  it("about a branch that its policy does not gate make nothing due", async () => {
    await watched("checkout", 1, "release/*");
    expect(await hear({ slo: "checkout" })).toBe(0);
  });

  it("[T18] that storm are one look at a policy, and one more when they go on for five seconds", async () => {
    await watched("checkout", 1);
    const storm = async (): Promise<void> => {
      await hear(...Array.from({ length: 1000 }, (_, index) => ({ slo: "checkout", pod: String(index) })));
      await worker.processAll();
    };
    for (let second = 0; second < 12; second += 1) {
      for (let round = 0; round < 5; round += 1) await storm();
      gate.clock.advance(1000);
    }
    expect(measured).toHaveLength(3);
  });

  it("that come while a look is under way are looked at afterwards", async () => {
    await watched("checkout", 1);
    await hear({ slo: "checkout" });
    await worker.processAll();
    gate.clock.advance(4999);
    await hear({ slo: "checkout" });
    await worker.processAll();
    expect(measured).toEqual([1]);
    gate.clock.advance(1);
    await worker.processAll();
    expect(measured).toEqual([1, 1]);
  });

  it("[T18] are looked at once, also by two hands at one moment", async () => {
    await watched("checkout", 1);
    await Promise.all([lookAlerted(world, 1, "r1+x:y"), lookAlerted(world, 1, "r1+x:y")]);
    expect(measured).toEqual([1]);
  });

  it("queue nothing on a branch that their policy does not gate", async () => {
    await watched("checkout", 1, "main");
    const { pulls, policies } = gate.ledger;
    await pulls.observe(pullAt(noon, { repositoryId: 1, number: 9, baseRef: "dev" }), undefined);
    const known = await policies.find(1, "main");
    await policies.keep(1, "dev", { ...known!, readAt: noon }, undefined);
    await hear({ slo: "checkout" });
    await worker.processAll();
    expect(queued).toEqual(["main"]);
  });

  it("do not use up the watch's turn", async () => {
    await watched("checkout", 1);
    const { signal } = new AbortController();
    await watch(gate.world, signal);
    gate.clock.advance(29_000);
    await hear({ slo: "checkout" });
    await worker.processAll();
    gate.clock.advance(1000);
    await watch(gate.world, signal);
    expect(measured).toEqual([1, 1, 1]);
  });

  it("about a policy that nobody waits under any more are let go", async () => {
    await watched("checkout", 1);
    await hear({ slo: "checkout" });
    await gate.ledger.policies.forget(1);
    await worker.processAll();
    expect(measured).toEqual([]);
    expect(await gate.ledger.queue.counts()).toEqual({ waiting: 0, running: 0, buried: 0 });
  });
});

import { describe, expect, it } from "vitest";
import { failed, ok } from "../../../src/gate/failure.ts";
import type { Ledger } from "../../../src/gate/ledger.ts";
import type { ClaimedJob } from "../../../src/gate/queue.ts";
import { backOffMs, workerOf } from "../../../src/gate/worker.ts";
import { failing, type GateWorld, gateWorld, noon, shop } from "./gate-world.ts";

const none = { waiting: 0, running: 0, buried: 0 };
const listed = () => Promise.resolve(ok({ pulls: [], approved: new Set<number>(), repository: shop }));

async function valueOf({ metrics }: GateWorld, name: "faults" | "postponements"): Promise<number> {
  const { values } = await metrics[name].get();
  return values.reduce((sum, { value }) => sum + value, 0);
}

/** A ledger whose queue fails as the test says. */
function withQueue(change: (queue: Ledger["queue"]) => Partial<Ledger["queue"]>): (ledger: Ledger) => Ledger {
  return (ledger) => ({ ...ledger, queue: { ...ledger.queue, ...change(ledger.queue) } });
}

describe("backing off", () => {
  it("waits a second, twice as long each time, and never longer than five minutes", () => {
    const waits = [0, 1, 2, 3, 8, 9, 100, 10_000].map(backOffMs);
    expect(waits).toEqual([1000, 2000, 4000, 8000, 256_000, 300_000, 300_000, 300_000]);
  });
});

describe("working", () => {
  it("drains what is due, what it queues itself included, and leaves what is due later", async () => {
    const gate = await gateWorld({ openPulls: listed });
    for (let id = 1; id <= 20; id += 1) await gate.queueSweep(id);
    await gate.queueSweep(21, { notBefore: noon + 1 });
    const repositories = [30, 31].map((id) => ({ ...shop, id, installationId: 99 }));
    const hint = { kind: "installation", installationId: 99, change: "active", repositories } as const;
    await gate.ledger.deliveries.accept({ id: "d-1", name: "installation.created", hint }, noon);
    for (const repository of repositories)
      for (const what of ["status", "check_run"] as const) await gate.ledger.welcomes.note(repository, what);
    await workerOf(gate.world, 3).processAll();
    expect(await gate.ledger.queue.counts()).toEqual({ ...none, waiting: 1 });
    expect(await gate.ledger.queue.nextDue()).toBe(noon + 1);
    expect(await valueOf(gate, "faults")).toBe(0);
  });

  it("runs as many jobs at once as it may, and no more", async () => {
    let running = 0;
    let most = 0;
    const gate = await gateWorld({
      async openPulls() {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return ok({ pulls: [], approved: new Set<number>(), repository: shop });
      },
    });
    for (let id = 1; id <= 12; id += 1) await gate.queueSweep(id);
    await workerOf(gate.world, 4).processAll();
    expect(most).toBe(4);
    expect(await gate.ledger.queue.counts()).toEqual(none);
  });

  it("passes over installations that must wait", async () => {
    const writer = { pausedInstallations: () => new Map([[70, noon + 500]]) };
    const gate = await gateWorld({ openPulls: listed, writer });
    await gate.queueSweep(1, { installationId: 70 });
    await gate.queueSweep(2, { installationId: 71 });
    await workerOf(gate.world, 2).processAll();
    expect(await gate.ledger.queue.claim(noon, 1000, [])).toMatchObject({ task: { repositoryId: 1 } });
  });
});

describe("a failure of the world", () => {
  it("is asked again for as long as it takes, with growing pauses, and never given up", async () => {
    const gate = await gateWorld({
      openPulls: failing({ kind: "unreachable", detail: "GitHub answered 502" }),
    });
    await gate.queueSweep(1);
    const worker = workerOf(gate.world, 2);
    const pauses: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      await worker.processAll();
      const due = (await gate.ledger.queue.nextDue())!;
      pauses.push(due - gate.clock.now());
      gate.clock.set(due);
    }
    expect(pauses).toEqual(Array.from({ length: 30 }, (_, index) => backOffMs(index)));
    expect(await gate.ledger.queue.counts()).toEqual({ ...none, waiting: 1 });
    expect(await valueOf(gate, "postponements")).toBe(30);
    expect(await valueOf(gate, "faults")).toBe(0);
    expect(gate.log[0]).toMatchObject({
      level: "warn",
      task: "repository:1",
      failure: "unreachable",
      detail: "GitHub answered 502",
    });
  });

  it.each(["unreachable", "timed_out", "rate_limited", "malformed"] as const)(
    "waits until the moment that was told: %s",
    async (kind) => {
      const gate = await gateWorld({
        openPulls: failing({ kind, detail: "later", retryAt: noon + 3_600_000 }),
      });
      await gate.queueSweep(1);
      await workerOf(gate.world, 2).processAll();
      expect(await gate.ledger.queue.nextDue()).toBe(noon + 3_600_000);
    },
  );

  it("that is only a turn to wait for does not make the pauses grow", async () => {
    const gate = await gateWorld({
      openPulls: failing({ kind: "rate_limited", detail: "not your turn", retryAt: noon - 1 }),
    });
    await gate.queueSweep(1);
    const worker = workerOf(gate.world, 1);
    for (let round = 1; round <= 5; round += 1) {
      await worker.processAll();
      expect(await gate.ledger.queue.nextDue()).toBe(noon + round);
      gate.clock.advance(1);
    }
    expect(await gate.ledger.queue.claim(noon + 5, 1000, [])).toMatchObject({ failures: 0, faults: 0 });
  });

  it.each(["refused", "gone", "rejected", "too_large"] as const)(
    "that asking again cannot mend is given up at once, where people see it: %s",
    async (kind) => {
      const gate = await gateWorld({
        openPulls: failing({ kind, detail: "GitHub refuses: no such permission" }),
      });
      await gate.queueSweep(1);
      await workerOf(gate.world, 2).processAll();
      expect(await gate.ledger.queue.counts()).toEqual({ ...none, buried: 1 });
      expect(await valueOf(gate, "faults")).toBe(1);
      const failure = { kind, detail: "GitHub refuses: no such permission" };
      expect(gate.log).toMatchObject([{ level: "error", task: "repository:1", failure }]);
    },
  );

  it.each(["forgotten", "deleted"])(
    "about what was %s while it was asked for is nobody's to mend",
    async (end) => {
      const gate: GateWorld = await gateWorld({
        async openPulls({ id, installationId }) {
          const { registry } = gate.ledger;
          if (end === "forgotten") await registry.forgetRepository(id);
          else await registry.setInstallation(installationId, "deleted", noon);
          return failed({ kind: "refused", detail: "GitHub refuses: no such installation" });
        },
      });
      await gate.queueSweep(1);
      await workerOf(gate.world, 2).processAll();
      expect(await gate.ledger.queue.counts()).toEqual(none);
      expect(gate.log).toEqual([]);
    },
  );
});

describe("a bug", () => {
  it("is tried eight times and then buried, each time told in log and metric; an event revives it", async () => {
    let tries = 0;
    const gate = await gateWorld({
      openPulls() {
        tries += 1;
        return tries <= 8 ? Promise.reject(new Error("planted", { cause: new Error("deeper") })) : listed();
      },
    });
    await gate.queueSweep(1);
    const worker = workerOf(gate.world, 2);
    for (let round = 0; round < 12; round += 1) {
      await worker.processAll();
      gate.clock.advance(300_000);
    }
    expect(tries).toBe(8);
    expect(await gate.ledger.queue.counts()).toEqual({ ...none, buried: 1 });
    expect(await valueOf(gate, "faults")).toBe(8);
    expect(gate.log).toHaveLength(8);
    const line = {
      level: "error",
      task: "repository:1",
      err: { message: "planted", cause: { message: "deeper" } },
    };
    for (const told of gate.log) expect(told).toMatchObject(line);
    await gate.queueSweep(1, { revive: false });
    await worker.processAll();
    expect(tries).toBe(8);
    await gate.queueSweep(1);
    await worker.processAll();
    expect(tries).toBe(9);
    expect(await gate.ledger.queue.counts()).toEqual(none);
  });

  it("in one job harms no other", async () => {
    const gate = await gateWorld({
      openPulls: ({ id }) => (id === 2 ? Promise.reject(new Error("planted")) : listed()),
    });
    for (const id of [1, 2, 3]) await gate.queueSweep(id);
    await workerOf(gate.world, 1).processAll();
    expect(await gate.ledger.queue.claim(noon + 10_000, 1000, [])).toMatchObject({
      task: { repositoryId: 2 },
      faults: 1,
    });
    expect(await gate.ledger.queue.counts()).toEqual({ ...none, running: 1 });
  });

  it("of the ledger itself leaves the job to its lease and is told", async () => {
    let isDown = true;
    const down = async (job: ClaimedJob, act: (job: ClaimedJob) => Promise<void>): Promise<void> =>
      isDown ? Promise.reject(new Error("disk full")) : act(job);
    const ledger = withQueue((queue) => ({
      finish: (job) => down(job, (one) => queue.finish(one)),
      postpone: (job, until, why) => down(job, (one) => queue.postpone(one, until, why)),
    }));
    const gate = await gateWorld({ openPulls: listed, ledger });
    await gate.queueSweep(1);
    const worker = workerOf(gate.world, 2);
    await worker.processAll();
    expect(await gate.ledger.queue.counts()).toEqual({ ...none, running: 1 });
    expect(gate.log.map(({ level }) => level)).toEqual(["error", "error"]);
    isDown = false;
    gate.clock.advance(60_000);
    await worker.processAll();
    expect(await gate.ledger.queue.counts()).toEqual(none);
  });
});

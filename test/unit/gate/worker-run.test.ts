import { describe, expect, it } from "vitest";
import { ok } from "../../../src/gate/failure.ts";
import type { Clock } from "../../../src/gate/ports.ts";
import { workerOf } from "../../../src/gate/worker.ts";
import { gateWorld, noon, shop } from "./gate-world.ts";

/** Waits that a test ends: each is known by how long it would last, and ends when the worker is woken or the test says so. */
function stepped() {
  const waits: number[] = [];
  let begun = Promise.withResolvers<undefined>();
  let elapse: () => void = () => undefined;
  const wait: Clock["wait"] = (ms, signal) => {
    waits.push(ms);
    const { promise, resolve } = Promise.withResolvers<void>();
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
    elapse = resolve;
    begun.resolve(undefined);
    return promise;
  };
  return {
    wait,
    waits,
    /** Resolves when the worker begins to wait after this call. */
    async idle() {
      begun = Promise.withResolvers();
      await begun.promise;
    },
    elapse: () => elapse(),
  };
}

const answer = ok({ pulls: [], approved: new Set<number>(), repository: shop });

describe("running", () => {
  it("works what is nudged, and waits no longer than until the next job is due", async () => {
    const clock = stepped();
    let asked = 0;
    const gate = await gateWorld({
      wait: clock.wait,
      openPulls: () => ((asked += 1), Promise.resolve(answer)),
    });
    const worker = workerOf(gate.world, 2);
    const ending = new AbortController();
    const idle = clock.idle();
    const run = worker.run(ending.signal);
    await idle;
    expect([asked, ...clock.waits]).toEqual([0, 1000]);
    await gate.queueSweep(1, { notBefore: noon + 300 });
    const again = clock.idle();
    worker.nudge();
    await again;
    expect([asked, clock.waits.at(-1)]).toEqual([0, 300]);
    gate.clock.advance(300);
    const done = clock.idle();
    clock.elapse();
    await done;
    ending.abort();
    await run;
    expect(asked).toBe(1);
    expect(await gate.ledger.queue.counts()).toEqual({ waiting: 0, running: 0, buried: 0 });
  });

  it("waits for an installation's turn no longer than until it comes", async () => {
    const clock = stepped();
    const writer = { pausedInstallations: () => new Map([[70, noon + 40]]) };
    const gate = await gateWorld({ wait: clock.wait, writer });
    await gate.queueSweep(1, { installationId: 70 });
    const ending = new AbortController();
    const idle = clock.idle();
    const run = workerOf(gate.world, 2).run(ending.signal);
    await idle;
    expect(clock.waits).toEqual([40]);
    ending.abort();
    await run;
  });

  it("when told to stop finishes the jobs that run and takes no other", async () => {
    const clock = stepped();
    const entered = Promise.withResolvers<undefined>();
    const answered = Promise.withResolvers<typeof answer>();
    const gate = await gateWorld({
      wait: clock.wait,
      openPulls() {
        entered.resolve(undefined);
        return answered.promise;
      },
    });
    for (const id of [1, 2]) await gate.queueSweep(id);
    const ending = new AbortController();
    const order: string[] = [];
    const run = workerOf(gate.world, 1)
      .run(ending.signal)
      .then(() => order.push("stopped"));
    await entered.promise;
    ending.abort();
    await new Promise((resolve) => setImmediate(resolve));
    order.push("answered");
    answered.resolve(answer);
    await run;
    expect(order).toEqual(["answered", "stopped"]);
    expect(await gate.ledger.queue.counts()).toEqual({ waiting: 1, running: 0, buried: 0 });
  });

  it("does not fall silent when the ledger fails: it tells, waits and tries again", async () => {
    const clock = stepped();
    let isDown = true;
    const gate = await gateWorld({
      wait: clock.wait,
      openPulls: () => Promise.resolve(answer),
      ledger: (ledger) => {
        const claims: typeof ledger.queue.claims = (...asked) => {
          if (isDown) throw new Error("database is locked");
          return ledger.queue.claims(...asked);
        };
        return { ...ledger, queue: { ...ledger.queue, claims } };
      },
    });
    await gate.queueSweep(1);
    const ending = new AbortController();
    const idle = clock.idle();
    const run = workerOf(gate.world, 2).run(ending.signal);
    await idle;
    expect(clock.waits).toEqual([1000]);
    expect(gate.log).toMatchObject([
      { level: "error", task: "queue", err: { message: "database is locked" } },
    ]);
    isDown = false;
    const again = clock.idle();
    clock.elapse();
    await again;
    ending.abort();
    await run;
    expect(await gate.ledger.queue.counts()).toEqual({ waiting: 0, running: 0, buried: 0 });
  });
});

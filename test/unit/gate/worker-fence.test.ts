import { expect, it } from "vitest";
import { ok } from "../../../src/gate/failure.ts";
import { workerOf } from "../../../src/gate/worker.ts";
import { gateWorld, noon, shop } from "./gate-world.ts";

const headSha = "c".repeat(40);
const author = { id: 1, login: "bob", isBot: false };
const pull = {
  repositoryId: shop.id,
  number: 1,
  headSha,
  baseRef: "main",
  author,
  isOpen: true,
  isDraft: false,
  labels: [],
  updatedAt: noon,
};
const subject = { repositoryId: shop.id, headSha, baseRef: "main", gate: { kind: "pull_request" } } as const;

/** A subject whose policy is gone after a report was made, so that judging it ends in a write; `during` happens while its policy is read, `renewing` while it is asked whether the job is still ours. */
async function judged(
  during: (pass: (ms: number) => void) => void,
  renewing: (pass: (ms: number) => void) => void = () => undefined,
): Promise<{ posts: number; waiting: number }> {
  let posts = 0;
  const writer = { write: () => Promise.resolve(ok({ id: (posts += 1) })) };
  const gate = await gateWorld({
    writer,
    ledger: (ledger) => ({
      ...ledger,
      queue: {
        ...ledger.queue,
        async renew(...args) {
          const isHeld = await ledger.queue.renew(...args);
          renewing((ms) => gate.clock.advance(ms));
          return isHeld;
        },
      },
    }),
  });
  await gate.ledger.registry.remember(shop);
  await gate.ledger.pulls.observe(pull, author);
  const context = "error-budget: main";
  const intent = {
    reportClass: "failure",
    state: "failure",
    sentence: "burns",
    verdictAt: noon - 1,
  } as const;
  await gate.ledger.reports.intend(subject, context, intent);
  await gate.ledger.reports.confirm(subject, context, intent);
  const task = { kind: "subject", subject } as const;
  const job = { task, installationId: shop.installationId, priority: 1, notBefore: noon, revive: true };
  await gate.ledger.queue.enqueue(job, noon);
  const policies = () => {
    during((ms) => gate.clock.advance(ms));
    return Promise.resolve({ kind: "absent", commitSha: headSha } as const);
  };
  await workerOf({ ...gate.world, policies }, 1).processAll();
  return { posts, waiting: (await gate.ledger.queue.counts()).waiting };
}

it("writes while it holds its job", async () => {
  expect(await judged(() => undefined)).toEqual({ posts: 1, waiting: 0 });
});

it("[T17] writes nothing for a job whose lease has ended: that is the next hand's to say", async () => {
  let looks = 0;
  const slowOnce = (pass: (ms: number) => void): void => {
    looks += 1;
    if (looks === 1) pass(61_000);
  };
  expect(await judged(slowOnce)).toMatchObject({ posts: 0 });
});

it("[T17] writes nothing after it hung while it asked whether it holds its job: the numbers are old", async () => {
  let asked = 0;
  const hangOnce = (pass: (ms: number) => void): void => {
    asked += 1;
    if (asked === 1) pass(61_000);
  };
  expect(await judged(() => undefined, hangOnce)).toMatchObject({ posts: 0 });
});

it("works a job that takes ten leases once, and leaves the other hands to others", async () => {
  const stop = new AbortController();
  let [sweeps, otherAt] = [0, 0];
  const gate = await gateWorld({
    // Each pause of the worker is a second that passes.
    async wait() {
      gate.clock.advance(1000);
      if (gate.clock.now() > noon + 660_000) stop.abort();
      await new Promise((resolve) => setImmediate(resolve));
    },
    async openPulls(repository) {
      const { id } = repository;
      if (id === 8) otherAt = gate.clock.now() - noon;
      else sweeps += 1;
      const until = gate.clock.now() + (id === 8 ? 0 : 600_000);
      while (gate.clock.now() < until) await new Promise((resolve) => setImmediate(resolve));
      return ok({ pulls: [], approved: new Set(), repository });
    },
  });
  await gate.queueSweep(7);
  await gate.queueSweep(8, { notBefore: noon + 480_000 });
  await workerOf(gate.world, 2).run(stop.signal);
  expect(sweeps).toBe(1);
  expect(otherAt).toBeGreaterThanOrEqual(480_000);
  expect(otherAt).toBeLessThanOrEqual(482_000);
  expect(await gate.ledger.queue.counts()).toEqual({ waiting: 0, running: 0, buried: 0 });
});

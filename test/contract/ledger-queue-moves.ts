/** What may happen to a queue, for fast-check: each move is made on the model and on the real queue, and both are compared. */
import * as fc from "fast-check";
import { expect } from "vitest";
import type { ClaimedJob, NewJob, Queue, Setback } from "../../src/gate/queue.ts";
import * as law from "./ledger-queue-model.ts";
import { jobFor, noon } from "./ledger-samples.ts";

/** The queue under test, and every claim that was made and not yet given back, late ones among them. */
export interface RealQueue {
  readonly queue: Queue;
  readonly hands: { readonly hand: number; readonly job: ClaimedJob }[];
}

type Move = fc.AsyncCommand<law.QueueModel, RealQueue>;

const lease = 1000;

function move(text: string, run: (model: law.QueueModel, real: RealQueue) => Promise<void>): Move {
  return {
    check: () => true,
    toString: () => text,
    async run(model, real) {
      await run(model, real);
      const { nextDue, ...counts } = law.standing(model);
      expect(await real.queue.counts()).toEqual(counts);
      expect(await real.queue.nextDue()).toBe(nextDue);
    },
  };
}

const enqueue = fc
  .record({
    number: fc.integer({ min: 1, max: 3 }),
    priority: fc.integer({ min: 0, max: 2 }),
    delay: fc.integer({ min: -1, max: 2 }),
    installation: fc.constantFrom(undefined, 70, 71),
    revive: fc.boolean(),
  })
  .map(({ number, priority, delay, installation, revive }) =>
    move(`enqueue ${number} at +${delay}`, async (model, { queue }) => {
      const more: Partial<NewJob> = {
        priority,
        notBefore: model.now + delay,
        installationId: installation,
        revive,
      };
      law.enqueue(model, jobFor(number, more));
      await queue.enqueue(jobFor(number, more), model.now);
    }),
  );

const claim = fc.subarray([70, 71]).map((paused) =>
  move(`claim without ${paused.join()}`, async (model, { queue, hands }) => {
    const hand = model.hands;
    const expected = law.claim(model, lease, paused);
    const job = await queue.claim(model.now, lease, paused);
    if (expected === undefined) return expect(job).toBeUndefined();
    expect(job).toMatchObject(expected);
    hands.push({ hand, job: job! });
  }),
);

/** Several are what as many claims would be: fewer than wished for may come, but never none of some. */
const claims = fc
  .record({ paused: fc.subarray([70, 71]), most: fc.integer({ min: 1, max: 3 }) })
  .map(({ paused, most }) =>
    move(`claim ${most} without ${paused.join()}`, async (model, { queue, hands }) => {
      let taken = 0;
      for await (const job of queue.claims(model.now, lease, paused)) {
        const hand = model.hands;
        expect(job).toMatchObject(law.claim(model, lease, paused) ?? { key: "none" });
        hands.push({ hand, job });
        taken += 1;
        if (taken === most) break;
      }
      if (taken === 0) expect(law.claim(model, lease, paused)).toBeUndefined();
    }),
  );

const pass = fc.constantFrom(0, 1, 2, lease - 1, lease, 2 * lease).map((ms) =>
  move(`pass ${ms} ms`, async (model) => {
    model.now += ms;
  }),
);

/** A process starts anew; the hands of the one before are late from now on. */
const restart = fc.constant(
  move("restart", async (model, { queue }) => {
    law.freeAll(model);
    await queue.freeAll();
  }),
);

/** A hand lengthens its lease, if it still has the job. */
const renew = fc.nat().map((which) =>
  move(`renew by hand ${which}`, async (model, { queue, hands }) => {
    const taken = hands[which % Math.max(1, hands.length)];
    if (taken === undefined) return;
    const { hand, job } = taken;
    expect(await queue.renew(job, model.now, lease)).toBe(law.renew(model, job.key, hand, lease));
  }),
);

/** A hand gives its job back: in time, or late, when another has it or nobody. Each does so once. */
const giveBack = fc
  .record({
    which: fc.nat(),
    delay: fc.nat({ max: 3 }),
    how: fc.constantFrom("finish", "wait", "failure", "fault", "bury"),
  })
  .map(({ which, delay, how }) =>
    move(`${how} by hand ${which}`, async (model, { queue, hands }) => {
      const [taken] = hands.splice(which % Math.max(1, hands.length), 1);
      if (taken === undefined) return;
      const { hand, job } = taken;
      expect(await queue.renew(job, model.now, 0)).toBe(law.renew(model, job.key, hand, 0));
      if (how === "finish") {
        law.finish(model, job.key, hand);
        return queue.finish(job);
      }
      if (how === "bury") {
        law.bury(model, job.key, hand);
        return queue.bury(job, "cannot be done", noon);
      }
      const why: Setback = how === "wait" ? { kind: how } : { kind: how, detail: "down" };
      law.postpone(model, job.key, hand, model.now + delay, why);
      return queue.postpone(job, model.now + delay, why);
    }),
  );

/** Every kind of move. */
export const queueMoves: fc.Arbitrary<Move>[] = [
  enqueue,
  enqueue,
  claim,
  claim,
  claims,
  claims,
  pass,
  restart,
  renew,
  giveBack,
  giveBack,
];

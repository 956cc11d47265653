import { expect, it } from "vitest";
import { admissionTo, maxWaiting } from "../../../src/gate/admission.ts";
import { noon } from "../../contract/ledger-samples.ts";
import { manualClock } from "../../world/clock.ts";

/** A queue with so many deliveries, which may fail to tell. */
function queueOf(waiting: number) {
  const queue = { waiting, asked: 0, isBroken: false };
  const deliveries = {
    waiting(most: number) {
      queue.asked += 1;
      return queue.isBroken
        ? Promise.reject(new Error("broken"))
        : Promise.resolve(Math.min(most, queue.waiting));
    },
  };
  const clock = manualClock(noon);
  return { queue, clock, isFull: admissionTo(deliveries, clock) };
}

it("[T18] a delivery is refused where as many wait as may, and taken in again when there is room", async () => {
  const { queue, clock, isFull } = queueOf(maxWaiting - 1);
  expect(await isFull()).toBe(false);
  queue.waiting = maxWaiting;
  clock.advance(5000);
  expect(await isFull()).toBe(true);
  queue.waiting = maxWaiting - 1;
  clock.advance(5000);
  expect(await isFull()).toBe(false);
});

it("those that wait are counted once in five seconds, however many come and wherever the clock goes", async () => {
  const { queue, clock, isFull } = queueOf(0);
  await Promise.all([isFull(), isFull(), isFull()]);
  clock.advance(4999);
  await isFull();
  expect(queue.asked).toBe(1);
  clock.advance(-3_600_000);
  await isFull();
  expect(queue.asked).toBe(2);
});

it("a count that failed is taken anew: what cannot be counted cannot be stored either", async () => {
  const { queue, isFull } = queueOf(0);
  queue.isBroken = true;
  await expect(isFull()).rejects.toThrow("broken");
  queue.isBroken = false;
  expect(await isFull()).toBe(false);
});

import { expect, it } from "vitest";
import { every } from "../../../src/gate/every.ts";
import { gateWorld, noon } from "./gate-world.ts";

/** When rounds begin that take so long each, until as many have begun. */
async function beginnings(tookMs: readonly number[]): Promise<readonly number[]> {
  const ending = new AbortController();
  const gate = await gateWorld({
    wait(delayMs) {
      gate.clock.advance(delayMs);
      return Promise.resolve();
    },
  });
  const begun: number[] = [];
  const round = (): Promise<void> => {
    begun.push(gate.clock.now() - noon);
    gate.clock.advance(tookMs[begun.length - 1] ?? 0);
    if (begun.length > tookMs.length) ending.abort();
    return Promise.resolve();
  };
  await every(gate.world, 30_000, round, ending.signal);
  return begun;
}

it("begins rounds the pause apart, however long they take", async () => {
  expect(await beginnings([0, 15_000, 26_000])).toEqual([0, 30_000, 60_000, 90_000]);
});

it("rests for a tenth of the pause after a round that took all of it", async () => {
  expect(await beginnings([100_000])).toEqual([0, 103_000]);
});

it("is not held up by a clock that was set back", async () => {
  expect(await beginnings([-3_600_000])).toEqual([0, -3_570_000]);
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freshLane, nextTurn, takeTurn } from "../../src/domain/lane.ts";

const noon = Date.parse("2026-11-22T12:00:00Z");
const minute = 60_000;

/** Writes and reads of ten minutes, by a process that looks again after the given pauses. */
function lived(
  spacingMs: number,
  pausesMs: readonly number[],
  readsEach: number,
): { at: number; points: number }[] {
  const spent: { at: number; points: number }[] = [];
  let lane = freshLane;
  let now = noon;
  for (let look = 0; now < noon + 10 * minute; look += 1) {
    if (nextTurn(lane, now, spacingMs) <= now) {
      spent.push({ at: now, points: 5 + readsEach });
      lane = takeTurn(lane, now, spacingMs, readsEach);
    }
    now += pausesMs[look % pausesMs.length]!;
  }
  return spent;
}

function mostInAMinute(spent: readonly { at: number; points: number }[]): number {
  const sums = spent.map(({ at }) =>
    spent.reduce((sum, one) => (one.at >= at && one.at < at + minute ? sum + one.points : sum), 0),
  );
  return Math.max(...sums);
}

describe("an installation's lane", () => {
  it("never spends more than 900 points in any minute, however it is asked", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1000 / 3, 500, 1000),
        fc.array(fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 5000 })), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.integer({ min: 0, max: 4 }),
        (spacingMs, pausesMs, readsEach) => {
          expect(mostInAMinute(lived(spacingMs, pausesMs, readsEach))).toBeLessThanOrEqual(900);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("uses at least 95 % of the ceiling where it is asked a little late each time", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 20 }), (pausesMs) => {
        const spent = lived(1000 / 3, pausesMs, 0);
        expect(spent.length).toBeGreaterThanOrEqual(0.95 * 180 * 10);
      }),
      { numRuns: 60 },
    );
  });

  it("names turns in whole milliseconds, since the queue keeps them as such", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1000 / 3, 1000 / 0.7),
        fc.integer({ min: 1, max: 9 }),
        (spacingMs, writes) => {
          let lane = freshLane;
          for (let write = 0; write < writes; write += 1) lane = takeTurn(lane, noon, spacingMs, 1);
          expect(nextTurn(lane, noon, spacingMs)).toSatisfy(Number.isInteger);
        },
      ),
    );
  });
});

import { describe, expect, it } from "vitest";
import { lanesInMemory } from "../../../src/gate/lanes.ts";
import { paceOf } from "../../../src/github/pace.ts";

const noon = Date.parse("2026-11-22T12:00:00Z");
const minute = 60_000;

describe("writing", () => {
  it("is evenly spaced, and a pause saves up no turns", async () => {
    const pace = paceOf(2, lanesInMemory());
    expect(await pace.takeTurn(70, noon)).toBeUndefined();
    expect(await pace.takeTurn(70, noon)).toBe(noon + 500);
    expect(await pace.takeTurn(70, noon + 499)).toBe(noon + 500);
    expect(await pace.takeTurn(70, noon + 500)).toBeUndefined();
    expect(await pace.takeTurn(70, noon + 10_000)).toBeUndefined();
    expect(await pace.takeTurn(70, noon + 10_000)).toBe(noon + 10_500);
  });

  it("goes on when the clock is set back", async () => {
    const pace = paceOf(2, lanesInMemory());
    await pace.takeTurn(70, noon);
    expect(await pace.takeTurn(70, noon - 60 * minute)).toBeUndefined();
    expect(await pace.takeTurn(70, noon - 60 * minute)).toBe(noon - 60 * minute + 500);
  });

  it("of one installation does not slow another down", async () => {
    const pace = paceOf(1, lanesInMemory());
    await pace.takeTurn(70, noon);
    expect(await pace.takeTurn(71, noon)).toBeUndefined();
    expect([...pace.waiting(noon)]).toEqual([
      [70, noon + 1000],
      [71, noon + 1000],
    ]);
    expect([...pace.waiting(noon + 1000)]).toEqual([]);
  });
});

describe("being told to wait", () => {
  it("until a moment holds everything until then, writing too", async () => {
    const pace = paceOf(1, lanesInMemory());
    expect(await pace.hold(70, noon, noon + 90_000)).toBe(noon + 90_000);
    expect(pace.heldUntil(70, noon + 89_999)).toBe(noon + 90_000);
    expect(pace.heldUntil(70, noon + 90_000)).toBeUndefined();
    expect(await pace.takeTurn(70, noon + 89_999)).toBe(noon + 90_000);
    expect(pace.waiting(noon)).toEqual(new Map([[70, noon + 90_000]]));
    expect(await pace.takeTurn(70, noon + 90_000)).toBeUndefined();
    expect(pace.heldUntil(71, noon)).toBeUndefined();
  });

  it("never shortens a wait that was told before", async () => {
    const pace = paceOf(1, lanesInMemory());
    await pace.hold(70, noon, noon + 90_000);
    expect(await pace.hold(70, noon, noon + 10)).toBe(noon + 90_000);
  });

  it("without a moment waits a minute, twice as long each time in a row, at most sixteen", async () => {
    const pace = paceOf(1, lanesInMemory());
    let now = noon;
    const waits: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const until = await pace.hold(70, now, undefined);
      waits.push((until - now) / minute);
      now = until;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 16, 16]);
    await pace.ease(70, undefined);
    expect((await pace.hold(70, now, undefined)) - now).toBe(minute);
  });
});

describe("several processes", () => {
  it("share one budget, and who finds the turn taken learns when the next one is", async () => {
    const lanes = lanesInMemory();
    const [one, other] = [paceOf(1, lanes), paceOf(1, lanes)];
    expect(await one.takeTurn(70, noon)).toBeUndefined();
    expect([...other.waiting(noon)]).toEqual([]);
    expect(await other.takeTurn(70, noon)).toBe(noon + 1000);
    expect([...other.waiting(noon)]).toEqual([[70, noon + 1000]]);
    await one.hold(70, noon, noon + 90_000);
    expect(await other.takeTurn(70, noon + 1000)).toBe(noon + 90_000);
    expect(other.heldUntil(70, noon + 1000)).toBe(noon + 90_000);
  });
});

describe("what GitHub tells", () => {
  it("is left of the hour is spread over it, and forgotten when it is over", async () => {
    const pace = paceOf(1, lanesInMemory());
    const resetAt = noon + 30 * minute;
    await pace.ease(70, { remaining: 180, resetAt });
    expect(await pace.takeTurn(70, noon)).toBeUndefined();
    expect(await pace.takeTurn(70, noon)).toBe(noon + 10_000);
    await pace.ease(70, { remaining: 5000, resetAt });
    expect(await pace.takeTurn(70, noon + 10_000)).toBeUndefined();
    expect(await pace.takeTurn(70, noon + 10_000)).toBe(noon + 11_000);
    expect(await pace.takeTurn(70, resetAt)).toBeUndefined();
    expect(await pace.takeTurn(70, resetAt)).toBe(resetAt + 1000);
  });

  it("is too much halves the pace, which comes back minute by minute", async () => {
    const pace = paceOf(1, lanesInMemory());
    await pace.hold(70, noon, noon + 60_000);
    const spacingAt = async (now: number): Promise<number> => {
      expect(await pace.takeTurn(70, now)).toBeUndefined();
      return (await pace.takeTurn(70, now))! - now;
    };
    expect(await spacingAt(noon + minute)).toBe(2000);
    expect(await spacingAt(noon + 2 * minute)).toBe(1000);
    await pace.hold(70, noon + 3 * minute, noon + 3 * minute);
    await pace.hold(70, noon + 3 * minute, noon + 3 * minute);
    expect(await spacingAt(noon + 3 * minute)).toBe(4000);
    expect(await spacingAt(noon + 4 * minute)).toBe(2000);
  });
});

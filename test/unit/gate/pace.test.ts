import { describe, expect, it } from "vitest";
import { paceOf } from "../../../src/github/pace.ts";

const noon = Date.parse("2026-11-22T12:00:00Z");
const minute = 60_000;

describe("writing", () => {
  it("is evenly spaced, and a pause saves up no turns", () => {
    const pace = paceOf(2);
    expect(pace.takeTurn(70, noon)).toBeUndefined();
    expect(pace.takeTurn(70, noon)).toBe(noon + 500);
    expect(pace.takeTurn(70, noon + 499)).toBe(noon + 500);
    expect(pace.takeTurn(70, noon + 500)).toBeUndefined();
    expect(pace.takeTurn(70, noon + 10_000)).toBeUndefined();
    expect(pace.takeTurn(70, noon + 10_000)).toBe(noon + 10_500);
  });

  it("goes on a turn later when the clock is set back", () => {
    const pace = paceOf(2);
    pace.takeTurn(70, noon);
    expect(pace.takeTurn(70, noon - 60 * minute)).toBe(noon - 60 * minute + 500);
    expect(pace.takeTurn(70, noon - 60 * minute + 500)).toBeUndefined();
  });

  it("of one installation does not slow another down", () => {
    const pace = paceOf(1);
    pace.takeTurn(70, noon);
    expect(pace.takeTurn(71, noon)).toBeUndefined();
    expect([...pace.waiting(noon)]).toEqual([
      [70, noon + 1000],
      [71, noon + 1000],
    ]);
    expect([...pace.waiting(noon + 1000)]).toEqual([]);
  });
});

describe("being told to wait", () => {
  it("until a moment holds everything until then, writing too", () => {
    const pace = paceOf(1);
    expect(pace.hold(70, noon, noon + 90_000)).toBe(noon + 90_000);
    expect(pace.heldUntil(70, noon + 89_999)).toBe(noon + 90_000);
    expect(pace.heldUntil(70, noon + 90_000)).toBeUndefined();
    expect(pace.takeTurn(70, noon + 89_999)).toBe(noon + 90_000);
    expect(pace.waiting(noon)).toEqual(new Map([[70, noon + 90_000]]));
    expect(pace.takeTurn(70, noon + 90_000)).toBeUndefined();
    expect(pace.heldUntil(71, noon)).toBeUndefined();
  });

  it("never shortens a wait that was told before", () => {
    const pace = paceOf(1);
    pace.hold(70, noon, noon + 90_000);
    expect(pace.hold(70, noon, noon + 10)).toBe(noon + 90_000);
  });

  it("without a moment waits a minute, twice as long each time in a row, at most sixteen", () => {
    const pace = paceOf(1);
    let now = noon;
    const waits = Array.from({ length: 7 }, () => {
      const until = pace.hold(70, now, undefined);
      const waited = until - now;
      now = until;
      return waited / minute;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 16, 16]);
    pace.ease(70);
    expect(pace.hold(70, now, undefined) - now).toBe(minute);
  });
});

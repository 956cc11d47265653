import { describe, expect, it } from "vitest";
import { lineUp } from "../../../src/domain/look-line.ts";

const noon = Date.parse("2026-11-22T12:00:00Z");
const tick = 30_000;

const named = (count: number, lastAt?: (place: number) => number) =>
  Array.from({ length: count }, (_, place) => ({ what: place, lastAt: lastAt?.(place) }));

/** How long after now each begins. */
const after = (line: Parameters<typeof lineUp<number>>[0], now = noon) =>
  lineUp(line, now, tick).map(({ at }) => at - now);

describe("looks at one data source", () => {
  it("begin at once while they are a handful", () => {
    expect(after(named(8))).toEqual(Array.from({ length: 8 }, () => 0));
  });

  it("begin eight a second beyond that", () => {
    expect(after(named(11)).slice(7)).toEqual([0, 125, 250, 375]);
  });

  it("fit into half the tick, however many they are, and never crowd", () => {
    const moments = after(named(1000));
    expect(Math.max(...moments)).toBeLessThan(tick / 2);
    for (let from = 0; from < tick / 2; from += 100) {
      const inOneSecond = moments.filter((at) => at >= from && at < from + 1000).length;
      expect(inOneSecond).toBeLessThanOrEqual(1000 / 15 + 8);
    }
  });

  it("come in the order in which the last ones were taken, the unknown first", () => {
    const line = [
      { what: "late", lastAt: noon - tick },
      { what: "never", lastAt: undefined },
      { what: "early", lastAt: noon - tick - 1 },
    ];
    expect(lineUp(line, noon, tick).map(({ what }) => what)).toEqual(["never", "early", "late"]);
  });

  it("keep their pace: each begins a tick after its last", () => {
    let line = named(1000);
    for (let round = 0; round < 3; round += 1) {
      const now = noon + round * tick;
      const turns = lineUp(line, now, tick);
      for (const { what, at } of turns) {
        const { lastAt } = line[what]!;
        if (lastAt !== undefined) expect(at - lastAt).toBeCloseTo(tick, 3);
      }
      line = turns
        .map(({ what, at }) => ({ what, lastAt: at }))
        .toSorted((one, other) => one.what - other.what);
    }
  });

  it("wait until they are due, and have no turn when that is in the tick's second half", () => {
    const lastAts = [noon - tick, noon - tick + 10_000, noon - tick + 15_001, noon];
    expect(after(named(4, (place) => lastAts[place]!))).toEqual([0, 10_000]);
  });
});

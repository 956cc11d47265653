import { describe, expect, it } from "vitest";
import { outageToExhaust } from "../../../src/domain/slice-budget.ts";

const minute = 60_000;
const fortnight = 14 * 24 * 60 * minute;

describe("an outage, counted in slices,", () => {
  it("may take the budget's share of the window where nothing else is spent", () => {
    expect(outageToExhaust(0.95, fortnight, { errorRatio: 1, usualErrorRatio: 0 }) / minute).toBeCloseTo(
      1008,
      9,
    );
  });

  it("may take less where some of the budget is spent as usual, more where it is no whole outage", () => {
    expect(outageToExhaust(0.9, fortnight, { errorRatio: 1, usualErrorRatio: 0.05 }) / minute).toBeCloseTo(
      1061.0526,
      3,
    );
    expect(outageToExhaust(0.9, fortnight, { errorRatio: 0.5, usualErrorRatio: 0 }) / minute).toBeCloseTo(
      4032,
      9,
    );
  });

  it("may take no time where the usual spends all, and all time where it is nothing unusual", () => {
    expect(outageToExhaust(0.9, fortnight, { errorRatio: 1, usualErrorRatio: 0.2 })).toBe(0);
    expect(outageToExhaust(0.9, fortnight, { errorRatio: 0.01, usualErrorRatio: 0.01 })).toBe(Infinity);
  });
});

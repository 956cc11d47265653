import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  burnRate,
  burnRateSpending,
  errorBudget,
  maxBurnRate,
  remaining,
} from "../../../src/domain/budget.ts";

const hour = 3_600_000;
const day = 24 * hour;

describe("the arithmetic of error budgets", () => {
  // SRE Workbook, table 5-8, and what Sloth makes of the same shares over 28 days.
  it.each([
    [0.02, 30 * day, hour, 14.4],
    [0.05, 30 * day, 6 * hour, 6],
    [0.1, 30 * day, day, 3],
    [0.1, 30 * day, 3 * day, 1],
    [0.02, 28 * day, hour, 13.44],
    [0.05, 28 * day, 6 * hour, 5.6],
    [0.1, 28 * day, day, 2.8],
    [0.1, 28 * day, 3 * day, 0.9333333333333333],
    [0.02, 7 * day, hour, 3.36],
    [0.02, 90 * day, hour, 43.2],
    [0.05, 30 * day, hour, 36],
  ])(
    "spends a share of %d of a window of %d ms within %d ms at a burn rate of %d",
    (share, windowMs, alertMs, burn) => {
      expect(burnRateSpending(share, windowMs, alertMs)).toBeCloseTo(burn, 9);
    },
  );

  it("calls a target of 99.9% a budget of one in a thousand", () => {
    expect(errorBudget(0.999)).toBeCloseTo(0.001, 12);
    expect(burnRate(0.0144, 0.999)).toBeCloseTo(14.4, 9);
    expect(burnRate(0, 0.999)).toBe(0);
  });

  it.each([
    [0.999, 1000],
    [0.95, 20],
    [0.9, 10],
    [0.9306, 14.4092],
  ])("cannot burn a target of %d faster than %d times, with every event bad", (target, most) => {
    expect(maxBurnRate(target)).toBeCloseTo(most, 3);
    expect(burnRate(1, target)).toBe(maxBurnRate(target));
  });

  it("says how much is left, below zero when overspent", () => {
    expect(remaining(0, 0.999)).toBe(1);
    expect(remaining(0.00069, 0.999)).toBeCloseTo(0.31, 9);
    expect(remaining(0.001, 0.999)).toBeCloseTo(0, 9);
    expect(remaining(0.25, 0.999)).toBeCloseTo(-249, 6);
  });

  it("weighs events, not hours: a bad night hour at one request a second is not a third of the budget", () => {
    const [busy, quiet] = [3 * 3600 * 1000, 3600];
    expect(remaining(quiet / (busy + quiet), 0.999)).toBeCloseTo(0.666778, 3);
  });

  it("burns faster and leaves less with every further error", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const target = fc.double({ min: 0.01, max: 0.99999, noNaN: true });
    fc.assert(
      fc.property(share, share, target, (a, b, promised) => {
        const [fewer, more] = [Math.min(a, b), Math.max(a, b)];
        expect(burnRate(more, promised)).toBeGreaterThanOrEqual(burnRate(fewer, promised));
        expect(remaining(more, promised)).toBeLessThanOrEqual(remaining(fewer, promised));
      }),
    );
  });
});

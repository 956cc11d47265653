import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { opensAt } from "../../../src/domain/forecast.ts";
import { burning, exhausted, minute, noon, stale } from "./made-verdict.ts";

const burningAt = (shortBurn: number, longBurn = shortBurn): typeof burning => ({
  ...burning,
  numbers: { kind: "burn_rate", longBurn, shortBurn },
});

describe("when a burning gate would open", () => {
  it("is when enough of the short window has emptied: a third of it at one and a half times the threshold", () => {
    expect(opensAt([burningAt(9)], noon)).toBe(noon + 10 * minute);
    expect(opensAt([burningAt(12)], noon)).toBe(noon + 15 * minute);
  });

  it("is never later than the short window, and later the faster it burns", () => {
    const burn = fc.double({ min: 6.001, max: 1000, noNaN: true });
    fc.assert(
      fc.property(burn, burn, (a, b) => {
        const [slow, fast] = [Math.min(a, b), Math.max(a, b)].map((one) => opensAt([burningAt(one)], noon)!);
        expect(slow).toBeGreaterThanOrEqual(noon);
        expect(fast!).toBeGreaterThanOrEqual(slow!);
        expect(fast).toBeLessThan(noon + 30 * minute);
      }),
    );
  });

  it("is not told of what one number cannot tell: a spent budget, a warning, an unmeasured window", () => {
    expect(opensAt([exhausted], noon)).toBeUndefined();
    expect(opensAt([{ ...burningAt(9), weight: "warn" }], noon)).toBeUndefined();
    expect(opensAt([stale], noon)).toBeUndefined();
  });

  it("waits for the last of the rules that hold it", () => {
    expect(opensAt([burningAt(9), burningAt(12), burningAt(7)], noon)).toBe(noon + 15 * minute);
    expect(opensAt([burningAt(9), { ...burningAt(12), weight: "warn" }], noon)).toBe(noon + 10 * minute);
  });

  it("is not told when anything else holds the gate too: a spent budget, a window that is not measured", () => {
    expect(opensAt([burningAt(9), exhausted], noon)).toBeUndefined();
    expect(opensAt([burningAt(9), { ...stale, weight: "block" }], noon)).toBeUndefined();
  });

  it("is later by the calm that it must show first, below nine tenths of the threshold", () => {
    const held = { ...burningAt(9), holdMs: 5 * minute };
    // The threshold is 6, its nine tenths 5.4: two fifths of the half hour must empty.
    expect(opensAt([held], noon)).toBe(noon + 12 * minute + 5 * minute);
  });

  it("is the end of its calm where that has begun, and not known while it has not", () => {
    const calm = { ...burningAt(5), release: { calmSince: noon, until: noon + 3 * minute } };
    expect(opensAt([calm], noon)).toBe(noon + 3 * minute);
    expect(
      opensAt([{ ...burningAt(5.9), release: { calmSince: undefined, until: undefined } }], noon),
    ).toBeUndefined();
  });

  it("is not told where the short window does not burn above the threshold", () => {
    expect(opensAt([burningAt(6)], noon)).toBeUndefined();
    expect(opensAt([burningAt(Number.NaN, 9)], noon)).toBeUndefined();
  });
});

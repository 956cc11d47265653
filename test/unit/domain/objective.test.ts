import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPercent, parsePercent, parseTarget } from "../../../src/domain/objective.ts";

describe("a target", () => {
  it.each([
    ["99.9%", 0.999],
    ["99.9 %", 0.999],
    [" 95% ", 0.95],
    ["0.5%", 0.005],
    ["99.999999%", 0.99999999],
    ["99.999999999999%", 0.99999999999999],
  ])("reads %j", (text, ratio) => {
    expect(parseTarget(text)).toBe(ratio);
  });

  it.each([
    ["99.9", "a bare number means 99.9 to one tool and 9990 % to another"],
    ["0.999", "a bare ratio, likewise"],
    ["100%", "its error budget is zero, and every division by it nonsense"],
    ["100.0%", "its error budget is zero"],
    ["0%", "it promises nothing"],
    ["-1%", "it promises less than nothing"],
    ["101%", "it promises more than everything"],
    ["99,9%", "a decimal comma"],
    ["99.%", "a fraction without digits"],
    ["9e1%", "scientific notation"],
    ["NaN%", "no number"],
    ["Infinity%", "no number"],
    ["99.9%%", "two signs"],
    ["99.9٪", "another script's sign"],
    ["", "nothing"],
  ])("[T37] refuses %j: %s", (text) => {
    expect(parseTarget(text)).toBeUndefined();
  });

  it("is always strictly between 0 and 1, so that an error budget is never zero", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?\d{1,3}(\.\d{1,14})?%?$/), (text) => {
        const ratio = parseTarget(text);
        expect(ratio === undefined || (ratio > 0 && ratio < 1 && 1 - ratio > 0)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("a percentage", () => {
  it("may be negative or above one hundred, but never without its sign", () => {
    expect(parsePercent("12.5%")).toBe(0.125);
    expect(parsePercent("-3%")).toBe(-0.03);
    expect(parsePercent("0%")).toBe(0);
    expect(parsePercent("250%")).toBe(2.5);
    expect(parsePercent("12.5")).toBeUndefined();
  });

  it.each([
    [0.999, "99.9%"],
    [0.9998999999999999, "99.98999999999999%"],
    [0, "0%"],
    [1, "100%"],
    [-0.03, "-3%"],
    [0.000_001, "0.0001%"],
  ])("prints %d as %s", (ratio, text) => {
    expect(formatPercent(ratio)).toBe(text);
  });

  it("is the very same double when it is printed and read again", () => {
    fc.assert(
      fc.property(fc.double({ min: -9999, max: 9999, noNaN: true }), (ratio) => {
        expect(parsePercent(formatPercent(ratio))).toBe(ratio === 0 ? 0 : ratio);
      }),
      { numRuns: 5000 },
    );
  });
});

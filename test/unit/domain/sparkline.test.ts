import { expect, it } from "vitest";
import { formatCount, formatRatio, formatTarget } from "../../../src/domain/amount.ts";
import { highestOf, sparkline } from "../../../src/domain/sparkline.ts";

it("draws values against the highest, and a gap where there is none", () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8])).toBe("▁▂▃▄▅▆▇██");
  expect(sparkline([0.000_01, null, 0.5])).toBe("▁·█");
  expect(sparkline([0, 0])).toBe("▁▁");
  expect(sparkline([null])).toBe("·");
  expect(sparkline([])).toBe("");
});

it("finds the highest value", () => {
  expect(highestOf([null, 0.1, 0.3, 0.2])).toBe(0.3);
  expect(highestOf([null])).toBeUndefined();
});

it("prints amounts as people read them", () => {
  expect([0, 0.000_523_4, 0.25, 1.5].map(formatRatio)).toEqual(["0%", "0.0523%", "25%", "150%"]);
  expect([0.999, 0.9995, 0.95].map(formatTarget)).toEqual(["99.9%", "99.95%", "95%"]);
  expect([0, 0.123, 3.45, 12.6, 1240, 1_234_567].map(formatCount)).toEqual([
    "0",
    "0.12",
    "3.5",
    "13",
    "1,240",
    "1,234,567",
  ]);
});

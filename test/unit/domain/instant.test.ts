import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatInstant, formatNear, formatTimeOfDay } from "../../../src/domain/instant.ts";

const hour = 3_600_000;
const anyMoment = fc.integer({ min: 0, max: Date.parse("9999-12-31T23:59:59Z") });

describe("a moment", () => {
  it("is the same date and minute that the machine's own calendar gives, for ten thousand of them", () => {
    fc.assert(
      fc.property(anyMoment, (instant) => {
        const iso = new Date(instant).toISOString();
        expect(formatInstant(instant)).toBe(`${iso.slice(0, 10)} ${iso.slice(11, 16)}Z`);
        expect(formatTimeOfDay(instant)).toBe(`${iso.slice(11, 16)}Z`);
      }),
      { numRuns: 10_000 },
    );
  });

  it.each([
    "2024-02-29 23:59Z",
    "2100-02-28 00:00Z",
    "2000-02-29 12:00Z",
    "1999-12-31 23:59Z",
    "1970-01-01 00:00Z",
  ])("is right at the calendar's edge %s", (text) => {
    expect(formatInstant(Date.parse(text.replace(" ", "T")))).toBe(text);
  });

  it("is told without its date only where nobody can take it for another day's", () => {
    const noon = Date.parse("2026-11-22T12:00:00Z");
    expect(formatNear(noon + 17 * hour, noon)).toBe("05:00Z");
    expect(formatNear(noon - 17 * hour, noon)).toBe("19:00Z");
    expect(formatNear(noon + 18 * hour, noon)).toBe("2026-11-23 06:00Z");
    expect(formatNear(noon - 18 * hour, noon)).toBe("2026-11-21 18:00Z");
  });
});

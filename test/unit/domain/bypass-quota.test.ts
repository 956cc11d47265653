import * as fc from "fast-check";
import { expect, it } from "vitest";
import { periodStart, quotaPeriods } from "../../../src/domain/bypass-quota.ts";
import { calendarDay } from "../../../src/domain/instant.ts";

const start = (text: string, per: (typeof quotaPeriods)[number]): string =>
  new Date(periodStart(Date.parse(text), per)).toISOString();

it("begins weeks on Monday, and months, quarters and years on their first day, in UTC", () => {
  const late = "2026-11-22T23:59:59.999Z";
  expect(quotaPeriods.map((per) => start(late, per))).toEqual([
    "2026-11-16T00:00:00.000Z",
    "2026-11-01T00:00:00.000Z",
    "2026-10-01T00:00:00.000Z",
    "2026-01-01T00:00:00.000Z",
  ]);
  expect(start("2026-11-23T00:00:00Z", "week")).toBe("2026-11-23T00:00:00.000Z");
  expect(start("2024-03-01T00:00:00Z", "quarter")).toBe("2024-01-01T00:00:00.000Z");
  expect(start("2024-04-01T00:00:00Z", "quarter")).toBe("2024-04-01T00:00:00.000Z");
});

it("agrees with the calendar at every moment", () => {
  const moment = fc.integer({ min: 864_000_000, max: Date.parse("2120-01-01T00:00:00Z") });
  fc.assert(
    fc.property(moment, (at) => {
      const date = new Date(at);
      expect(calendarDay(at)).toEqual({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
      });
      const { year, month } = calendarDay(at);
      expect(periodStart(at, "month")).toBe(Date.UTC(year, month - 1));
      expect(periodStart(at, "quarter")).toBe(Date.UTC(year, month - 1 - ((month - 1) % 3)));
      expect(periodStart(at, "year")).toBe(Date.UTC(year));
      const week = new Date(periodStart(at, "week"));
      expect([week.getUTCDay(), week.getTime() % 86_400_000]).toEqual([1, 0]);
      expect(at - week.getTime()).toBeGreaterThanOrEqual(0);
      expect(at - week.getTime()).toBeLessThan(7 * 86_400_000);
    }),
  );
});

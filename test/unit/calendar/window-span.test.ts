import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { windowSpan } from "../../../src/calendar/window-span.ts";
import type { CalendarUnit, CalendarWindow } from "../../../src/domain/calendar-window.ts";

const window = (
  count: number,
  unit: CalendarUnit,
  startLocal = "2022-01-01T00:00:00",
  timeZone = "UTC",
): CalendarWindow => ({ count, unit, startLocal, timeZone });

const span = (calendar: CalendarWindow, at: string) => {
  const { from, to } = windowSpan(calendar, Date.parse(at));
  return [from, to].map((one) => new Date(one).toISOString().replace(":00.000Z", "Z"));
};

const newYork = "America/New_York";

describe("a window of the calendar", () => {
  it.each([
    ["a month", window(1, "month"), "2026-11-22T14:00:00Z", "2026-11-01T00:00Z", "2026-12-01T00:00Z"],
    ["February", window(1, "month"), "2026-02-28T23:59:59Z", "2026-02-01T00:00Z", "2026-03-01T00:00Z"],
    ["a leap February", window(1, "month"), "2028-02-29T12:00:00Z", "2028-02-01T00:00Z", "2028-03-01T00:00Z"],
    ["a quarter", window(1, "quarter"), "2026-11-22T14:00:00Z", "2026-10-01T00:00Z", "2027-01-01T00:00Z"],
    ["a half year", window(2, "quarter"), "2026-11-22T14:00:00Z", "2026-07-01T00:00Z", "2027-01-01T00:00Z"],
    ["a year", window(1, "year"), "2028-12-31T23:59:59Z", "2028-01-01T00:00Z", "2029-01-01T00:00Z"],
    ["a day", window(1, "day"), "2026-11-22T14:00:00Z", "2026-11-22T00:00Z", "2026-11-23T00:00Z"],
    ["28 days", window(28, "day"), "2022-01-29T00:00:00Z", "2022-01-29T00:00Z", "2022-02-26T00:00Z"],
    ["six hours", window(6, "hour"), "2026-11-22T14:00:00Z", "2026-11-22T12:00Z", "2026-11-22T18:00Z"],
    [
      "a week from Saturday noon in New York, in winter",
      window(1, "week", "2022-01-01T12:00:00", newYork),
      "2026-11-22T14:00:00Z",
      "2026-11-21T17:00Z",
      "2026-11-28T17:00Z",
    ],
    [
      "the week in which New York's clock goes forward: 167 hours",
      window(1, "week", "2022-01-01T12:00:00", newYork),
      "2026-03-08T12:00:00Z",
      "2026-03-07T17:00Z",
      "2026-03-14T16:00Z",
    ],
    [
      "the day of 25 hours",
      window(1, "day", "2022-01-01T00:00:00", newYork),
      "2026-11-02T04:59:00Z",
      "2026-11-01T04:00Z",
      "2026-11-02T05:00Z",
    ],
    [
      "the day of 23 hours",
      window(1, "day", "2022-01-01T00:00:00", newYork),
      "2026-03-08T05:00:00Z",
      "2026-03-08T05:00Z",
      "2026-03-09T04:00Z",
    ],
    [
      "a day that begins at a time which the clock leaves out: an hour later by the clock",
      window(1, "day", "2026-03-01T02:30:00", newYork),
      "2026-03-08T12:00:00Z",
      "2026-03-08T07:30Z",
      "2026-03-09T06:30Z",
    ],
    [
      "a day that begins at a time which the clock shows twice: at its first",
      window(1, "day", "2026-10-01T01:30:00", newYork),
      "2026-11-01T06:00:00Z",
      "2026-11-01T05:30Z",
      "2026-11-02T06:30Z",
    ],
    [
      "six hours across the change, which the clock shows as seven",
      window(6, "hour", "2026-11-01T00:00:00", newYork),
      "2026-11-01T09:59:00Z",
      "2026-11-01T04:00Z",
      "2026-11-01T10:00Z",
    ],
    [
      "a month from the 31st, in February",
      window(1, "month", "2022-01-31T00:00:00"),
      "2026-02-28T00:00:00Z",
      "2026-02-28T00:00Z",
      "2026-03-31T00:00Z",
    ],
    [
      "a month from the 31st, in a leap February",
      window(1, "month", "2022-01-31T00:00:00"),
      "2028-02-28T12:00:00Z",
      "2028-01-31T00:00Z",
      "2028-02-29T00:00Z",
    ],
    [
      "a year from the 29th of February",
      window(1, "year", "2024-02-29T00:00:00"),
      "2027-01-01T00:00:00Z",
      "2026-02-28T00:00Z",
      "2027-02-28T00:00Z",
    ],
    [
      "a window whose start is in the future",
      window(1, "month", "2030-06-15T09:00:00", "Europe/Berlin"),
      "2026-11-22T14:00:00Z",
      "2026-11-15T08:00Z",
      "2026-12-15T08:00Z",
    ],
    [
      "a place that is not whole hours away",
      window(1, "day", "2026-01-01T00:00:00", "Asia/Kolkata"),
      "2026-11-22T18:29:59Z",
      "2026-11-21T18:30Z",
      "2026-11-22T18:30Z",
    ],
  ])("%s", (_, calendar, at, from, to) => {
    expect(span(calendar, at)).toEqual([from, to]);
  });

  it("begins with its first moment and ends before the next one's", () => {
    const month = window(1, "month");
    const first = Date.parse("2026-12-01T00:00:00Z");
    expect(windowSpan(month, first).from).toBe(first);
    expect(windowSpan(month, first - 1).to).toBe(first);
  });

  it("holds the moment that it was asked for, and its neighbours begin where it ends", () => {
    const units = ["hour", "day", "week", "month", "quarter", "year"] as const;
    const zones = [
      "UTC",
      newYork,
      "Europe/Berlin",
      "Australia/Lord_Howe",
      "Pacific/Apia",
      "Africa/Casablanca",
    ];
    const moments = fc.integer({ min: Date.UTC(2005, 0), max: Date.UTC(2045, 0) });
    const starts = moments.map((ms) => new Date(ms).toISOString().slice(0, 19));
    const some = fc.record({
      count: fc.integer({ min: 1, max: 40 }),
      unit: fc.constantFrom(...units),
      startLocal: starts,
      timeZone: fc.constantFrom(...zones),
    });
    fc.assert(
      fc.property(some, moments, (calendar, at) => {
        const { from, to } = windowSpan(calendar, at);
        expect(from).toBeLessThanOrEqual(at);
        expect(to).toBeGreaterThan(at);
        expect(windowSpan(calendar, to).from).toBe(to);
        expect(windowSpan(calendar, from - 1).to).toBe(from);
      }),
    );
  });
});

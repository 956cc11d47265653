import type { DurationMs } from "./duration.ts";

/** A length that a calendar counts, not a clock: a day across a change of daylight saving has 23 or 25 hours. */
export type CalendarUnit = (typeof calendarUnits)[number];

/** The lengths that a calendar counts, shortest first. */
export const calendarUnits = ["hour", "day", "week", "month", "quarter", "year"] as const;

const ordinaryHours: Readonly<Record<CalendarUnit, number>> = {
  hour: 1,
  day: 24,
  week: 7 * 24,
  month: 30 * 24,
  quarter: 90 * 24,
  year: 365 * 24,
};

/**
 * A calendar's length on an ordinary clock, as OpenSLO's SDK counts: a month 30 days, a quarter 90, a year 365.
 * Source: https://github.com/OpenSLO/go-sdk `DurationShorthand`.
 */
export function ordinaryLength(count: number, unit: CalendarUnit): DurationMs {
  return count * ordinaryHours[unit] * 3_600_000;
}

/** A budget's window that begins anew at fixed moments of a place's calendar. */
export interface CalendarWindow {
  readonly count: number;
  readonly unit: CalendarUnit;
  /** A moment at which one window begins, in local time: `2022-01-01T12:00:00`. */
  readonly startLocal: string;
  /** IANA name of the place whose clock `startLocal` is read from. */
  readonly timeZone: string;
}

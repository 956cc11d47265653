/**
 * Where a window of the calendar begins and ends. A day may have 23 or 25 hours and a month 28 days, so this is the
 * work of a time zone's history and not of a division.
 */
import { Temporal } from "temporal-polyfill";
import type { CalendarUnit, CalendarWindow } from "../domain/calendar-window.ts";
import type { Instant } from "../domain/instant.ts";
import type { Stretch } from "../domain/stretch.ts";

const lengths: Readonly<Record<CalendarUnit, (count: number) => Temporal.DurationLike>> = {
  hour: (hours) => ({ hours }),
  day: (days) => ({ days }),
  week: (weeks) => ({ weeks }),
  month: (months) => ({ months }),
  quarter: (quarters) => ({ months: 3 * quarters }),
  year: (years) => ({ years }),
};

const averageHours: Readonly<Record<CalendarUnit, number>> = {
  hour: 1,
  day: 24,
  week: 168,
  month: 730.485,
  quarter: 2191.455,
  year: 8765.82,
};

/**
 * The window that a moment lies in; a window's first moment is its own, its last one the next window's. Windows follow
 * each other without a gap in both directions of time, so a start in the future says only on which days and hours
 * they begin.
 *
 * Each begins so many units after the start, not after the window before: what starts on the 31st ends on the 28th of
 * February and begins on the 31st again. A local time that the clock leaves out is read as if it had not, one that it
 * shows twice is its first. An hour is sixty minutes whatever the clock does.
 */
export function windowSpan(window: CalendarWindow, at: Instant): Stretch {
  const start = Temporal.PlainDateTime.from(window.startLocal).toZonedDateTime(window.timeZone);
  const beginning = (index: number): Instant =>
    start.add(lengths[window.unit](index * window.count)).epochMilliseconds;
  const averageMs = window.count * averageHours[window.unit] * 3_600_000;
  let index = Math.floor((at - start.epochMilliseconds) / averageMs);
  // The guess counts with average lengths, so it is one or two off at most.
  while (beginning(index) > at) index -= 1;
  while (beginning(index + 1) <= at) index += 1;
  return { from: beginning(index), to: beginning(index + 1) };
}

/** The time over which an OpenSLO file counts its budget: rolling, or by a place's calendar. */
import type { CalendarUnit, CalendarWindow } from "../domain/calendar-window.ts";
import type { DurationMs } from "../domain/duration.ts";
import { isTimeZone, localMoment } from "./calendar-start.ts";
import { type Shorthand, shorthandAt, unitMs } from "./openslo-duration.ts";
import {
  flagAt,
  isThere,
  itemsOfList,
  missing,
  numberAt,
  type Place,
  refuse,
  textAt,
  under,
  warn,
} from "./place.ts";

/** A budget's window. */
export interface BudgetWindow {
  readonly windowMs: DurationMs;
  /** Absent: rolling. */
  readonly calendar?: CalendarWindow;
}

const shortest: DurationMs = unitMs.hour;
const longest: DurationMs = 366 * unitMs.day;
const usual: DurationMs = 30 * unitMs.day;

/** The window of a v1 or v2alpha SLO: `timeWindow`, one item or none. `fallback` is what is taken for none. */
export function windowOf(list: Place, fallback: DurationMs | undefined): BudgetWindow | undefined {
  const item = onlyItem(list);
  if (item === "none") return withoutWindow(list, fallback);
  if (item === undefined) return undefined;
  const place = under(item, "duration");
  const length = shorthandAt(place);
  if (length === undefined) return undefined;
  if (length.unit === "minute" && length.ms < shortest) {
    const words = length.count === 1 ? "is one minute" : `is ${length.count} minutes`;
    const message = `${words}; months are written with a capital letter, \`${length.count}M\``;
    return refuse(place, "minute_or_month", message);
  }
  return alignedTo(item, place, length);
}

const alphaUnits: ReadonlyMap<string, Shorthand["unit"] | "second"> = new Map([
  ["Second", "second"],
  ["Minute", "minute"],
  ["Hour", "hour"],
  ["Day", "day"],
  ["Week", "week"],
  ["Month", "month"],
  ["Quarter", "quarter"],
  ["Year", "year"],
]);

/** The window of a v1alpha SLO: `timeWindows`, a unit and how many of it. */
export function alphaWindowOf(list: Place, fallback: DurationMs | undefined): BudgetWindow | undefined {
  const item = onlyItem(list);
  if (item === "none") return withoutWindow(list, fallback);
  if (item === undefined) return undefined;
  const unit = alphaUnits.get(textAt(under(item, "unit")) ?? "");
  if (unit === undefined) {
    const names = [...alphaUnits.keys()].map((one) => `\`${one}\``).join(", ");
    return refuse(under(item, "unit"), "wrong_value", `must be one of ${names}`);
  }
  const written = under(item, "count");
  const count = numberAt(written);
  if (count === undefined) return isThere(written) ? undefined : missing(written);
  if (!Number.isInteger(count) || count < 1)
    return refuse(written, "wrong_value", "must be a whole number above 0");
  const length: Shorthand =
    unit === "second"
      ? { count: count / 60, unit: "minute", ms: count * 1000 }
      : { count, unit, ms: count * unitMs[unit] };
  return alignedTo(item, written, length);
}

function onlyItem(list: Place): Place | "none" | undefined {
  if (isThere(list) && !Array.isArray(list.value)) return refuse(list, "wrong_type", "must be a list");
  const [item, second] = itemsOfList(list);
  if (second !== undefined) return refuse(second, "too_many", "is one window too many; a budget has one");
  return item ?? "none";
}

function withoutWindow(list: Place, fallback: DurationMs | undefined): BudgetWindow {
  if (fallback === undefined)
    warn(list, "missing_key", `\`${String(list.path.at(-1))}\` is missing; 30 rolling days are taken`);
  return { windowMs: fallback ?? usual };
}

function alignedTo(item: Place, place: Place, length: Shorthand): BudgetWindow | undefined {
  if (length.ms < shortest || length.ms > longest)
    return refuse(
      place,
      "bad_duration",
      "must be between an hour and 366 days; a budget needs that much to mean anything",
    );
  const rolling = { windowMs: length.ms };
  const isRolling = flagAt(under(item, "isRolling"));
  if (isRolling === undefined && isThere(under(item, "isRolling"))) return undefined;
  const calendar = under(item, "calendar");
  if (!isThere(calendar)) {
    if (isRolling === false)
      return refuse(
        item,
        "missing_key",
        "`calendar` is missing, which must say where a window that does not roll begins",
      );
    if (isRolling === undefined)
      warn(item, "missing_key", "neither `isRolling` nor `calendar` is there; it is taken as rolling");
    return rolling;
  }
  if (isRolling === true) {
    warn(
      calendar,
      "contradiction",
      "says where a window begins that `isRolling` says has no beginning; it is taken as rolling",
    );
    return rolling;
  }
  const begins = calendarFrom(calendar, place, length);
  return begins === undefined ? undefined : { ...rolling, calendar: begins };
}

function calendarFrom(calendar: Place, place: Place, length: Shorthand): CalendarWindow | undefined {
  const counted = inCalendarUnits(length);
  if (counted === undefined)
    return refuse(place, "bad_duration", "must be whole hours where the calendar counts it");
  const start = under(calendar, "startTime");
  const zone = under(calendar, "timeZone");
  const [moment, timeZone] = [textAt(start), textAt(zone)];
  if (moment === undefined && !isThere(start)) return missing(start);
  if (timeZone === undefined && !isThere(zone)) return missing(zone);
  if (moment === undefined || timeZone === undefined) return undefined;
  const startLocal = localMoment(moment);
  if (startLocal === undefined)
    return refuse(start, "wrong_value", "must be a moment such as `2022-01-31 12:00:00`");
  if (!isTimeZone(timeZone))
    return refuse(zone, "bad_time_zone", "is no time zone of the IANA's, such as `Europe/Warsaw` or `UTC`");
  return { ...counted, startLocal, timeZone };
}

function inCalendarUnits({ count, unit }: Shorthand): { count: number; unit: CalendarUnit } | undefined {
  if (unit !== "minute") return { count, unit };
  return Number.isInteger(count / 60) ? { count: count / 60, unit: "hour" } : undefined;
}

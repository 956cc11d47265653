/** The values that make a window of the calendar in the policy file. */
import { calendarUnits, type CalendarWindow, ordinaryLength } from "../domain/calendar-window.ts";
import { isTimeZone, localMoment } from "../slo/calendar-start.ts";
import { checked } from "./value.ts";

const units = calendarUnits.join("|");
const lengthShape = new RegExp(`^([1-9][0-9]{0,3}) (${units})s?$`);

/** Reads `1 month` or `2 weeks`. */
export function readCalendarLength(text: string): Pick<CalendarWindow, "count" | "unit"> | undefined {
  const found = lengthShape.exec(text);
  const unit = calendarUnits.find((one) => one === found?.[2]);
  return unit === undefined ? undefined : { count: Number(found?.[1]), unit };
}

/** A number of units of the calendar. */
export const calendarLength = (minMs: number, maxMs: number, limits: string, description: string) =>
  checked(
    "bad_duration",
    `^[1-9][0-9]{0,3} (${units})s?$`,
    (value) => {
      const length = typeof value === "string" ? readCalendarLength(value) : undefined;
      if (length === undefined) return `must be a number and one of ${calendarUnits.join(", ")}: \`1 month\``;
      const ms = ordinaryLength(length.count, length.unit);
      return ms >= minMs && ms <= maxMs ? undefined : `must be ${limits}`;
    },
    description,
  );

const localPattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$";

/** A moment by a place's own clock. */
export const localTime = (description: string) =>
  checked(
    "wrong_value",
    localPattern,
    (value) =>
      typeof value === "string" && localMoment(value) === value
        ? undefined
        : "must be a local time such as `2026-01-01T00:00:00`",
    description,
  );

/** The name of a place whose clock is known. */
export const timeZone = (description: string) =>
  checked(
    "bad_time_zone",
    "^[A-Za-z][A-Za-z0-9_+/-]*$",
    (value) =>
      typeof value === "string" && isTimeZone(value)
        ? undefined
        : "must be a time zone of the IANA list, such as `Europe/Berlin` or `UTC`",
    description,
  );

/**
 * OpenSLO's durations: a number and one letter, in which `m` is a minute and `M` a month.
 * Source: https://github.com/OpenSLO/OpenSLO#duration-shorthand
 */
import { type CalendarUnit, ordinaryLength } from "../domain/calendar-window.ts";
import type { DurationMs } from "../domain/duration.ts";
import { missing, type Place, refuse, textAt } from "./place.ts";

/** A length as OpenSLO writes it. */
export interface Shorthand {
  readonly count: number;
  readonly unit: CalendarUnit | "minute";
  /** On an ordinary clock: a month is 30 days, a quarter 90, a year 365, as OpenSLO's own library counts them. */
  readonly ms: DurationMs;
}

/** One of each unit, on an ordinary clock. */
export const unitMs: Readonly<Record<Shorthand["unit"], DurationMs>> = {
  minute: 60_000,
  hour: ordinaryLength(1, "hour"),
  day: ordinaryLength(1, "day"),
  week: ordinaryLength(1, "week"),
  month: ordinaryLength(1, "month"),
  quarter: ordinaryLength(1, "quarter"),
  year: ordinaryLength(1, "year"),
};

const letters: ReadonlyMap<string, Shorthand["unit"]> = new Map([
  ["m", "minute"],
  ["h", "hour"],
  ["d", "day"],
  ["w", "week"],
  ["M", "month"],
  ["Q", "quarter"],
  ["Y", "year"],
]);

/** Reads `4w` or `1M`; `undefined` for anything else and for more than a century. */
export function parseShorthand(text: string): Shorthand | undefined {
  const found = /^(\d{1,9})([mhdwMQY])$/.exec(text);
  const unit = letters.get(found?.[2] ?? "");
  if (unit === undefined) return undefined;
  const count = Number(found?.[1]);
  const ms = count * unitMs[unit];
  return ms <= 100 * unitMs.year ? { count, unit, ms } : undefined;
}

/** The duration that must stand at a place; a bare number there counts minutes where `bare` says so. */
export function shorthandAt(place: Place, bare: "minutes" | "refused" = "refused"): Shorthand | undefined {
  const isNumber = bare === "minutes" && typeof place.value === "number";
  const text = isNumber ? `${String(place.value)}m` : textAt(place);
  if (text === undefined)
    return place.value === undefined || place.value === null ? missing(place) : undefined;
  const read = parseShorthand(text);
  return (
    read ??
    refuse(place, "bad_duration", "must be a number and one of `m`, `h`, `d`, `w`, `M`, `Q`, `Y`, as `4w`")
  );
}

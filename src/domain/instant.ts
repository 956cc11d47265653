/**
 * A moment: milliseconds since 1970-01-01T00:00:00Z. The domain is handed moments and never asks for the
 * time.
 */
export type Instant = number;

const pad = (value: number): string => String(value).padStart(2, "0");

/** A day of the calendar, in UTC. */
export interface CalendarDay {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/**
 * The day in UTC on which a moment lies, by Howard Hinnant's `civil_from_days`
 * (https://howardhinnant.github.io/date_algorithms.html).
 */
export function calendarDay(instant: Instant): CalendarDay {
  const days = Math.floor(instant / 86_400_000);
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** A moment as UTC date and minute, `2026-11-22 14:05Z`. */
export function formatInstant(instant: Instant): string {
  const { year, month, day } = calendarDay(instant);
  return `${year}-${pad(month)}-${pad(day)} ${formatTimeOfDay(instant)}`;
}

/** A moment as ISO 8601 in UTC, to the second: `2026-11-22T14:05:09Z`. */
export function formatIso(instant: Instant): string {
  const { year, month, day } = calendarDay(instant);
  const seconds = Math.floor(instant / 1000) % 86_400;
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(pad).join(":");
  return `${String(year).padStart(4, "0")}-${pad(month)}-${pad(day)}T${clock}Z`;
}

/** A moment as UTC hour and minute, `14:05Z`. */
export function formatTimeOfDay(instant: Instant): string {
  const minutes = Math.floor(instant / 60_000) % 1440;
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}Z`;
}

/** The shortest honest form of a moment read at `now`: the time alone within 18 hours, else with its date. */
export function formatNear(instant: Instant, now: Instant): string {
  return Math.abs(instant - now) < 18 * 3_600_000 ? formatTimeOfDay(instant) : formatInstant(instant);
}

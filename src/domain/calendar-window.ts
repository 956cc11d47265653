/** A length that a calendar counts, not a clock: a day across a change of daylight saving has 23 or 25 hours. */
export type CalendarUnit = "hour" | "day" | "week" | "month" | "quarter" | "year";

/** A budget's window that begins anew at fixed moments of a place's calendar. */
export interface CalendarWindow {
  readonly count: number;
  readonly unit: CalendarUnit;
  /** A moment at which one window begins, in local time: `2022-01-01T12:00:00`. */
  readonly startLocal: string;
  /** IANA name of the place whose clock `startLocal` is read from. */
  readonly timeZone: string;
}

import { calendarDay, type Instant } from "./instant.ts";

/** The calendar periods over which bypasses are counted. */
export const quotaPeriods = ["week", "month", "quarter", "year"] as const;

/** A calendar period in UTC; weeks begin on Monday. */
export type QuotaPeriod = (typeof quotaPeriods)[number];

/** How many bypasses a repository has in each period. */
export interface Quota {
  readonly max: number;
  readonly per: QuotaPeriod;
}

/** A quota and how much of it is used, the bypass in question included. */
export interface QuotaUse extends Quota {
  readonly used: number;
}

const dayMs = 86_400_000;

/** The first moment of the period in which a moment lies. */
export function periodStart(instant: Instant, per: QuotaPeriod): Instant {
  const today = Math.floor(instant / dayMs) * dayMs;
  switch (per) {
    case "week":
      // 1970-01-01 was a Thursday, three days after a Monday.
      return today - ((((today / dayMs + 3) % 7) + 7) % 7) * dayMs;
    case "month":
      return monthStart(today);
    case "quarter":
      return monthStartBack(today, 3);
    case "year":
      return monthStartBack(today, 12);
  }
}

function monthStart(instant: Instant): Instant {
  const today = Math.floor(instant / dayMs) * dayMs;
  return today - (calendarDay(today).day - 1) * dayMs;
}

/** The first moment of the months that are taken together so many at a time. */
function monthStartBack(instant: Instant, months: number): Instant {
  const start = monthStart(instant);
  const isFirst = (calendarDay(start).month - 1) % months === 0;
  return isFirst ? start : monthStartBack(start - dayMs, months);
}

import type { Kysely } from "kysely";
import type { BudgetDay } from "../domain/budget-day.ts";
import type { BudgetDays } from "../gate/budget-days.ts";
import type { Tables } from "./schema.ts";

/** Days that are written at once: far below the 32766 values that SQLite takes in one statement. */
const maxRows = 1000;

/** Budget days over SQL. */
export function budgetDaysIn(db: Kysely<Tables>): BudgetDays {
  return {
    async read(series, from, to) {
      if (series.length === 0) return new Map();
      const rows = await db
        .selectFrom("budget_days")
        .select(["series", "day", "bad_events", "total_events"])
        .where("series", "in", series)
        .where("day", ">=", from)
        .where("day", "<=", to)
        .orderBy("day")
        .execute();
      const found = new Map<string, BudgetDay[]>();
      for (const { series: key, day, bad_events: badEvents, total_events: total } of rows) {
        const days = found.get(key) ?? [];
        days.push({ day, badEvents, totalEvents: total ?? undefined });
        found.set(key, days);
      }
      return found;
    },

    async keep(series, days) {
      for (let from = 0; from < days.length; from += maxRows) {
        const rows = days.slice(from, from + maxRows).map(({ day, badEvents, totalEvents }) => ({
          series,
          day,
          bad_events: badEvents,
          total_events: totalEvents ?? null,
        }));
        await db
          .insertInto("budget_days")
          .values(rows)
          .onConflict((conflict) => conflict.columns(["series", "day"]).doNothing())
          .execute();
      }
    },
  };
}

/**
 * The days that budgets were counted on, so that each is asked about once.
 *
 * Wants: a month's budget for one small question a tick, never for one that reads a month of samples.
 * Keeps: a day is kept under a text of what was asked and of whom, so an edited query has days of its own. What is
 * kept stays: of two writers of one day the first one counts, and both asked the same.
 */
import type { BudgetDay } from "../domain/budget-day.ts";

/** Days by series. A series is what was asked, and of whom, as a text of at most 64 characters. */
export interface BudgetDays {
  /**
   * The known days from `from` to `to`, both included, of each series of which there are any, in order. Days that are
   * not among them were never answered.
   */
  read(
    series: readonly string[],
    from: number,
    to: number,
  ): Promise<ReadonlyMap<string, readonly BudgetDay[]>>;
  /** Keeps days that will not change any more. */
  keep(series: string, days: readonly BudgetDay[]): Promise<void>;
}

/** Days for a process that answers once and ends. */
export function budgetDaysInMemory(): BudgetDays {
  const known = new Map<string, Map<number, BudgetDay>>();
  return {
    read(series, from, to) {
      const found = series.flatMap((one) => {
        const days = [...(known.get(one)?.values() ?? [])]
          .filter(({ day }) => day >= from && day <= to)
          .toSorted((a, b) => a.day - b.day);
        return days.length === 0 ? [] : [[one, days] as const];
      });
      return Promise.resolve(new Map(found));
    },
    keep(series, days) {
      const ours = known.get(series) ?? new Map<number, BudgetDay>();
      for (const one of days) if (!ours.has(one.day)) ours.set(one.day, one);
      known.set(series, ours);
      return Promise.resolve();
    },
  };
}

import { describe, expect } from "vitest";
import type { BudgetDay } from "../../src/domain/budget-day.ts";
import type { BudgetDays } from "../../src/gate/budget-days.ts";

/** What is promised of budget days, wherever they are kept. */
export function budgetDayLaws(
  subject: string,
  law: (title: string, show: (days: BudgetDays) => Promise<void>) => void,
): void {
  const first: BudgetDay = { day: 20_000, badEvents: 1 / 3, totalEvents: 86_400 * 1e6 + 0.1 };
  const quiet: BudgetDay = { day: 20_001, badEvents: 0, totalEvents: 0 };
  const without: BudgetDay = { day: 20_002, badEvents: 0, totalEvents: undefined };
  const read = async (days: BudgetDays, from: number, to: number, ...series: readonly string[]) =>
    Object.fromEntries(await days.read(series, from, to));

  describe(subject, () => {
    law(
      "come back to the last digit, in order, and a day without data is not one without events",
      async (days) => {
        await days.keep("a", [without, first]);
        await days.keep("a", [quiet]);
        expect(await read(days, 20_000, 20_002, "a")).toEqual({ a: [first, quiet, without] });
        const [, , last] = (await read(days, 20_000, 20_002, "a"))["a"] ?? [];
        expect(last).toStrictEqual(without);
      },
    );

    law("are read from the first to the last one asked for, both included", async (days) => {
      await days.keep("a", [first, quiet, without]);
      expect(await read(days, 20_001, 20_001, "a")).toEqual({ a: [quiet] });
      expect(await read(days, 20_001, 20_009, "a")).toEqual({ a: [quiet, without] });
      expect(await read(days, 20_003, 20_009, "a")).toEqual({});
    });

    law("are each series' own, and a series that is not known is not named", async (days) => {
      await days.keep("a", [first]);
      await days.keep("b'", [quiet]);
      expect(await read(days, 0, 30_000, "a", "b'", "c")).toEqual({ a: [first], "b'": [quiet] });
      expect(await read(days, 0, 30_000, "b'")).toEqual({ "b'": [quiet] });
      expect(await read(days, 0, 30_000)).toEqual({});
    });

    law("stay as they were first kept", async (days) => {
      await days.keep("a", [first]);
      await days.keep("a", [{ ...first, badEvents: 7 }, quiet]);
      await days.keep("a", []);
      expect(await read(days, 0, 30_000, "a")).toEqual({ a: [first, quiet] });
    });

    law("are kept however many there are", async (days) => {
      const many = Array.from({ length: 2500 }, (_, index) => ({ ...first, day: index }));
      await days.keep("a", many);
      expect(await read(days, 0, 30_000, "a")).toEqual({ a: many });
    });
  });
}

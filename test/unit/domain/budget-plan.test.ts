import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs, dayStart } from "../../../src/domain/budget-day.ts";
import { type BudgetPlan, planBudget } from "../../../src/domain/budget-plan.ts";
import { lengthOf, type Stretch, without } from "../../../src/domain/stretch.ts";

const hour = 3_600_000;
const minute = 60_000;
const today = 20_000;
const midnight = dayStart(today);
const at = (hours: number): number => midnight + hours * hour;
const last = (days: number, now: number): Stretch => ({ from: now - days * dayMs, to: now });

const everyStretch = ({ days, parts, live }: BudgetPlan): readonly Stretch[] =>
  [...days.flatMap(({ stretches }) => stretches), ...parts, ...(live === undefined ? [] : [live])].toSorted(
    (a, b) => a.from - b.from,
  );

describe("the plan of a budget's window", () => {
  it("is whole days, the end of the oldest day, and today so far", () => {
    const plan = planBudget(last(30, at(12)), []);
    expect(plan.days.map(({ day }) => day)).toEqual(Array.from({ length: 29 }, (_, i) => today - 29 + i));
    expect(plan.days[0]).toEqual({
      day: today - 29,
      stretches: [{ from: midnight - 29 * dayMs, to: midnight - 28 * dayMs }],
    });
    expect(plan.parts).toEqual([{ from: at(12) - 30 * dayMs, to: midnight - 29 * dayMs }]);
    expect(plan.live).toEqual({ from: midnight, to: at(12) });
    expect(plan.countedMs).toBe(30 * dayMs);
  });

  it("gives yesterday an hour for late samples, and counts it with today until then", () => {
    const early = planBudget(last(30, at(1) - 1), []);
    expect(early.live).toEqual({ from: midnight - dayMs, to: at(1) - 1 });
    expect(early.days.at(-1)?.day).toBe(today - 2);
    const late = planBudget(last(30, at(1)), []);
    expect(late.live).toEqual({ from: midnight, to: at(1) });
    expect(late.days.at(-1)?.day).toBe(today - 1);
  });

  it("asks about no short rest of the oldest day alone", () => {
    const plan = planBudget(last(30, at(23) + 1), []);
    expect(plan.parts).toEqual([{ from: at(23) + 1 - 30 * dayMs, to: midnight - 28 * dayMs }]);
    expect(plan.days[0]?.day).toBe(today - 28);
    expect(planBudget(last(30, at(23)), []).days[0]?.day).toBe(today - 29);
  });

  it("has no head where the window begins at midnight", () => {
    const plan = planBudget({ from: midnight - 3 * dayMs, to: at(2) }, []);
    expect(plan.parts).toEqual([]);
    expect(plan.days.map(({ day }) => day)).toEqual([today - 3, today - 2, today - 1]);
  });

  it("has no days where the window holds no whole one", () => {
    const plan = planBudget(last(1, at(12)), []);
    expect(plan).toMatchObject({ days: [], parts: [], live: last(1, at(12)), latest: last(1, at(12)) });
  });

  it("counts on a day what maintenance leaves of it", () => {
    const plan = planBudget(last(7, at(12)), [
      { from: at(-24 * 3 + 2), to: at(-24 * 3 + 4) },
      { from: at(-24 * 2 - 1), to: at(-24 * 2 + 1) },
    ]);
    expect(plan.days.find(({ day }) => day === today - 3)?.stretches).toEqual([
      { from: at(-72), to: at(-70) },
      { from: at(-68), to: at(-49) },
    ]);
    expect(plan.days.find(({ day }) => day === today - 2)?.stretches).toEqual([
      { from: at(-47), to: at(-24) },
    ]);
    expect(plan.countedMs).toBe(7 * dayMs - 4 * hour);
  });

  it("counts nothing of what is wholly maintenance, nor of minutes between two of them", () => {
    const plan = planBudget(last(7, at(12)), [
      { from: at(-80), to: at(-30) },
      { from: at(5), to: at(6) },
      { from: at(6) + 4 * minute, to: at(7) },
    ]);
    expect(plan.days.find(({ day }) => day === today - 3)?.stretches).toEqual([]);
    expect(plan.parts.slice(-1)).toEqual([{ from: midnight, to: at(5) }]);
    expect(plan.live).toEqual({ from: at(7), to: at(12) });
  });

  it("has nothing that ends now while there is maintenance, and looks at today all the same", () => {
    const plan = planBudget(last(7, at(12)), [{ from: at(11), to: at(13) }]);
    expect(plan.live).toBeUndefined();
    expect(plan.parts.at(-1)).toEqual({ from: midnight, to: at(11) });
    expect(plan.latest).toEqual({ from: midnight, to: at(12) });
  });

  it("holds every moment of the window once, but for what is left out", () => {
    const now = fc.integer({ min: midnight, max: midnight + dayMs });
    const length = fc.integer({ min: hour, max: 40 * dayMs });
    const outages = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 45 * dayMs }), fc.integer({ min: 1, max: 3 * dayMs })),
      {
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(now, length, outages, (to, long, ago) => {
        const window = { from: to - long, to };
        const leftOut = ago.map(([back, lasts]) => ({ from: to - back, to: to - back + lasts }));
        const plan = planBudget(window, leftOut);
        const stretches = everyStretch(plan);
        for (const [index, { from, to: end }] of stretches.entries()) {
          expect(end).toBeGreaterThan(from);
          expect(from).toBeGreaterThanOrEqual(stretches[index - 1]?.to ?? window.from);
        }
        expect(lengthOf(stretches)).toBe(plan.countedMs);
        // What is in no stretch is maintenance, or a rest of less than five minutes beside one.
        const missing = without(window, [...stretches, ...leftOut]);
        for (const rest of missing) expect(rest.to - rest.from).toBeLessThan(5 * minute);
        expect(missing.length).toBeLessThanOrEqual(2 * leftOut.length);
        for (const { from, to: end } of leftOut)
          for (const one of stretches)
            expect(Math.min(one.to, end)).toBeLessThanOrEqual(Math.max(one.from, from));
      }),
    );
  });
});

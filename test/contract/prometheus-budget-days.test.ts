import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { dayMs } from "../../src/domain/budget-day.ts";
import type { Maintenance } from "../../src/domain/maintenance.ts";
import type { Measurement } from "../../src/domain/measurement.ts";
import type { Objective } from "../../src/domain/objective.ts";
import { type BudgetDays, budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import { measurerOf } from "../../src/prometheus/measurer.ts";
import { ledgerIn } from "../../src/store/ledger.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { countQueries, type PrometheusCounter } from "../world/prometheus-counter.ts";
import { counter, type CounterSpan, type Series } from "../world/prometheus-history.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { openSource } from "../world/app.ts";
import { events, objective, ratio, requests } from "./written-objective.ts";

const minute = 60_000;
const hour = 60 * minute;
const then = Date.parse("2021-03-01T00:00:00Z");
/** The moment that is asked about: in the middle of a day, as most are. */
const noon = then + 12.3 * hour;

const requestCounter = (
  service: string,
  code: string,
  span: Partial<CounterSpan> & Pick<CounterSpan, "perSecond">,
): Series =>
  counter({
    name: `${service}_total`,
    labels: { code },
    from: then - 40 * dayMs,
    to: then + 2 * dayMs,
    everySeconds: 120,
    ...span,
  });

const always = (rate: number) => () => rate;
/** Nothing but whole hours changes, and never near midnight, where a day ends and the next one begins. */
const wavy = (low: number, high: number) => (at: number) => {
  const hourOfDay = Math.floor(at / hour) % 24;
  return hourOfDay >= 3 && hourOfDay < 20
    ? low + ((Math.floor(at / hour) * 7919) % 97) * (high - low) * 0.01
    : low;
};
const isGap = (at: number) => at >= then - 10 * dayMs && at < then - 8 * dayMs;
const outage = { from: then - 5 * dayMs + 2 * hour, to: then - 5 * dayMs + 4 * hour };
const isOut = (at: number) => at >= outage.from && at < outage.to;

describe("budgets counted by days at a real Prometheus", () => {
  let prometheus: Prometheus;
  let door: PrometheusCounter;
  const closing: (() => void)[] = [];
  beforeAll(async () => {
    prometheus = await startPrometheus({
      history: [
        requestCounter("wavy", "200", { perSecond: wavy(90, 250) }),
        requestCounter("wavy", "500", { perSecond: wavy(0.01, 2) }),
        requestCounter("reset", "200", {
          perSecond: always(9),
          resetAt: Array.from(
            { length: 60 },
            (_, index) => then - 40 * dayMs + index * 15 * hour + 10 * minute,
          ),
        }),
        requestCounter("reset", "500", { perSecond: always(0.01) }),
        requestCounter("gap", "200", { perSecond: (at) => (isGap(at) ? undefined : 9) }),
        requestCounter("gap", "500", { perSecond: (at) => (isGap(at) ? undefined : 1) }),
        requestCounter("young", "200", { perSecond: always(9), from: then - 2 * dayMs }),
        requestCounter("young", "500", { perSecond: always(1), from: then - 2 * dayMs }),
        requestCounter("quiet", "200", { perSecond: always(0) }),
        requestCounter("dead", "200", { perSecond: always(9), to: noon - 2 * hour }),
        requestCounter("moved", "200", { perSecond: always(9) }),
        requestCounter("moved", "500", { perSecond: (at) => (isOut(at) ? 9 : 0.001) }),
        // Two of one kind for a day: a question that expects one series cannot be answered for it.
        ...["a", "b"].map((code) =>
          requestCounter("twice", code, {
            perSecond: always(5),
            ...(code === "b" ? { from: then - 7 * dayMs, to: then - 6 * dayMs } : {}),
          }),
        ),
      ],
    });
    door = await countQueries(prometheus.url);
  });
  afterEach(() => closing.splice(0).forEach((close) => close()));
  afterAll(async () => {
    await door.stop();
    await prometheus.stop();
  });

  /** Measures the budgets alone, with the days that are known. */
  async function measure(
    days: BudgetDays,
    objectives: readonly Objective[],
    at = noon,
    maintenance: readonly Maintenance[] = [],
  ): Promise<readonly Measurement[]> {
    const measurer = measurerOf([openSource("main", door.url)], days);
    closing.push(() => measurer.close());
    const questions = objectives.map((one) => ({ objective: one, windowsMs: [5 * minute, one.windowMs] }));
    door.forget();
    const found = await measurer.measure({ dataSource: "main", questions, at, maintenance });
    expect(found.map((one) => [one.objective, one.windowMs])).toEqual(
      objectives.flatMap((one) => [5 * minute, one.windowMs].map((windowMs) => [one.name, windowMs])),
    );
    return found.filter(({ windowMs }) => windowMs !== 5 * minute);
  }

  /** One question over the whole window. */
  async function truth(service: string, windowMs: number, at = noon) {
    const sum = async (matcher: string) =>
      (await prometheus.query(`sum(increase(${service}_total${matcher}[${windowMs}ms]))`, at))[0]?.value ?? 0;
    return { bad: await sum('{code="500"}'), total: await sum("") };
  }

  function expectClose(found: Measurement | undefined, { bad, total }: { bad: number; total: number }) {
    expect(found).toMatchObject({ kind: "measured", way: { kind: "days", weighting: "events" } });
    if (found?.kind !== "measured") return;
    expect(Math.abs(found.errorRatio - bad / total)).toBeLessThan(1e-9);
    expect(Math.abs((found.totalEvents ?? 0) / total - 1)).toBeLessThan(1e-9);
  }

  // At moments of samples: beyond its first and last one Prometheus guesses by the mean of what it was asked about.
  it.each(["wavy", "reset"])("agree with one question over the whole window: %s", async (service) => {
    for (const at of [noon, then, then + 30 * minute, then + 23.5 * hour, then + 17 * hour + 34 * minute]) {
      const [found] = await measure(budgetDaysInMemory(), [objective(service, requests(service))], at);
      expectClose(found, await truth(service, 30 * dayMs, at));
    }
  });

  it("agree whether events are counted per second or in the window", async () => {
    const selected = (selector: string, by: string) => `sum(${by}(wavy_total${selector}[{{window}}]))`;
    const [plain, increase] = await measure(budgetDaysInMemory(), [
      objective("plain", requests("wavy")),
      objective("increase", events(selected('{code="500"}', "increase"), selected("", "increase"))),
    ]);
    const whole = await truth("wavy", 30 * dayMs);
    expectClose(plain, whole);
    expectClose(increase, whole);
  });

  it("cost a first month seven requests more and then one a look, whatever the number of objectives", async () => {
    const days = budgetDaysInMemory();
    const many = Array.from({ length: 20 }, (_, index) =>
      objective(`o${index}`, requests(["wavy", "reset", "moved"][index % 3]!)),
    );
    await measure(days, many);
    expect(door.count).toBe(1 + 1 + 6);
    await measure(days, many, noon + minute);
    expect(door.count).toBe(1 + 1);
    // The day after: one more day is whole.
    await measure(days, many, noon + dayMs);
    expect(door.count).toBe(1 + 1 + 1);
    await measure(days, many, noon + dayMs + minute);
    expect(door.count).toBe(1 + 1);
  });

  it("keep their days over a restart", async () => {
    const database = openSqlite(":memory:");
    await migrate(database.db);
    const one = [objective("wavy", requests("wavy"))];
    const [first] = await measure(ledgerIn(database.db).budgetDays, one);
    const [second] = await measure(ledgerIn(database.db).budgetDays, one);
    expect(door.count).toBe(1 + 1);
    expect(second).toEqual(first);
    await database.close();
  });

  it("ask about a query's own days when it was edited", async () => {
    const days = budgetDaysInMemory();
    const edited = events(
      `sum(rate(wavy_total{code=~"5.."}[{{window}}]))`,
      "sum(rate(wavy_total[{{window}}]))",
    );
    await measure(days, [objective("wavy", requests("wavy"))]);
    const [found] = await measure(days, [objective("wavy", edited)]);
    expect(door.count).toBe(1 + 1 + 6);
    expectClose(found, await truth("wavy", 30 * dayMs));
    // A target is no part of what is counted.
    await measure(days, [{ ...objective("wavy", edited), targetRatio: 0.9 }]);
    expect(door.count).toBe(1 + 1);
  });

  it("count late samples of yesterday for an hour, and keep what was there then", async () => {
    const memory = budgetDaysInMemory();
    const kept: number[] = [];
    const days: BudgetDays = {
      ...memory,
      async keep(series, some) {
        kept.push(...some.map(({ day }) => day));
        await memory.keep(series, some);
      },
    };
    const one = [objective("wavy", requests("wavy"))];
    await measure(days, one, then + hour - 1);
    const before = door.count;
    await measure(days, one, then + hour - 1);
    expect([before, door.count]).toEqual([1 + 1 + 6, 1 + 1]);
    await measure(days, one, then + hour);
    expect(door.count).toBe(1 + 1 + 1);
    expect(kept).toEqual(Array.from({ length: 29 }, (_, index) => then / dayMs - 29 + index));
  });

  it("count the days that there are, and call days without any data no outage", async () => {
    const [found] = await measure(budgetDaysInMemory(), [objective("gap", requests("gap"))]);
    expect(found).toMatchObject({ kind: "measured" });
    expect(found?.kind === "measured" && found.errorRatio).toBeCloseTo(0.1, 6);
    expect(found?.kind === "measured" && found.totalEvents! / (10 * 28 * 86_400)).toBeCloseTo(1, 2);
  });

  it("say nothing of a month when there are hardly three days of it", async () => {
    const one = objective("young", requests("young"));
    const [short] = await measure(budgetDaysInMemory(), [one]);
    expect(short).toMatchObject({ why: "warming_up", detail: "2d12h of history, needs 3d" });
    const [enough] = await measure(budgetDaysInMemory(), [one], noon + 13 * hour);
    expect(enough).toMatchObject({ kind: "measured" });
  });

  it("say that nobody asked, that a scrape is dead, and that there is nothing, as one question does", async () => {
    const days = budgetDaysInMemory();
    const found = await measure(
      days,
      ["quiet", "dead", "never"].map((name) => objective(name, requests(name))),
    );
    expect(found.map((one) => (one.kind === "unmeasured" ? one.why : "measured"))).toEqual([
      "no_traffic",
      "stale",
      "no_data",
    ]);
    // Of what does not live no day was asked: one request for the present, one for the head, six for the quiet one.
    expect(door.count).toBe(8);
  });

  it("are not measured where one day was not, and ask about it again", async () => {
    const days = budgetDaysInMemory();
    const one = [
      objective("twice", events("sum(rate(twice_total[{{window}}]))", "rate(twice_total[{{window}}])")),
      objective("wavy", requests("wavy")),
    ];
    const [twice, wavy] = await measure(days, one);
    expect(twice).toMatchObject({
      why: "ambiguous",
      detail: "2021-02-22: the total query gives 2 series, must give one",
    });
    expectClose(wavy, await truth("wavy", 30 * dayMs));
    await measure(days, one);
    expect(door.count).toBe(1 + 1 + 1);
  });

  it("of a ratio, and over a short window, are asked as ever", async () => {
    const days = budgetDaysInMemory();
    const found = await measure(days, [
      objective(
        "ratio",
        ratio(`sum(rate(wavy_total{code="500"}[{{window}}])) / sum(rate(wavy_total[{{window}}]))`),
      ),
      { ...objective("short", requests("wavy")), windowMs: 2 * dayMs },
    ]);
    expect(door.count).toBe(1);
    expect(found.map((one) => one.kind === "measured" && one.way)).toEqual([undefined, undefined]);
  });

  it("leave maintenance out of bad and total, and say how much", async () => {
    const days = budgetDaysInMemory();
    const moved = objective("moved", requests("moved"));
    const work: Maintenance = {
      name: "database",
      startLocal: new Date(outage.from - hour).toISOString().slice(0, 19),
      timeZone: "UTC",
      durationMs: 4 * hour,
    };
    const [all] = await measure(days, [moved]);
    expect(all).toMatchObject({ kind: "measured" });
    expect(all?.kind === "measured" && all.errorRatio).toBeGreaterThan(0.002);
    const [without] = await measure(days, [moved], noon, [work]);
    expect(without).toMatchObject({ way: { kind: "days", leftOut: "4h of maintenance" } });
    expect(without?.kind === "measured" && without.errorRatio).toBeCloseTo(0.001 / 9.001, 9);
    expect(
      without?.kind === "measured" && without.totalEvents! / (9.001 * (30 * 86_400 - 4 * 3600)),
    ).toBeCloseTo(1, 6);
    // Two pieces of one day were asked about anew; then that day is known as well.
    expect(door.count).toBe(1 + 1 + 2);
    await measure(days, [moved], noon, [work]);
    expect(door.count).toBe(1 + 1);
    const [other] = await measure(days, [moved], noon, [{ ...work, objectives: "other-*" }]);
    expect(other).toEqual(all);
  });

  it("leave out what is maintenance now, and what was today", async () => {
    const moved = objective("moved", requests("moved"));
    const at = (from: number): Maintenance => ({
      name: "now",
      startLocal: new Date(from).toISOString().slice(0, 19),
      timeZone: "UTC",
      durationMs: 2 * hour,
    });
    for (const [from, counted] of [
      [noon - hour, 30 * dayMs - hour],
      [noon - 5 * hour, 30 * dayMs - 2 * hour],
    ] as const) {
      const [found] = await measure(budgetDaysInMemory(), [moved], noon, [
        at(Math.floor(from / 1000) * 1000),
      ]);
      expect(found).toMatchObject({ kind: "measured" });
      const total = found?.kind === "measured" ? (found.totalEvents ?? 0) : 0;
      expect(total).toBeGreaterThan(0.9999 * ((30 * dayMs - 2 * hour) / 1000) * 9.001);
      expect(Math.abs(total / ((counted / 1000) * 9.001 + 2 * 3600 * 9) - 1)).toBeLessThan(1e-2);
    }
  });

  it("of the calendar are of what is over of the window", async () => {
    const month = {
      count: 1,
      unit: "month",
      startLocal: "2020-01-15T00:00:00",
      timeZone: "Europe/Berlin",
    } as const;
    const one = { ...objective("wavy", requests("wavy")), calendar: month };
    const [found] = await measure(budgetDaysInMemory(), [one]);
    const elapsed = noon - Date.parse("2021-02-14T23:00:00Z");
    expectClose(found, await truth("wavy", elapsed));
    expect(found?.windowMs).toBe(30 * dayMs);
    const share = ratio(`sum(rate(wavy_total{code="500"}[{{window}}])) / sum(rate(wavy_total[{{window}}]))`);
    const [asRatio] = await measure(budgetDaysInMemory(), [{ ...one, sli: share }]);
    const { bad, total } = await truth("wavy", elapsed);
    expect(asRatio).toMatchObject({ kind: "measured", windowMs: 30 * dayMs });
    expect(asRatio?.kind === "measured" && Math.abs(asRatio.errorRatio - bad / total)).toBeLessThan(1e-9);
  });

  it("of the calendar are not judged in the window's first hour", async () => {
    const month = { count: 1, unit: "month", startLocal: "2021-01-01T00:00:00", timeZone: "UTC" } as const;
    const one = { ...objective("wavy", requests("wavy")), calendar: month };
    const [early] = await measure(budgetDaysInMemory(), [one], then + 20 * minute);
    expect(early).toMatchObject({ why: "warming_up", detail: "the window began 20m ago, needs 1h" });
    const [later] = await measure(budgetDaysInMemory(), [one], then + hour);
    expect(later).toMatchObject({ kind: "measured" });
  });
});

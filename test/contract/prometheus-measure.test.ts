import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Measurement } from "../../src/domain/measurement.ts";
import type { Objective } from "../../src/domain/objective.ts";
import { windowsOf } from "../../src/domain/objective-rules.ts";
import { budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import { measurerOf, type PrometheusMeasurer } from "../../src/prometheus/measurer.ts";
import { countQueries, type PrometheusCounter } from "../world/prometheus-counter.ts";
import { counter, gauge, type CounterSpan, type Series } from "../world/prometheus-history.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { events, objective, ratio, requests } from "./written-objective.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const then = Date.parse("2021-03-01T00:00:00Z");

const requestCounter = (
  service: string,
  code: string,
  span: Partial<CounterSpan> & Pick<CounterSpan, "perSecond">,
): Series =>
  counter({
    name: `${service}_total`,
    labels: { code },
    from: then - 30 * day,
    to: then,
    everySeconds: 120,
    ...span,
  });

const always = (rate: number) => () => rate;
const restarts = [then - 50 * minute, then - 20 * minute, then - 200 * minute];

describe("measuring at a real Prometheus", () => {
  let prometheus: Prometheus;
  let door: PrometheusCounter;
  let measurer: PrometheusMeasurer;
  beforeAll(async () => {
    prometheus = await startPrometheus({
      history: [
        requestCounter("mixed", "200", { perSecond: always(99) }),
        requestCounter("mixed", "500", { perSecond: (at) => (at < then - hour ? 1 : 11) }),
        requestCounter("healthy", "200", { perSecond: always(5) }),
        requestCounter("quiet", "200", { perSecond: always(0) }),
        requestCounter("quiet", "500", { perSecond: always(0) }),
        requestCounter("dead20m", "200", { perSecond: always(5), to: then - 20 * minute }),
        requestCounter("dead3h", "200", { perSecond: always(5), to: then - 3 * hour }),
        requestCounter("restarted", "200", { perSecond: always(9), resetAt: restarts }),
        requestCounter("restarted", "500", { perSecond: always(1), resetAt: restarts }),
        requestCounter("young", "200", { perSecond: always(9), from: then - day }),
        requestCounter("young", "500", { perSecond: always(1), from: then - day }),
        gauge({
          name: "backwards",
          from: then - 30 * day,
          to: then,
          everySeconds: 600,
          valueAt: always(-0.5),
        }),
      ],
    });
    door = await countQueries(prometheus.url);
    measurer = measurerOf(
      [
        {
          id: "main",
          url: new URL(door.url),
          auth: undefined,
          tls: {},
          headers: {},
          timeoutMs: 20_000,
          repositories: ["**"],
        },
      ],
      budgetDaysInMemory(),
    );
  });
  afterAll(async () => {
    measurer.close();
    await door.stop();
    await prometheus.stop();
  });

  /** All windows of the default rules and of the budget, for each objective. */
  async function measure(...objectives: readonly Objective[]): Promise<readonly Measurement[]> {
    const questions = objectives.map((one) => ({ objective: one, windowsMs: windowsOf(one, undefined) }));
    return measurer.measure({ dataSource: "main", questions, at: then });
  }

  const whys = (measurements: readonly Measurement[]) =>
    new Set(measurements.map((one) => (one.kind === "measured" ? "measured" : one.why)));
  const over = (measurements: readonly Measurement[], windowMs: number) =>
    measurements.find((one) => one.windowMs === windowMs);

  it("measures each window as plain PromQL does", async () => {
    const measurements = await measure(objective("mixed", requests("mixed")));
    expect(measurements.map(({ windowMs }) => windowMs)).toEqual(
      windowsOf(objective("mixed", requests("mixed")), undefined),
    );
    for (const one of measurements) {
      const [truth] = await prometheus.query(
        `sum(rate(mixed_total{code="500"}[${one.windowMs}ms])) / sum(rate(mixed_total[${one.windowMs}ms]))`,
        then,
      );
      expect(one).toMatchObject({ kind: "measured" });
      if (one.kind === "measured") expect(Math.abs(one.errorRatio - truth!.value)).toBeLessThan(1e-9);
    }
    expect(over(measurements, 5 * minute)).toMatchObject({ errorRatio: 0.1 });
  });

  it("[T36] calls a service healthy that never had an error series, and measures zero", async () => {
    const measurements = await measure(objective("healthy", requests("healthy")));
    expect(measurements).toHaveLength(8);
    for (const one of measurements) expect(one).toMatchObject({ kind: "measured", errorRatio: 0 });
  });

  it("[T37] says of a quiet service that nobody asked, and never that 0 ÷ 0 is anything", async () => {
    expect(whys(await measure(objective("quiet", requests("quiet"))))).toEqual(new Set(["no_traffic"]));
  });

  it("[T37] takes no NaN or infinity for a ratio", async () => {
    const measurements = await measure(
      objective(
        "nan",
        ratio(`sum(rate(quiet_total{code="500"}[{{window}}])) / sum(rate(quiet_total[{{window}}]))`),
      ),
      objective(
        "infinite",
        ratio("sum(rate(healthy_total[{{window}}])) / sum(rate(quiet_total[{{window}}]))"),
      ),
      objective("negative", ratio("avg(avg_over_time(backwards[{{window}}]))")),
    );
    expect(whys(measurements)).toEqual(new Set(["not_a_number"]));
    const details = new Set(measurements.flatMap((one) => (one.kind === "unmeasured" ? [one.detail] : [])));
    expect([...details]).toEqual(["error ratio is NaN", "error ratio is +Inf", "error ratio is -0.5"]);
  });

  it("[T38] calls a scrape that died stale, in every window and however long ago", async () => {
    const minutes = await measure(objective("dead20m", requests("dead20m")));
    expect(whys(minutes)).toEqual(new Set(["stale"]));
    expect(over(minutes, hour)).toMatchObject({ detail: "newest sample is 20m old" });
    const hours = await measure(objective("dead3h", requests("dead3h")));
    expect(whys(hours)).toEqual(new Set(["stale"]));
    expect(over(hours, 5 * minute)).toMatchObject({ detail: "no sample in the last hour" });
  });

  it("[T36] says of series that never were that there is no data", async () => {
    const measurements = await measure(
      objective("never", requests("never")),
      objective("never ratio", ratio("avg(avg_over_time(never[{{window}}]))")),
    );
    expect(whys(measurements)).toEqual(new Set(["no_data"]));
  });

  it("[T40] takes none of several series", async () => {
    const measurements = await measure(
      objective("two", events("sum(rate(mixed_total[{{window}}]))", "rate(mixed_total[{{window}}])")),
      objective("two ratios", ratio("rate(mixed_total[{{window}}])")),
    );
    expect(whys(measurements)).toEqual(new Set(["ambiguous"]));
    expect(over(measurements, hour)).toMatchObject({
      detail: "the total query gives 2 series, must give one",
    });
  });

  it("[T41] measures the true ratio over restarts of the counting process", async () => {
    const measurements = await measure(objective("restarted", requests("restarted")));
    for (const one of measurements) {
      const [truth] = await prometheus.query(
        `sum(rate(restarted_total{code="500"}[${one.windowMs}ms])) / sum(rate(restarted_total[${one.windowMs}ms]))`,
        then,
      );
      expect(one.kind === "measured" && Math.abs(one.errorRatio - truth!.value)).toBeLessThan(1e-9);
      expect(one.kind === "measured" && one.errorRatio).toBeCloseTo(0.1, 6);
    }
    const [resets] = await prometheus.query('resets(restarted_total{code="500"}[6h])', then);
    expect(resets?.value).toBe(3);
  });

  it("says of a day of history that it cannot speak for a month, while its short windows can", async () => {
    const measurements = await measure(objective("young", requests("young")));
    const unmeasured = measurements.filter((one) => one.kind === "unmeasured");
    expect(unmeasured.map(({ windowMs, why, detail }) => [windowMs, why, detail])).toEqual([
      [30 * day, "warming_up", "1d of history, needs 3d"],
    ]);
    for (const one of measurements) {
      if (one.kind === "measured") expect(one.errorRatio).toBeCloseTo(0.1, 6);
    }
  });

  it("asks once for a whole policy", async () => {
    door.forget();
    const measurements = await measure(
      ...["mixed", "healthy", "quiet", "dead20m", "restarted", "young", "never"].map((name) =>
        objective(name, requests(name)),
      ),
    );
    expect(door.count).toBe(1);
    expect(measurements).toHaveLength(7 * 8);
  });

  it("keeps one objective's mistake from the others, where Prometheus rejects what could be read", async () => {
    door.forget();
    const measurements = await measure(
      objective("mixed", requests("mixed")),
      objective(
        "wrong",
        events("sum(rate(rate(mixed_total[{{window}}])))", "sum(rate(mixed_total[{{window}}]))"),
      ),
      objective("healthy", requests("healthy")),
    );
    expect(door.count).toBe(4);
    const of = (name: string) => measurements.filter((one) => one.objective === name);
    expect(whys(of("mixed"))).toEqual(new Set(["measured"]));
    expect(whys(of("healthy"))).toEqual(new Set(["measured"]));
    expect(whys(of("wrong"))).toEqual(new Set(["unreachable"]));
    expect(of("wrong")[0]).toMatchObject({
      detail: expect.stringMatching(/^rejects the query: bad_data: /) as string,
    });
  });

  it("[T28] gives a query that ends in a comment the same answer as without it", async () => {
    const commented = events(
      `sum(rate(mixed_total{code="500"}[{{window}}])) # bad )`,
      `sum(rate(mixed_total[{{window}}])) # ) or vector(1`,
    );
    const values = (measurements: readonly Measurement[]) =>
      measurements.map((one) => (one.kind === "measured" ? one.errorRatio : one.why));
    expect(values(await measure(objective("a", commented)))).toEqual(
      values(await measure(objective("a", requests("mixed")))),
    );
  });

  it("carries with every number what was asked, of whom and for when", async () => {
    const [first] = await measure(objective("mixed", requests("mixed")));
    expect(first).toMatchObject({
      objective: "mixed",
      windowMs: 5 * minute,
      dataSource: "main",
      at: then,
      query: '(sum(rate(mixed_total{code="500"}[5m]))) / (sum(rate(mixed_total[5m])))',
    });
  });
});

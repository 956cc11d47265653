import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ErrorHistory } from "../../src/domain/error-history.ts";
import type { Objective } from "../../src/domain/objective.ts";
import { windowsOf } from "../../src/domain/objective-rules.ts";
import { budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import { measurerOf, type PrometheusMeasurer } from "../../src/prometheus/measurer.ts";
import { openSource } from "../world/app.ts";
import { checkoutHistory, story } from "../world/checkout.ts";
import { countQueries, type PrometheusCounter } from "../world/prometheus-counter.ts";
import { counter } from "../world/prometheus-history.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { events, objective, ratio, requests } from "./written-objective.ts";

const hour = 3_600_000;
const of = (metric: string, range = "[{{window}}]") => `sum(rate(${metric}${range}))`;
const checkout = objective(
  "checkout",
  events(of('http_requests_total{code=~"5.."}'), of("http_requests_total")),
);
const ratios = (history: ErrorHistory | undefined) =>
  history?.kind === "measured" ? history.ratios : history?.detail;

describe("the last day at a real Prometheus", () => {
  let prometheus: Prometheus;
  let door: PrometheusCounter;
  let measurer: PrometheusMeasurer;
  beforeAll(async () => {
    const dawn = { name: "dawn_total", labels: { code: "200" }, perSecond: () => 5 };
    const young = counter({ ...dawn, from: story.end - 5 * hour, to: story.end });
    prometheus = await startPrometheus({ history: [...checkoutHistory, young] });
    door = await countQueries(prometheus.url);
    measurer = measurerOf([openSource("main", door.url)], budgetDaysInMemory());
  });
  afterAll(async () => {
    measurer.close();
    await door.stop();
    await prometheus.stop();
  });

  const history = async (at: number, ...objectives: readonly Objective[]) => {
    const questions = objectives.map((one) => ({ objective: one, windowsMs: windowsOf(one, undefined) }));
    return measurer.history({ dataSource: "main", questions, at });
  };

  it("shows the outage in the hour in which it was, and the calm around it", async () => {
    const [first] = await history(story.end, checkout);

    // Noon to half past twelve, half of all failing; the last hour ends at noon of the next day.
    const quarter = 0.25;
    const calm = 0.000_05;
    expect(ratios(first)).toHaveLength(24);
    const expected = [quarter, ...Array.from({ length: 23 }, () => calm)];
    for (const [index, value] of expected.entries())
      expect((ratios(first) as readonly number[])[index]).toBeCloseTo(value, 2);
    expect(first?.at).toBe(story.end);
  });

  it("says for each hour what plain PromQL says at its end, whatever the minute", async () => {
    const at = story.burning + 17_000;
    const [first] = await history(at, checkout);
    for (const [index, value] of (ratios(first) as readonly number[]).entries()) {
      const range = "[1h]";
      const [truth] = await prometheus.query(
        `${of('http_requests_total{code=~"5.."}', range)} / ${of("http_requests_total", range)}`,
        at - (23 - index) * hour,
      );
      expect(value).toBeCloseTo(truth?.value ?? Number.NaN, 12);
    }
  });

  it("leaves a gap where nothing was, and calls no errors none", async () => {
    const [dawn] = await history(story.end, objective("dawn", requests("dawn")));
    const seen = ratios(dawn) as readonly (number | null)[];
    expect(seen.slice(0, 19)).toEqual(Array.from({ length: 19 }, () => null));
    expect(seen.slice(19)).toEqual([0, 0, 0, 0, 0]);
  });

  it("is not measured where nothing ever was, and where a query gives several series at once", async () => {
    const never = objective("never", requests("never"));
    const apart = objective("apart", ratio("rate(http_requests_total[{{window}}])"));
    expect((await history(story.end, never, apart)).map(ratios)).toEqual([
      "no hour of the last day was measured",
      "no hour of the last day was measured",
    ]);
  });

  it("asks once for a whole policy, and again by objective where one is rejected", async () => {
    door.forget();
    await history(story.end, checkout, objective("dawn", requests("dawn")));
    expect(door.count).toBe(1);

    door.forget();
    const wrong = objective("wrong", ratio("rate(rate(http_requests_total[{{window}}]))"));
    const [good, bad] = await history(story.end, checkout, wrong);
    expect(door.count).toBe(3);
    expect(good?.kind).toBe("measured");
    expect(ratios(bad)).toMatch(/^bad_data: /);
  });

  it("tells every query as Prometheus takes it", async () => {
    const questions = [checkout, objective("r", ratio("avg_over_time(up[{{window}}]) # )"))].map((one) => ({
      objective: one,
      windowsMs: [300_000, hour],
    }));
    const sent = measurer.queries({ dataSource: "main", questions, at: story.end });
    expect(sent.map(({ objective, windowMs, role }) => `${objective} ${windowMs} ${role}`)).toEqual([
      "checkout 300000 bad",
      "checkout 300000 total",
      "checkout 3600000 bad",
      "checkout 3600000 total",
      "r 300000 ratio",
      "r 3600000 ratio",
    ]);
    expect(sent[2]?.text).toBe('sum(rate(http_requests_total{code=~"5.."}[1h]))');
    for (const { text } of sent) await expect(prometheus.query(text, story.end)).resolves.toBeDefined();
  });
});

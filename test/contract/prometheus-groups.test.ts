import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Measurement } from "../../src/domain/measurement.ts";
import type { Objective } from "../../src/domain/objective.ts";
import type { Recording } from "../../src/domain/recording.ts";
import type { Sli } from "../../src/domain/sli.ts";
import { budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import { measurerOf, type PrometheusMeasurer } from "../../src/prometheus/measurer.ts";
import { counter, gauge, type Series } from "../world/prometheus-history.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { events, objective, ratio } from "./written-objective.ts";

// Objectives that labels split: each group is measured by itself, none is lost and none speaks for another.

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const then = Date.parse("2021-03-01T00:00:00Z");

/** Requests of one handler; without a rate of errors there is no series of errors. */
const handler = (
  name: string,
  rates: { readonly ok: (at: number) => number; readonly failed?: number },
  metric = "shop_total",
): readonly Series[] => {
  const span = { name: metric, from: then - 5 * day, to: then, everySeconds: 120 };
  const { ok, failed } = rates;
  const labels = name === "" ? {} : { handler: name };
  const good = counter({ ...span, labels: { ...labels, code: "200" }, perSecond: ok });
  if (failed === undefined) return [good];
  return [good, counter({ ...span, labels: { ...labels, code: "500" }, perSecond: () => failed })];
};
const always = (rate: number) => () => rate;

const recorded = (name: string, value: number, env = "eu"): readonly Series[] =>
  ["5m", "1h"].map((window) =>
    gauge({
      name: `shop:burnrate${window}`,
      labels: { slo: "shop", handler: name, env },
      from: then - 5 * day,
      to: then,
      everySeconds: 120,
      valueAt: () => value,
    }),
  );

const by = (labels: string, metric = "shop_total"): Sli =>
  events(
    `sum by (${labels}) (rate(${metric}{code="500"}[{{window}}]))`,
    `sum by (${labels}) (rate(${metric}[{{window}}]))`,
  );
const template = (text: string) => ({ pieces: text.split("{{window}}") });

describe("objectives that are split into groups, at a real Prometheus", () => {
  let prometheus: Prometheus;
  let measurer: PrometheusMeasurer;
  beforeAll(async () => {
    prometheus = await startPrometheus({
      history: [
        ...handler("/pay", { ok: always(9), failed: 1 }),
        ...handler("/calm", { ok: always(5) }),
        ...handler("/rare", { ok: (at) => (at < then - 30 * minute ? 1 : 0) }),
        ...handler("", { ok: always(3), failed: 1 }),
        ...handler("/a", { ok: always(0) }, "night_total"),
        ...handler("/b", { ok: always(0), failed: 0 }, "night_total"),
        ...Array.from({ length: 51 }, (_, index) =>
          handler(`/${index}`, { ok: always(1) }, "many_total"),
        ).flat(),
        ...recorded("/pay", 0.25),
        ...recorded("/idle", Number.NaN),
        ...recorded("/twice", 0.5),
        ...recorded("/twice", 0.6, "us"),
      ],
    });
    const source = { id: "main", url: new URL(prometheus.url), auth: undefined, tls: {}, headers: {} };
    measurer = measurerOf([{ ...source, timeoutMs: 20_000, repositories: ["**"] }], budgetDaysInMemory());
  });
  afterAll(async () => {
    measurer.close();
    await prometheus.stop();
  });

  async function told(asked: Objective, windowsMs = [5 * minute, hour]): Promise<readonly string[]> {
    const measurements = await measurer.measure({
      dataSource: "main",
      questions: [{ objective: asked, windowsMs }],
      at: then,
    });
    return measurements.map((one: Measurement) => {
      const group = `${one.windowMs / minute}m {${one.group ?? ""}}`;
      return one.kind === "measured"
        ? `${group} ${Number(one.errorRatio.toPrecision(3))}`
        : `${group} ${one.why}: ${one.detail}`;
    });
  }
  const split = (sli: Sli, groupedBy = ["handler"]): Objective => ({ ...objective("shop", sli), groupedBy });

  it("are measured group by group: without errors, without the label, and not where nobody asked", async () => {
    expect(await told(split(by("handler")))).toEqual([
      '5m {handler=""} 0.25',
      '5m {handler="/calm"} 0',
      '5m {handler="/pay"} 0.1',
      '60m {handler=""} 0.25',
      '60m {handler="/calm"} 0',
      '60m {handler="/pay"} 0.1',
      '60m {handler="/rare"} 0',
    ]);
  });

  it("are named by all their labels, sorted, however the query orders them", async () => {
    const [first] = await told(split(by("handler, code"), ["handler", "code"]), [hour]);
    expect(first).toBe('60m {code="200", handler=""} 0');
  });

  it("count good events alike, and know nothing of a group that has none", async () => {
    const { totalQuery } = by("handler") as Extract<Sli, { kind: "events" }>;
    const goodQuery = template(
      'sum by (handler) (rate(shop_total{code="200",handler!="/calm"}[{{window}}]))',
    );
    expect(await told(split({ kind: "good_events", goodQuery, totalQuery }), [hour])).toEqual([
      '60m {handler=""} 0.25',
      expect.stringMatching(/^60m \{handler="\/calm"\} no_data: nothing counts good events, of 5/),
      '60m {handler="/pay"} 0.1',
      '60m {handler="/rare"} 0',
    ]);
  });

  it("[T37] are one quiet objective where no group had traffic", async () => {
    expect(await told(split(by("handler", "night_total")), [hour])).toEqual([
      "60m {} no_traffic: nobody asked",
    ]);
  });

  it("[T36] are nothing where there is nothing", async () => {
    expect(await told(split(by("handler", "never_total")), [hour])).toEqual([
      "60m {} no_data: the query gives nothing",
    ]);
  });

  it("[T40] are at most fifty", async () => {
    expect(await told(split(by("handler", "many_total")), [hour])).toEqual([
      "60m {} ambiguous: 51 groups by handler; 50 at most",
    ]);
    const fifty = {
      kind: "events" as const,
      errorQuery: template("sum by (handler) (rate(never[{{window}}]))"),
      totalQuery: template('sum by (handler) (rate(many_total{handler!="/7"}[{{window}}]))'),
    };
    expect(await told(split(fifty), [hour])).toHaveLength(50);
  });

  it("[T40] are ambiguous where one group is several series, and the others are not", async () => {
    const sli = events("sum by (handler) (rate(never[{{window}}]))", "rate(shop_total[{{window}}])");
    const answers = await told(split(sli), [hour]);
    expect(answers).toContain(
      '60m {handler="/pay"} ambiguous: the total query gives 2 series, must give one',
    );
    expect(answers).toContain('60m {handler="/calm"} 0');
  });

  it("tell of errors that are of no total's group, instead of counting none", async () => {
    const unsplit = events(
      `sum(rate(shop_total{code="500",handler="/pay"}[{{window}}]))`,
      `sum by (handler) (rate(shop_total{handler!=""}[{{window}}]))`,
    );
    expect(await told(split(unsplit), [hour])).toContain(
      '60m {handler=""} no_data: 1 events are counted, of no total',
    );
  });

  it("know nothing of a group that has neither errors nor a total", async () => {
    const apart = events(
      `sum by (handler) (rate(night_total{code="500"}[{{window}}]))`,
      `sum by (handler) (rate(shop_total{handler="/calm"}[{{window}}]))`,
    );
    expect(await told(split(apart), [hour])).toEqual(['60m {handler="/calm"} 0']);
  });

  it("[T38] are stale together", async () => {
    const late = split(by("handler"));
    const measurements = await measurer.measure({
      dataSource: "main",
      questions: [{ objective: late, windowsMs: [hour] }],
      at: then + 20 * minute,
    });
    expect(new Set(measurements.map((one) => (one.kind === "unmeasured" ? one.why : "")))).toEqual(
      new Set(["stale"]),
    );
  });

  it("are read from a recording by the same names, and one that is no number stays none", async () => {
    const recording: Recording = {
      tool: "pyrra",
      errorRatio: template('shop:burnrate{{window}}{slo="shop",handler!="/twice"}'),
      windowsMs: [5 * minute, hour],
      period: { sli: by("handler") as Recording["period"]["sli"], weighting: "events" },
      target: undefined,
    };
    const read: Objective = { ...split(by("handler")), recording, measure: "recorded" };
    expect(await told(read, [hour])).toEqual([
      '60m {handler="/idle"} not_a_number: error ratio is NaN',
      '60m {handler="/pay"} 0.25',
    ]);
    expect(await told({ ...read, measure: "auto" }, [hour])).toContain('60m {handler="/pay"} 0.1');
  });

  it("[T40] are not asked again by their own queries where one group is recorded twice, whatever the others lack", async () => {
    const recording: Recording = {
      tool: "pyrra",
      errorRatio: template('shop:burnrate{{window}}{slo="shop"}'),
      windowsMs: [5 * minute, hour],
      period: { sli: by("handler") as Recording["period"]["sli"], weighting: "events" },
      target: undefined,
    };
    expect(await told({ ...split(by("handler")), recording }, [hour])).toEqual([
      '60m {handler="/idle"} not_a_number: error ratio is NaN',
      '60m {handler="/pay"} 0.25',
      '60m {handler="/twice"} ambiguous: the recording gives 2 series, must give one',
    ]);
  });

  it("of a ratio are taken as it gives them", async () => {
    const query = `sum by (handler) (rate(shop_total{code="500"}[{{window}}])) / sum by (handler) (rate(shop_total[{{window}}]))`;
    expect(await told(split(ratio(query)), [hour])).toEqual([
      '60m {handler=""} 0.25',
      '60m {handler="/pay"} 0.1',
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatDuration } from "../../src/domain/duration.ts";
import type { Measurement } from "../../src/domain/measurement.ts";
import type { MeasureMode, Objective } from "../../src/domain/objective.ts";
import { windowsOf } from "../../src/domain/objective-rules.ts";
import { budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import { measurerOf, type PrometheusMeasurer } from "../../src/prometheus/measurer.ts";
import { readSlos } from "../../src/slo/read.ts";
import { counter, gauge, type Labels, type Series } from "../world/prometheus-history.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.parse("2021-03-01T00:00:00Z");
const windows = ["1m", "8m", "15m", "30m", "1h30m", "6h", "1d"] as const;
const span = { from: now - 8 * day, to: now, everySeconds: 30 };

const grown = (name: string, labels: Labels, perSecond: number): Series =>
  counter({ ...span, name, labels, perSecond: () => perSecond });

const slo = (name: string, indicator: string): string => `
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: ${name}}
spec:
  target: "99"
  window: 1w
  indicator:
    ${indicator}
`;

const files: Readonly<Record<string, string>> = {
  shop: slo(
    "shop",
    `ratio: {errors: {metric: 'http_total{job="shop",code="500"}'}, total: {metric: 'http_total{job="shop"}'}}`,
  ),
  rates: slo(
    "rates",
    `ratio: {errors: {metric: 'http_total{job="shop",code="500"}'}, total: {metric: 'http_total{job="shop"}'}}`,
  ),
  calm: slo(
    "calm",
    `ratio: {errors: {metric: 'http_total{job="calm",code="500"}'}, total: {metric: 'http_total{job="calm"}'}}`,
  ),
  picky: slo(
    "picky",
    `ratio: {errors: {metric: 'http_total{job="shop",code="500"}'}, total: {metric: 'http_total{job="shop",code!="404"}'}}`,
  ),
  quick: slo(
    "quick",
    `latency: {success: {metric: 'took_bucket{job="shop",le="1"}'}, total: {metric: 'took_count{job="shop"}'}}`,
  ),
  probed: slo("probed", `bool_gauge: {metric: 'probe_success{target="a"}'}`),
};

interface Rule {
  readonly record: string;
  readonly expr: string;
  readonly labels: Labels;
}

/** Rules as Pyrra makes them for these SLOs. */
function rules(): readonly Rule[] {
  const shop = { job: "shop", slo: "shop" };
  const rates = { job: "shop", slo: "rates" };
  const calm = { job: "calm", slo: "calm" };
  const picky = { job: "shop", slo: "picky" };
  const quick = { job: "shop", slo: "quick" };
  const probed = { target: "a", slo: "probed" };
  const over = (name: string, labels: Labels, ratio: (window: string) => string): readonly Rule[] =>
    windows.map((window) => ({ record: `${name}:burnrate${window}`, expr: ratio(window), labels }));
  const rate = (selector: string, window: string) => `sum(rate(${selector}[${window}]))`;
  const share = (bad: string, all: string) => (window: string) =>
    `${rate(bad, window)} / ${rate(all, window)}`;
  const counts = (name: string, labels: Labels, expr: string): Rule => ({ record: name, expr, labels });
  const took = 'took_count{job="shop"}';
  const good = 'took_bucket{job="shop",le="1"}';
  const probe = 'probe_success{target="a"}';
  return [
    ...over("http", shop, share('http_total{code="500",job="shop"}', 'http_total{job="shop"}')),
    counts("http:increase1w", shop, 'sum by (code) (increase(http_total{job="shop"}[1w]))'),
    ...over("http", rates, share('http_total{code="500",job="shop"}', 'http_total{job="shop"}')),
    ...over("http", calm, share('http_total{code="500",job="calm"}', 'http_total{job="calm"}')),
    counts("http:increase1w", calm, 'sum by (code) (increase(http_total{job="calm"}[1w]))'),
    ...over("http", picky, share('http_total{code="500",job="shop"}', 'http_total{code!="404",job="shop"}')),
    counts("http:increase1w", picky, 'sum(increase(http_total{code!="404",job="shop"}[1w]))'),
    ...over(
      "took",
      quick,
      (window) => `(${rate(took, window)} - ${rate(good, window)}) / ${rate(took, window)}`,
    ),
    counts("took:increase1w", quick, `sum(increase(${took}[1w]))`),
    counts("took:increase1w", { ...quick, le: "1" }, `sum(increase(${good}[1w]))`),
    ...over("probe_success", probed, (window) => {
      const count = `sum(count_over_time(${probe}[${window}]))`;
      return `(${count} - sum(sum_over_time(${probe}[${window}]))) / ${count}`;
    }),
    counts("probe_success:count1w", { slo: "probed", target: "a" }, `sum(count_over_time(${probe}[1w]))`),
    counts("probe_success:sum1w", { slo: "probed", target: "a" }, `sum(sum_over_time(${probe}[1w]))`),
  ];
}

describe("series that Pyrra records, at a real Prometheus", () => {
  let prometheus: Prometheus;
  let measurer: PrometheusMeasurer;
  beforeAll(async () => {
    prometheus = await startPrometheus({
      history: [
        grown("http_total", { job: "shop", code: "200" }, 95),
        grown("http_total", { job: "shop", code: "404" }, 4),
        grown("http_total", { job: "shop", code: "500" }, 1),
        grown("http_total", { job: "calm", code: "200" }, 5),
        grown("took_bucket", { job: "shop", le: "1" }, 98),
        grown("took_bucket", { job: "shop", le: "+Inf" }, 100),
        grown("took_count", { job: "shop" }, 100),
        gauge({
          ...span,
          name: "probe_success",
          labels: { target: "a" },
          // Every fiftieth sample is a failure.
          valueAt: (at) => ((at / 30_000) % 50 === 0 ? 0 : 1),
        }),
      ],
    });
    const text = JSON.stringify({ groups: [{ name: "pyrra", rules: rules() }] });
    await prometheus.record(text, { fromMs: now - 20 * hour, toMs: now, everySeconds: 240 });
    const source = { id: "main", url: new URL(prometheus.url), auth: undefined, tls: {}, headers: {} };
    measurer = measurerOf([{ ...source, timeoutMs: 60_000, repositories: ["**"] }], budgetDaysInMemory());
  });
  afterAll(async () => {
    measurer.close();
    await prometheus.stop();
  });

  async function measure(name: string, measure: MeasureMode, at = now): Promise<readonly Measurement[]> {
    const { objectives } = readSlos([{ file: "slo.yaml", text: files[name] ?? "" }], { measure });
    const [objective] = objectives as readonly [Objective];
    const questions = [{ objective, windowsMs: windowsOf(objective, undefined) }];
    return measurer.measure({ dataSource: "main", questions, at });
  }
  /** Error ratios by window, `budget` for the SLO's own, and the way each was measured. */
  const told = (measurements: readonly Measurement[]): Readonly<Record<string, string>> =>
    Object.fromEntries(
      measurements.map((one) => [
        formatDuration(one.windowMs),
        one.kind === "measured"
          ? `${one.errorRatio.toFixed(4)} ${one.way?.kind ?? "plain"}`
          : `${one.why}: ${one.detail}`,
      ]),
    );
  const all = (of: string, own = of): Readonly<Record<string, string>> =>
    Object.fromEntries([...windows.map((window) => [window, of] as const), ["1w", own] as const]);

  it.each([
    ["a ratio", "shop", "0.0100"],
    ["a latency", "quick", "0.0200"],
  ])("tell of %s what the file's own queries tell", async (_, name, ratio) => {
    expect(told(await measure(name, "auto"))).toEqual(all(`${ratio} recorded`));
    expect(told(await measure(name, "direct"))).toEqual(all(`${ratio} plain`, `${ratio} days`));
  });

  it("tell of a gauge what the file's own queries tell", async () => {
    const [recorded, direct] = [await measure("probed", "recorded"), await measure("probed", "direct")];
    const ratioOf = (from: readonly Measurement[], windowMs: number) => {
      const found = from.find((one) => one.windowMs === windowMs);
      return found?.kind === "measured" ? found : undefined;
    };
    for (const windowMs of [90 * minute, 6 * hour, day, 7 * day])
      expect(ratioOf(direct, windowMs)?.errorRatio).toBeCloseTo(
        ratioOf(recorded, windowMs)?.errorRatio ?? 9,
        3,
      );
    expect(ratioOf(recorded, 7 * day)).toMatchObject({ way: { kind: "recorded", weighting: "events" } });
    expect(ratioOf(recorded, 7 * day)?.errorRatio).toBeCloseTo(0.02, 4);
    expect(ratioOf(recorded, 7 * day)?.totalEvents).toBeCloseTo(7 * 2880, -1);
    expect(ratioOf(direct, 7 * day)).toMatchObject({ way: { kind: "days" } });
  });

  it("know how many events a budget is of", async () => {
    for (const name of ["shop", "quick"]) {
      const budget = (await measure(name, "auto")).find(({ windowMs }) => windowMs === 7 * day);
      expect(budget?.kind === "measured" ? budget.totalEvents : undefined).toBeCloseTo(100 * 7 * 86_400, -3);
    }
  });

  it("are read as far as there are some", async () => {
    expect(told(await measure("rates", "auto"))).toEqual(all("0.0100 recorded", "0.0100 days"));
  });

  it("are no burn rates where no error ever was, so the file's queries answer; the budget is whole", async () => {
    expect(told(await measure("calm", "auto"))).toEqual(all("0.0000 direct", "0.0000 recorded"));
    expect(told(await measure("calm", "recorded"))).toEqual(
      all("no_data: nothing is recorded", "0.0000 recorded"),
    );
  });

  it("are stale where both the ratios and the counts have stopped", async () => {
    const later = await measure("shop", "recorded", now + 20 * minute);
    expect(later).toHaveLength(8);
    for (const one of later) {
      expect(one).toMatchObject({ why: "stale" });
      // The last evaluation was up to four minutes before the end.
      expect(one.kind === "unmeasured" ? one.detail : "").toMatch(/^newest sample is 2[0-4]m old$/);
    }
  });

  it("say of errors that none was where their label was dropped, so they are not read", async () => {
    const left = 'sum(http:increase1w{code="500",job="shop",slo="picky"} or vector(0))';
    expect((await prometheus.query(left, now))[0]?.value).toBe(0);
    const ratio = (1 / 96).toFixed(4);
    expect(told(await measure("picky", "auto"))).toEqual(all(`${ratio} plain`, `${ratio} days`));
  });
});

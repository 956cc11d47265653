import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Budgeting, QuietSlice } from "../../src/domain/budgeting.ts";
import type { Measurement } from "../../src/domain/measurement.ts";
import type { Objective } from "../../src/domain/objective.ts";
import type { AskableSli, Sli } from "../../src/domain/sli.ts";
import { budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import { measurerOf, type PrometheusMeasurer } from "../../src/prometheus/measurer.ts";
import { counter, type Series } from "../world/prometheus-history.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { events, ratio, requests } from "./written-objective.ts";

const minute = 60_000;
const hour = 60 * minute;
/** Between two slices, so that six hours hold 72 of five minutes whichever ends a range includes. */
const then = Date.parse("2021-03-01T12:00:30Z");
const noon = then - 30_000;

const series = (service: string, code: string, perSecond: (at: number) => number): Series =>
  counter({
    name: `${service}_total`,
    labels: { code },
    from: noon - 8 * hour,
    to: noon + minute,
    perSecond,
  });

/** Ten requests a second until the last hour, in which nobody asks; half fail in one hour, 2 % in the next. */
const rate = (at: number): number => (at >= noon - hour ? 0 : 10);
const share = (at: number): number =>
  at >= noon - 5 * hour && at < noon - 4 * hour
    ? 0.5
    : at >= noon - 4 * hour && at < noon - 3 * hour
      ? 0.02
      : 0;

const timeslices = (quiet: QuietSlice): Budgeting => ({
  kind: "timeslices",
  sliceMs: 5 * minute,
  sliceTargetRatio: 0.95,
  quiet,
});
const ratioTimeslices = (quiet: QuietSlice): Budgeting => ({
  kind: "ratio_timeslices",
  sliceMs: 5 * minute,
  quiet,
});
const good: Sli = (() => {
  const { totalQuery, errorQuery } = events(
    `sum(rate(shop_total{code="200"}[{{window}}]))`,
    `sum(rate(shop_total[{{window}}]))`,
  ) as Extract<Sli, { kind: "events" }>;
  return { kind: "good_events", goodQuery: errorQuery, totalQuery };
})();
const asRatio = ratio(`sum(rate(shop_total{code="500"}[{{window}}])) / sum(rate(shop_total[{{window}}]))`);

describe("budgets of slices at a real Prometheus", () => {
  let prometheus: Prometheus;
  let measurer: PrometheusMeasurer;
  beforeAll(async () => {
    prometheus = await startPrometheus({
      history: [
        series("shop", "200", (at) => rate(at) * (1 - share(at))),
        series("shop", "500", (at) => rate(at) * share(at)),
        series("calm", "200", () => 10),
        series("quiet", "200", () => 0),
      ],
    });
    const source = { id: "main", url: new URL(prometheus.url), auth: undefined, tls: {}, headers: {} };
    measurer = measurerOf([{ ...source, timeoutMs: 20_000, repositories: ["**"] }], budgetDaysInMemory());
  });
  afterAll(async () => {
    measurer.close();
    await prometheus.stop();
  });

  async function budgetOf(sli: Sli, budgeting: Budgeting): Promise<Measurement | undefined> {
    const objective: Objective = { name: "o", targetRatio: 0.9, windowMs: 6 * hour, sli, budgeting };
    const questions = [{ objective, windowsMs: [6 * hour] }];
    const [measurement] = await measurer.measure({ dataSource: "main", questions, at: then });
    return measurement;
  }

  const shop = requests("shop") as AskableSli;

  it.each([
    ["left out, of bad and total events", shop, timeslices("left_out"), 12 / 60],
    ["good, of bad and total events", shop, timeslices("good"), 12 / 72],
    ["bad, of bad and total events", shop, timeslices("bad"), 24 / 72],
    ["left out, of good and total events", good, timeslices("left_out"), 12 / 60],
    ["bad, of good and total events", good, timeslices("bad"), 24 / 72],
    ["left out, of a ratio", asRatio, timeslices("left_out"), 12 / 60],
    ["good, of a ratio", asRatio, timeslices("good"), 12 / 72],
    ["bad, of a ratio", asRatio, timeslices("bad"), 24 / 72],
    ["left out, by the mean of the slices", shop, ratioTimeslices("left_out"), (12 * 0.5 + 12 * 0.02) / 60],
    ["good, by the mean of the slices", shop, ratioTimeslices("good"), (12 * 0.5 + 12 * 0.02) / 72],
    ["bad, by the mean of the slices", good, ratioTimeslices("bad"), (12 * 0.5 + 12 * 0.02 + 12) / 72],
  ])("count quiet slices as %s", async (_, sli, budgeting, expected) => {
    const measured = await budgetOf(sli, budgeting);
    const { quiet } = budgeting as Extract<Budgeting, { quiet: QuietSlice }>;
    expect(measured).toMatchObject({ kind: "measured", way: { kind: "direct", weighting: "slices", quiet } });
    if (measured?.kind === "measured") expect(measured.errorRatio).toBeCloseTo(expected, 9);
  });

  it("calls every slice good where no error series ever was [T36]", async () => {
    const measured = await budgetOf(requests("calm"), timeslices("left_out"));
    expect(measured).toMatchObject({ kind: "measured", errorRatio: 0 });
  });

  it("say that nobody asked where every slice is quiet and left out [T37]", async () => {
    expect(await budgetOf(requests("quiet"), timeslices("left_out"))).toMatchObject({ why: "no_traffic" });
    expect(await budgetOf(requests("quiet"), timeslices("bad"))).toMatchObject({ errorRatio: 1 });
  });

  it("say that there is no data where there is none, however quiet slices count [T36]", async () => {
    for (const quiet of ["left_out", "good", "bad"] as const)
      expect(await budgetOf(requests("never"), timeslices(quiet))).toMatchObject({ why: "no_data" });
  });

  it("call a slice bad that is bad for any of several SLIs", async () => {
    const late = events(
      `sum(rate(shop_total{code="500"}[{{window}}] offset 1h))`,
      `sum(rate(shop_total[{{window}}] offset 1h))`,
    ) as AskableSli;
    const part = { targetRatio: 0.9, weight: 1 };
    const composite: Sli = {
      kind: "composite",
      parts: [
        { ...part, sli: shop },
        { ...part, sli: late },
      ],
    };
    const measured = await budgetOf(composite, timeslices("left_out"));
    // The late one has the same bad hour an hour later, and traffic in the hour in which the first has none.
    expect(measured).toMatchObject({ kind: "measured" });
    if (measured?.kind === "measured") expect(measured.errorRatio).toBeCloseTo(24 / 72, 9);
  });
});

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatDuration } from "../../src/domain/duration.ts";
import type { Measurement } from "../../src/domain/measurement.ts";
import type { MeasureMode, Objective } from "../../src/domain/objective.ts";
import { windowsOf } from "../../src/domain/objective-rules.ts";
import { remaining } from "../../src/domain/budget.ts";
import { budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import { measurerOf, type PrometheusMeasurer } from "../../src/prometheus/measurer.ts";
import { readSlos } from "../../src/slo/read.ts";
import { prometheusText } from "../../src/slo/rule-text.ts";
import { rulesOf } from "../../src/slo/rules.ts";
import { counter, type Series } from "../world/prometheus-history.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";

// One made month of traffic, looked at in every way that we have: what Sloth's rules recorded of it, what rules of our own
// making recorded, the file's own queries, days that we keep, and plain PromQL, which is the truth. Ways that claim to
// measure the same thing agree; ways that do not are told apart by their weighting.

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const shared = process.env["BURNGATE_SHARED"];
if (shared !== undefined && !statSync(shared, { throwIfNoEntry: false })?.isDirectory())
  throw new Error(`BURNGATE_SHARED names ${shared}, which is no folder`);
const golden = "slo-data/sloth/examples/_gen/getting-started.yml";

/** The month ends at noon; the rules ran in its last four days, and once a minute. */
const now = Date.parse("2021-03-05T12:00:00Z");
const begin = now - 30 * day;
const ruled = now - 4 * day;

/** Requests a second: busy days, quiet nights. It changes nowhere near midnight, so that days add up exactly. */
const rate = (at: number): number =>
  new Date(at).getUTCHours() >= 6 && new Date(at).getUTCHours() < 20 ? 100 : 4;
/** The share that fails: a little always, much in an hour of a night and in another of a day. */
const share = (at: number): number => {
  const since = now - at;
  if (since <= 34 * hour && since > 33 * hour) return 0.5;
  if (since <= 4 * hour && since > 3 * hour) return 0.2;
  return 0.0005;
};

const series = (code: string, perSecond: (at: number) => number): Series =>
  counter({
    name: "http_request_duration_seconds_count",
    labels: { job: "myservice", code },
    from: begin - hour,
    to: now + 5 * minute,
    perSecond,
  });

const slothFile = `version: prometheus/v1
service: myservice
slos:
  - name: requests-availability
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(http_request_duration_seconds_count{job="myservice",code=~"(5..|429)"}[{{.window}}]))
        total_query: sum(rate(http_request_duration_seconds_count{job="myservice"}[{{.window}}]))
    alerting: {name: MyServiceHighErrorRate}
`;

const pyrraFile = `apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: pyrra-requests}
spec:
  target: "99.9"
  window: 30d
  indicator:
    ratio:
      errors: {metric: 'http_request_duration_seconds_count{job="myservice",code=~"5.."}'}
      total: {metric: 'http_request_duration_seconds_count{job="myservice"}'}
`;

const openSloFile = `apiVersion: openslo/v1
kind: SLO
metadata: {name: openslo-requests}
spec:
  service: myservice
  indicator:
    metadata: {name: good}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: 'sum(http_request_duration_seconds_count{job="myservice",code!~"5.."})'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(http_request_duration_seconds_count{job="myservice"})'}}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.999}]
`;

function objectiveOf(text: string, measure: MeasureMode): Objective {
  const { objectives, problems } = readSlos([{ file: "slo.yaml", text }], { measure });
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return objectives[0]!;
}

/** Recording rules of our own making for the same file. */
function ourRules(): string {
  const { sets, problems } = rulesOf([{ file: "slo.yaml", text: slothFile }], {
    extraLabels: {},
    isExact: false,
    hasAlerts: false,
    hasRecordings: true,
  });
  expect(problems).toEqual([]);
  return prometheusText(sets);
}

const errors = (window: string): string =>
  `sum(increase(http_request_duration_seconds_count{code="500"}[${window}]))`;
const all = (window: string): string => `sum(increase(http_request_duration_seconds_count[${window}]))`;

/** Who made the rules, and the rules. */
const recorders: readonly (readonly [name: string, rules: () => string])[] = [
  ["our own rules", ourRules],
  ...(shared === undefined
    ? []
    : [["the rules that Sloth itself made", () => readFileSync(join(shared, golden), "utf8")] as const]),
];

describe.each(recorders)("a month, recorded by %s", (_, rules) => {
  let prometheus: Prometheus;
  let measurer: PrometheusMeasurer;
  beforeAll(async () => {
    prometheus = await startPrometheus({
      history: [
        series("200", (at) => rate(at) * (1 - share(at))),
        series("500", (at) => rate(at) * share(at)),
      ],
    });
    await prometheus.record(rules(), {
      fromMs: ruled,
      toMs: now + 3 * minute,
      everySeconds: 60,
    });
    const source = { id: "main", url: new URL(prometheus.url), auth: undefined, tls: {}, headers: {} };
    measurer = measurerOf([{ ...source, timeoutMs: 30_000, repositories: ["**"] }], budgetDaysInMemory());
  }, 120_000);
  afterAll(async () => {
    measurer.close();
    await prometheus.stop();
  });

  async function measure(objective: Objective): Promise<readonly Measurement[]> {
    const questions = [{ objective, windowsMs: windowsOf(objective, undefined) }];
    return measurer.measure({ dataSource: "main", questions, at: now });
  }
  async function truth(promql: string, at = now): Promise<number> {
    const [sample, ...others] = await prometheus.query(promql, at);
    expect(others).toEqual([]);
    return sample!.value;
  }
  const ratios = (measurements: readonly Measurement[]): ReadonlyMap<number, number> =>
    new Map(
      measurements.map((one) => {
        if (one.kind !== "measured") throw new Error(`${formatDuration(one.windowMs)}: ${one.detail}`);
        return [one.windowMs, one.errorRatio];
      }),
    );

  it("has the burn rates that plain PromQL finds, recorded or asked by anybody's file", async () => {
    const ways: readonly (readonly [string, Objective])[] = [
      ["recorded", objectiveOf(slothFile, "recorded")],
      ["direct", objectiveOf(slothFile, "direct")],
      ["Pyrra", objectiveOf(pyrraFile, "direct")],
      ["OpenSLO", objectiveOf(openSloFile, "direct")],
    ];
    for (const [way, objective] of ways) {
      for (const [windowMs, ratio] of ratios(await measure(objective))) {
        if (windowMs === objective.windowMs) continue;
        const window = formatDuration(windowMs);
        // Rules run at moments of their own: what is recorded is true of then.
        const at =
          way === "recorded" ? (await truth(`timestamp(slo:sli_error:ratio_rate${window})`)) * 1000 : now;
        const plain = await truth(`${errors(window)} / ${all(window)}`, at);
        expect(Math.abs(ratio - plain), `${way} over ${window}`).toBeLessThan(1e-9);
      }
    }
  });

  it("has the event-weighted budget that plain PromQL finds, asked whole or summed from days", async () => {
    const whole = await truth(`${errors("30d")} / ${all("30d")}`);
    for (const text of [slothFile, pyrraFile, openSloFile]) {
      const objective = objectiveOf(text, "direct");
      const measurements = await measure(objective);
      const budget = measurements.find((one) => one.windowMs === objective.windowMs);
      expect(budget).toMatchObject({ kind: "measured", way: { kind: "days", weighting: "events" } });
      const ratio = ratios(measurements).get(objective.windowMs)!;
      expect(Math.abs(ratio - whole), objective.name).toBeLessThan(1e-9);
    }
  });

  it("has another budget by time, which says so, and which is what Sloth shows", async () => {
    const objective = objectiveOf(slothFile, "recorded");
    const measurements = await measure(objective);
    const ratio = ratios(measurements).get(objective.windowMs)!;
    expect(measurements.find((one) => one.windowMs === objective.windowMs)).toMatchObject({
      way: { kind: "recorded", weighting: "time" },
    });
    expect(Math.abs(ratio - (await truth("avg_over_time(slo:sli_error:ratio_rate5m[30d])")))).toBeLessThan(
      1e-9,
    );
    const shown = await truth("slo:period_error_budget_remaining:ratio");
    expect(Math.abs(remaining(ratio, objective.targetRatio) - shown)).toBeLessThan(1e-9);
    // The same four days by events: the night's hour weighs little there, and much by time.
    const byEvents = await truth(`${errors("4d")} / ${all("4d")}`);
    expect(ratio / byEvents).toBeGreaterThan(1.2);
  });
});

describe("one quiet hour of a night in which everything fails", () => {
  const end = Date.parse("2021-03-01T04:00:00Z");
  let prometheus: Prometheus;
  let measurer: PrometheusMeasurer;
  const quietFile = slothFile.replaceAll("http_request_duration_seconds_count", "night_total");
  const isQuiet = (at: number): boolean => at >= end - 3 * hour && at < end - 2 * hour;
  const night = (code: string, perSecond: (at: number) => number): Series =>
    counter({
      name: "night_total",
      labels: { job: "myservice", code },
      from: end - 4 * hour,
      to: end,
      everySeconds: 15,
      perSecond,
    });
  const tier = (percent: number, short: string, long: string): string =>
    `{errorBudgetPercent: ${percent}, shortWindow: ${short}, longWindow: ${long}}`;
  /** What is shortest is what the period is the mean of. */
  const windowsFile = `apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 4h
  page: {quick: ${tier(10, "2m", "30m")}, slow: ${tier(20, "5m", "1h")}}
  ticket: {quick: ${tier(30, "10m", "2h")}, slow: ${tier(40, "15m", "3h")}}
`;
  const files = [
    { file: "slo.yaml", text: quietFile },
    { file: "windows.yaml", text: windowsFile },
  ];
  const objective = (measure: MeasureMode): Objective =>
    readSlos(files, { measure, windowMs: 4 * hour }).objectives[0]!;

  beforeAll(async () => {
    prometheus = await startPrometheus({
      history: [night("200", (at) => (isQuiet(at) ? 0 : 1000)), night("500", (at) => (isQuiet(at) ? 1 : 0))],
    });
    const { sets } = rulesOf(files, {
      windowMs: 4 * hour,
      extraLabels: {},
      isExact: false,
      hasAlerts: false,
      hasRecordings: true,
    });
    const span = { fromMs: end - 4 * hour, toMs: end, everySeconds: 60 };
    await prometheus.record(prometheusText(sets), span);
    const source = { id: "main", url: new URL(prometheus.url), auth: undefined, tls: {}, headers: {} };
    measurer = measurerOf([{ ...source, timeoutMs: 30_000, repositories: ["**"] }], budgetDaysInMemory());
  }, 120_000);
  afterAll(async () => {
    measurer.close();
    await prometheus.stop();
  });

  async function budgetOf(one: Objective): Promise<Measurement> {
    const questions = [{ objective: one, windowsMs: [4 * hour] }];
    const [measurement] = await measurer.measure({ dataSource: "main", questions, at: end });
    return measurement!;
  }

  it("costs a quarter of the budget's time and next to none of its events, and each number says which", async () => {
    const [recorded, direct] = [await budgetOf(objective("recorded")), await budgetOf(objective("direct"))];
    expect(recorded).toMatchObject({ kind: "measured", way: { kind: "recorded", weighting: "time" } });
    expect(direct).toMatchObject({ kind: "measured" });
    if (recorded.kind !== "measured" || direct.kind !== "measured") return;
    expect(direct.way?.weighting ?? "events").toBe("events");
    // 58 of the 240 minutes that were recorded saw nothing but errors; 3,600 of 10,803,600 requests failed.
    expect(recorded.errorRatio.toFixed(4)).toBe("0.2417");
    expect(direct.errorRatio).toBeCloseTo(3600 / 10_803_600, 9);
  });
});

import { describe, expect, it } from "vitest";
import type { Objective } from "../../../src/domain/objective.ts";
import { renderQuery } from "../../../src/domain/query-template.ts";
import type { AskableSli, Sli } from "../../../src/domain/sli.ts";
import { readSlos } from "../../../src/slo/read.ts";
import type { SloOptions } from "../../../src/slo/reading.ts";

const day = 86_400_000;
const hour = 3_600_000;

const slo = (indicator: string, more: { name?: string; spec?: string; labels?: string } = {}) =>
  `apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: ${more.name ?? "checkout"}
  labels: {${more.labels ?? ""}}
spec:
  target: "99.9"
  window: 4w
${more.spec ?? ""}  indicator:
${indicator}`;

const ratio = (errors: string, total: string, grouping = "[]") =>
  `    ratio:
      errors: {metric: '${errors}'}
      total: {metric: '${total}'}
      grouping: ${grouping}
`;
const latency = (success: string, total: string) =>
  `    latency:
      success: {metric: '${success}'}
      total: {metric: '${total}'}
`;
const native = (metric: string, length = "200ms") =>
  `    latencyNative: {latency: ${length}, total: {metric: '${metric}'}}\n`;
const gauge = (metric: string, grouping = "[]") =>
  `    bool_gauge: {metric: '${metric}', grouping: ${grouping}}\n`;

const http = ratio('http_total{job="shop",code=~"5.."}', 'http_total{job="shop"}');

const read = (...texts: readonly string[]) => readSlos([{ file: "slo.yaml", text: texts.join("---\n") }]);
const only = (text: string, options: SloOptions = {}): Objective => {
  const { objectives, problems } = readSlos([{ file: "slo.yaml", text }], options);
  expect(problems).toEqual([]);
  expect(objectives).toHaveLength(1);
  return objectives[0]!;
};
const told = (...texts: readonly string[]) =>
  read(...texts).problems.map((one) => `${one.severity} ${one.code} ${one.key}`);

const queriesOf = (sli: Sli | AskableSli | undefined, windowMs: number): readonly string[] => {
  if (sli?.kind !== "events" && sli?.kind !== "good_events") throw new Error("events are counted");
  const part = sli.kind === "events" ? sli.errorQuery : sli.goodQuery;
  return [sli.kind, renderQuery(part, windowMs), renderQuery(sli.totalQuery, windowMs)];
};

describe("Pyrra's files", () => {
  it("are read: percent as text, window, and an SLI whose parts are asked apart", () => {
    const objective = only(slo(http));
    expect(objective).toMatchObject({ name: "checkout", targetRatio: 0.999, windowMs: 28 * day });
    expect(objective).not.toHaveProperty("groupedBy");
    expect(queriesOf(objective.sli, hour)).toEqual([
      "events",
      'sum(rate(http_total{code=~"5..",job="shop"}[1h]))',
      'sum(rate(http_total{job="shop"}[1h]))',
    ]);
  });

  it("count good events where Pyrra does, so that none is unknown and not an outage", () => {
    const buckets = latency('took_bucket{le="0.5"}', "took_count");
    expect(queriesOf(only(slo(buckets)).sli, hour)).toEqual([
      "good_events",
      'sum(rate(took_bucket{le="0.5"}[1h]))',
      "sum(rate(took_count[1h]))",
    ]);
    expect(queriesOf(only(slo(native("took"))).sli, hour)).toEqual([
      "good_events",
      "histogram_fraction(0, 0.2, sum(rate(took[1h]))) * histogram_count(sum(rate(took[1h])))",
      "histogram_count(sum(rate(took[1h])))",
    ]);
    const probe = only(slo(gauge("probe_success")));
    expect(queriesOf(probe.sli, hour)).toEqual([
      "good_events",
      "sum(sum_over_time(probe_success[1h]))",
      "sum(count_over_time(probe_success[1h]))",
    ]);
    expect(probe.sli).toMatchObject({ counted: "per_window" });
  });

  it.each([
    ["1", '=~"1(\\\\.0)?"'],
    ["10", '=~"10(\\\\.0)?"'],
    ["0.5", '="0.5"'],
    ["0", '=~"0(\\\\.0)?"'],
    ["1.0", '="1.0"'],
  ])("ask for the bucket %s in the form that Prometheus 2 and 3 both have", (bucket, asked) => {
    const { sli, recording } = only(slo(latency(`took_bucket{le="${bucket}"}`, "took_count")));
    expect(queriesOf(sli, hour)[1]).toBe(`sum(rate(took_bucket{le${asked}}[1h]))`);
    // A rule's label is as it is written.
    expect(queriesOf(recording?.period.sli, 28 * day)[1]).toBe(
      `sum(took:increase4w{le="${bucket}",slo="checkout"})`,
    );
  });

  it("split by labels, sorted and each once", () => {
    const grouped = only(slo(ratio("bad_total", "all_total", "[path, code, path]")));
    expect(grouped.groupedBy).toEqual(["code", "path"]);
    expect(queriesOf(grouped.sli, hour)[2]).toBe("sum by (code, path) (rate(all_total[1h]))");
    expect(queriesOf(grouped.recording?.period.sli, 28 * day)[1]).toBe(
      'sum by (code, path) (bad:increase4w{slo="checkout"})',
    );
  });

  it("hand what a label's value holds into a selector as a value", () => {
    const odd = String.raw`http_total{job="a\"} or vector(1) #\n\\"}`;
    expect(queriesOf(only(slo(gauge(odd))).sli, hour)[1]).toBe(
      String.raw`sum(sum_over_time(http_total{job="a\"} or vector(1) #\n\\"}[1h]))`,
    );
    expect(queriesOf(only(slo(gauge('up{job=`a"b`,}'))).sli, hour)[1]).toContain(String.raw`{job="a\"b"}`);
  });

  it("have rules of their own: fixed factors, windows that follow the SLO's", () => {
    const { ownRules = [] } = only(slo(http));
    const lines = ownRules.map(({ name, then, forMs, condition }) =>
      condition.kind === "burn_rate"
        ? [
            name,
            then,
            condition.threshold,
            condition.longWindowMs / hour,
            condition.shortWindowMs / 60_000,
            forMs / 60_000,
          ]
        : [name, then, condition.thresholdRatio],
    );
    expect(lines).toEqual([
      ["fast-burn", "block", 14, 1, 5, 2],
      ["medium-burn", "block", 7, 6, 30, 15],
      ["slow-burn", "warn", 2, 24, 120, 60],
      ["long-term-burn", "warn", 1, 96, 360, 180],
      ["budget-exhausted", "block", 0],
    ]);
  });

  it("may say of a tier that it warns, or pages, in Pyrra's two words", () => {
    const severities = (text: string) =>
      only(slo(http, { spec: `  alerting: {severities: ${text}}\n` })).ownRules?.map(({ then }) => then);
    expect(severities("{mediumBurn: warning, slowBurn: critical}")).toEqual([
      "block",
      "warn",
      "block",
      "warn",
      "block",
    ]);
    expect(severities("{fastBurn: p1, mediumBurn: 3}")).toEqual(["block", "block", "warn", "warn", "block"]);
  });

  it.each(["disabled: true", "burnrates: false"])(
    "have none with `%s`, and are recorded all the same",
    (key) => {
      const objective = only(slo(http, { spec: `  alerting: {${key}}\n` }));
      expect(objective).not.toHaveProperty("ownRules");
      expect(objective.recording?.windowsMs).toHaveLength(7);
    },
  );

  it("may ask for buckets by a pattern of their own", () => {
    expect(queriesOf(only(slo(latency('took_bucket{le=~"1"}', "took_count"))).sli, hour)[1]).toBe(
      'sum(rate(took_bucket{le=~"1"}[1h]))',
    );
  });

  it("are measured in the way that is wished", () => {
    expect(only(slo(http), { measure: "recorded" }).measure).toBe("recorded");
    expect(only(slo(http))).not.toHaveProperty("measure");
  });
});

describe("what Pyrra records", () => {
  const burn = (text: string, options?: SloOptions) =>
    renderQuery(only(text, options).recording!.errorRatio, hour);

  it("is named after the total without its ending, and picked by what its series wear", () => {
    expect(burn(slo(http))).toBe('http:burnrate1h{job="shop",slo="checkout"}');
    expect(burn(slo(latency('took_bucket{le="1"}', 'took_count{a!="b"}').replace("le=", 'a!="b",le=')))).toBe(
      'took:burnrate1h{a!="b",slo="checkout"}',
    );
    expect(burn(slo(gauge("took_bucket")))).toBe('took_bucket:burnrate1h{slo="checkout"}');
    expect(burn(slo(gauge("jobs_count_total")))).toBe('jobs:burnrate1h{slo="checkout"}');
    expect(burn(slo(gauge('probe{path=~"/a.*"}')))).toBe('probe:burnrate1h{slo="checkout"}');
    expect(burn(slo(gauge('probe{path=~"/a.*"}', "[path]")))).toBe(
      'probe:burnrate1h{path=~"/a.*",slo="checkout"}',
    );
  });

  it("is picked by further labels where the policy names some", () => {
    const options = { matchers: { env: "eu" } };
    expect(burn(slo(http), options)).toBe('http:burnrate1h{env="eu",job="shop",slo="checkout"}');
    const { period } = only(slo(http), options).recording!;
    expect(queriesOf(period.sli, 28 * day)[1]).toBe(
      'sum(http:increase4w{code=~"5..",env="eu",job="shop",slo="checkout"})',
    );
  });

  it("over the SLO's window are counts, of which each kind is one of events", () => {
    const period = (indicator: string) => {
      const { recording } = only(slo(indicator));
      expect(recording?.period).toMatchObject({ weighting: "events", sli: { counted: "per_window" } });
      return queriesOf(recording?.period.sli, 28 * day);
    };
    expect(period(http)).toEqual([
      "events",
      'sum(http:increase4w{code=~"5..",job="shop",slo="checkout"})',
      'sum(http:increase4w{job="shop",slo="checkout"})',
    ]);
    expect(period(latency('took_bucket{le="0.5"}', "took_count"))).toEqual([
      "good_events",
      'sum(took:increase4w{le="0.5",slo="checkout"})',
      'sum(took:increase4w{le="",slo="checkout"})',
    ]);
    expect(period(native("took"))).toEqual([
      "good_events",
      'sum(took:increase4w{le="0.2",slo="checkout"})',
      'sum(took:increase4w{le="",slo="checkout"})',
    ]);
    expect(period(gauge('up{job!~"a|b"}'))).toEqual([
      "good_events",
      'sum(up:sum4w{job!~"a|b",slo="checkout"})',
      'sum(up:count4w{job!~"a|b",slo="checkout"})',
    ]);
  });

  it("is not asked for labels that its series lack", () => {
    const { recording } = only(slo(native('took{code=~"2..",job="shop"}')));
    expect(queriesOf(recording?.period.sli, 28 * day)[2]).toBe(
      'sum(took:increase4w{job="shop",le="",slo="checkout"})',
    );
    expect(burn(slo(gauge('up{env!="",job!="a"}')))).toBe('up:burnrate1h{job!="a",slo="checkout"}');
    const given = only(slo(ratio('http_total{env!="",code="500"}', 'http_total{env!=""}'))).recording;
    expect(queriesOf(given?.period.sli, 28 * day)[1]).toBe('sum(http:increase4w{code="500",slo="checkout"})');
  });

  it.each([
    ["a code that the total leaves out", 'http_total{code=~"5.."}', 'http_total{code!="404"}', "code"],
    [
      "a code besides the one left out",
      'http_total{code!="404",code=~"5.."}',
      'http_total{code!="404"}',
      "code",
    ],
    ["all codes but another", 'http_total{code!="200"}', 'http_total{code!="404"}', "code"],
    ["another type", 'jobs_total{type="failed"}', 'jobs_total{type="all"}', "type"],
    ["a bucket", 'took_bucket{le="0.5"}', "took_count", "le"],
    ["more than the errors do", 'bad_total{env="eu"}', 'all_total{env!="us"}', "env"],
  ])("is not read where errors are %s: it would say that none ever was", (_, errors, total, label) => {
    const text = slo(ratio(errors, total));
    const { objectives, problems } = read(text);
    expect(told(text)).toEqual(["warning contradiction spec.indicator.ratio"]);
    expect(problems[0]?.message).toContain(`lacks the label \`${label}\``);
    expect(objectives[0]).not.toHaveProperty("recording");
    expect(queriesOf(objectives[0]?.sli, hour)[0]).toBe("events");
  });

  it.each([
    ["only the errors name", ratio('http_total{code!="200"}', "http_total")],
    ["the total matches by a pattern", ratio('http_total{code=~"5.."}', 'http_total{code!~"4.."}')],
    ["both match the same", ratio('http_total{code!="404",grpc="x"}', 'http_total{code!="404"}')],
    ["groups are split by", ratio('http_total{code=~"5.."}', 'http_total{code!="404"}', "[code]")],
  ])("is read where %s the label", (_, indicator) => {
    expect(only(slo(indicator)).recording?.tool).toBe("pyrra");
  });

  it("is not read where errors and all events get one name, or a latency's total has a bucket", () => {
    expect(told(slo(ratio("jobs_count", "jobs_total")))).toEqual([
      "warning contradiction spec.indicator.ratio",
    ]);
    expect(told(slo(latency('took_bucket{le="0.5"}', 'took_bucket{le="+Inf"}')))).toEqual([
      "warning contradiction spec.indicator.latency",
    ]);
  });

  it("is not read where it was added up with what another SLO counts", () => {
    const coarse = (name: string, job: string) =>
      slo(ratio(`http_total{job="${job}",code="500"}`, `http_total{job="${job}"}`), {
        name,
        spec: "  performanceOverAccuracy: true\n",
      });
    const { objectives } = read(coarse("a", "x"), coarse("b", "y"));
    expect(objectives.map((one) => "recording" in one)).toEqual([false, false]);
    expect(told(coarse("a", "x"), coarse("b", "y"))).toEqual([
      "warning contradiction spec.performanceOverAccuracy",
      "warning contradiction spec.performanceOverAccuracy",
    ]);
    expect(told(coarse("a", "x"))).toEqual([]);
    const retries = slo(ratio("retried_total", "http_total"), {
      name: "c",
      spec: "  performanceOverAccuracy: true\n",
    });
    const jobs = retries.replace("name: c", "name: d").replaceAll("http_total", "jobs_total");
    expect(told(retries, jobs)).toHaveLength(2);
    expect(told(retries, jobs.replace("retried_total", "failed_total"))).toEqual([]);
    expect(told(coarse("a", "x"), slo(http, { name: "b" }))).toEqual([]);
  });

  it.each([
    ["2d", "warning bad_windows spec.window"],
    ["1m", "warning bad_windows spec.window"],
  ])(
    "is not there for a window of %s, whose own alert windows are nothing; our rules apply",
    (window, problem) => {
      const text = slo(http).replace("4w", window);
      expect(told(text)).toEqual([problem]);
      const [objective] = read(text).objectives;
      expect(objective).not.toHaveProperty("recording");
      expect(objective).not.toHaveProperty("ownRules");
    },
  );

  it("is there for the shortest window whose parts are whole minutes", () => {
    expect(only(slo(http).replace("4w", "67h12m")).recording?.windowsMs[0]).toBe(60_000);
    expect(told(slo(http).replace("4w", "67h11m"))).toEqual(["warning bad_windows spec.window"]);
  });

  it("is not there where Prometheus refuses the labels that the file adds", () => {
    const text = slo(http, { labels: '"pyrra.dev/team-name": shop, other-label: x' });
    expect(told(text)).toEqual(["warning bad_label metadata.labels.pyrra.dev/team-name"]);
    expect(read(text).objectives[0]).not.toHaveProperty("recording");
    expect(told(slo(http, { labels: '"pyrra.dev/team": shop' }))).toEqual([]);
  });
});

describe("mistakes in Pyrra's files", () => {
  const metric = (text: string) => told(slo(gauge(text)));

  it.each([
    "rate(up[5m])",
    "sum(up)",
    "up > 0",
    "up[5m]",
    "up offset 5m",
    "-up",
    "1",
    "inf",
    '{__name__="up"}',
    'up{__name__="down"}',
    'up{job="a"',
    "up{job=a}",
    'up{job="\\q"}',
    "up{{.window}}",
    "",
    "up # all of it",
  ])("such as a metric that is `%s` and no plain selector are refused", (text) => {
    expect(metric(text)).toEqual(["error bad_query spec.indicator.bool_gauge.metric"]);
    expect(read(slo(gauge(text))).objectives).toEqual([]);
  });

  it.each([
    ["no bucket", "took_bucket"],
    ["an empty one", 'took_bucket{le=""}'],
    ["one that is no number", 'took_bucket{le="fast"}'],
    ["all but one", 'took_bucket{le!="1"}'],
  ])("such as a latency of %s are refused", (_, success) => {
    expect(told(slo(latency(success, "took_count")))).toEqual([
      "error bad_query spec.indicator.latency.success.metric",
    ]);
  });

  it("such as a success that only errors can meet are told", () => {
    const text = slo(latency('took_bucket{le="1",code=~"5.."}', "took_count"));
    expect(told(text)).toEqual(["warning contradiction spec.indicator.latency.success.metric"]);
    expect(read(text).objectives).toHaveLength(1);
  });

  it("such as a ratio in place of a percentage are told, and it is what Pyrra reads", () => {
    const text = slo(http).replace("99.9", "0.99");
    expect(told(text)).toEqual(["warning bad_target spec.target"]);
    expect(read(text).objectives[0]?.targetRatio).toBe(0.0099);
  });

  it.each(["100", "0", "-1", "99.9%", "abc", "1e1", "NaN", ""])(
    "such as a target of `%s` are refused",
    (target) => {
      expect(told(slo(http).replace("99.9", target))).toEqual(["error bad_target spec.target"]);
    },
  );

  it.each(["1M", "30x", "4 weeks", "0s"])("such as a window of `%s` are refused", (window) => {
    expect(told(slo(http).replace("4w", window))).toEqual(["error bad_duration spec.window"]);
  });

  it("such as two SLOs of one name are refused, in whatever namespace: the first stands", () => {
    const second = slo(http).replace("labels:", "namespace: other\n  labels:");
    expect(told(slo(http), second)).toEqual(["error duplicate_name metadata.name"]);
    expect(read(slo(http), second).objectives).toHaveLength(1);
  });

  it("keep no neighbour from being read", () => {
    const { objectives } = read(slo(gauge("sum(up)"), { name: "a" }), slo(http, { name: "b" }));
    expect(objectives.map(({ name }) => name)).toEqual(["b"]);
  });

  it("such as two indicators, none, or groups by what is no label are refused", () => {
    expect(told(slo(`${http}${gauge("up")}`))).toEqual(["error wrong_value spec.indicator"]);
    expect(told(slo("    ratio:\n"))).toEqual(["error wrong_value spec.indicator"]);
    expect(told(slo(gauge("up", '["a, b) (x"]')))).toEqual([
      "error bad_label spec.indicator.bool_gauge.grouping[0]",
    ]);
  });

  it("such as a latency that is no duration are refused", () => {
    expect(told(slo(native("took", "0.2s")))).toEqual([
      "error bad_duration spec.indicator.latencyNative.latency",
    ]);
  });
});

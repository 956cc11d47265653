import { describe, expect, it } from "vitest";
import { renderQuery } from "../../../src/domain/query-template.ts";
import { alpha, metric, only, ratio, read, told, v1 } from "./openslo-text.ts";

const day = 86_400_000;
const hour = 3_600_000;
const objectives = (text: string) => ({ objectives: `  objectives: ${text}` });

describe("OpenSLO's files", () => {
  it("are read: name, target, window, good and total events", () => {
    expect(only(v1())).toEqual({
      name: "checkout",
      targetRatio: 0.99,
      windowMs: 28 * day,
      sli: {
        kind: "good_events",
        goodQuery: { pieces: ["sum(increase(good_total[", "]))"] },
        totalQuery: { pieces: ["sum(increase(all_total[", "]))"] },
      },
    });
  });

  it("may be a list, in YAML or in JSON, and several documents", () => {
    const item = v1()
      .replaceAll(/^(?=.)/gm, "  ")
      .replace("  ", "- ");
    expect(read(`${item}${item.replace("checkout", "search")}`).objectives.map(({ name }) => name)).toEqual([
      "checkout",
      "search",
    ]);
    expect(read(`${v1()}---\n${v1({ metadata: "metadata: {name: search}" })}`).objectives).toHaveLength(2);
    const json = JSON.stringify([{ apiVersion: "openslo/v1", kind: "Slo" }], undefined, 2);
    expect(told(json)).toEqual(["4:13 error wrong_value [0].kind"]);
  });

  it("count bad events, too, and may say a target in percent", () => {
    const bad = ratio().replace("good:", "bad:");
    const { sli, targetRatio } = only(
      v1({ indicator: `  indicator: ${bad}`, ...objectives("[{targetPercent: 99.95}]") }),
    );
    expect(targetRatio).toBe(0.9995);
    expect(sli).toEqual({
      kind: "events",
      errorQuery: { pieces: ["sum(increase(good_total[", "]))"] },
      totalQuery: { pieces: ["sum(increase(all_total[", "]))"] },
    });
  });

  it("may hold a ratio, of failures or of successes", () => {
    const raw = (type: string) =>
      only(v1({ indicator: `  indicator: {spec: {ratioMetric: {rawType: ${type}, raw: ${metric("r")}}}}` }))
        .sli;
    expect(raw("failure")).toEqual({
      kind: "ratio",
      errorRatioQuery: { pieces: ["avg_over_time((r)[", ":1m])"] },
    });
    expect(raw("success")).toEqual({
      kind: "ratio",
      errorRatioQuery: { pieces: ["1 - avg_over_time((r)[", ":1m])"] },
    });
  });

  it("may hold a limit, on whose good side a value should be", () => {
    const indicator = `  indicator: {spec: {thresholdMetric: ${metric("latency")}}}`;
    const { sli } = only(v1({ indicator, ...objectives("[{target: 0.9, op: lte, value: 0.25}]") }));
    expect(sli).toEqual({
      kind: "ratio",
      errorRatioQuery: { pieces: ["1 - avg_over_time(((latency) <= bool 0.25)[", ":1m])"] },
    });
    expect(told(v1({ indicator, ...objectives("[{target: 0.9, op: is, value: 1}]") }))).toEqual([
      "9:34 error wrong_value spec.objectives[0].op",
    ]);
    expect(told(v1({ indicator }))).toEqual(["9:16 error missing_key spec.objectives[0].op"]);
  });

  it("name several objectives by their places, and one that is wrong stops no other", () => {
    const { objectives: found, problems } = read(
      v1(objectives("[{target: 0.9}, {target: 1}, {target: 0.99}]")),
    );
    expect(found.map(({ name, targetRatio }) => [name, targetRatio])).toEqual([
      ["checkout-0", 0.9],
      ["checkout-2", 0.99],
    ]);
    expect(problems.map(({ code, key }) => [code, key])).toEqual([
      ["bad_target", "spec.objectives[1].target"],
    ]);
  });

  it("name a data source, and its address is never looked at", () => {
    const indicator = `  indicator: ${ratio().replaceAll("type: Prometheus", "metricSourceRef: main")}`;
    const source = (type: string) =>
      `apiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: main}\nspec: {type: ${type}, connectionDetails: [{url: "http://169.254.169.254"}]}\n`;
    const objective = only([v1({ indicator }), source("Thanos")]);
    expect(objective.metricSource).toBe("main");
    expect(JSON.stringify(objective)).not.toContain("169.254");
    expect(only(v1({ indicator })).metricSource).toBe("main");
    expect(told([v1({ indicator }), source("Datadog")])[0]).toBe(
      "6:90 error unsupported_sli spec.indicator.spec.ratioMetric.good.metricSource.metricSourceRef",
    );
    expect(told(v1({ indicator: indicator.replaceAll("main", '"http://evil.example"') }))[0]).toContain(
      "error wrong_value spec.indicator.spec.ratioMetric.good.metricSource.metricSourceRef",
    );
    expect(read(v1({ indicator: indicator.replace("main", "other") })).problems[0]?.code).toBe(
      "unsupported_sli",
    );
  });

  it("are refused where another kind of source is asked", () => {
    const text = v1({ indicator: `  indicator: ${ratio().replaceAll("Prometheus", "Datadog")}` });
    expect(read(text).objectives).toEqual([]);
    expect(told(text)).toEqual([
      "6:79 error unsupported_sli spec.indicator.spec.ratioMetric.good.metricSource.type",
      "6:153 error unsupported_sli spec.indicator.spec.ratioMetric.total.metricSource.type",
    ]);
  });

  it("refer to SLIs by name, over all files, and not to those of another version", () => {
    const slo = v1({ indicator: "  indicatorRef: availability" });
    const sli = `apiVersion: openslo/v1\nkind: SLI\nmetadata: {name: availability}\n${ratio().slice(1, -1)}\n`;
    expect(only([slo, sli])).toEqual(only(v1()));
    expect(told(slo)).toEqual(["6:17 error missing_reference spec.indicatorRef"]);
    expect(read([slo, sli.replace("openslo/v1", "openslo/v1alpha")]).objectives).toEqual([]);
    expect(told([slo, `${sli}---\n${sli}`])).toEqual(["8:18 warning duplicate_name metadata.name"]);
    const broken = read([slo, sli.replace("sum(good_total)", "sum(")]).problems[0];
    expect([broken?.file, broken?.code, broken?.position.line]).toEqual(["slo-1.yaml", "bad_query", 4]);
  });

  it("count slices of time", () => {
    const budgeting = (method: string, more: string) =>
      only(v1({ budgetingMethod: `  budgetingMethod: ${method}`, ...objectives(`[{target: 0.9, ${more}}]`) }))
        .budgeting;
    expect(budgeting("Timeslices", "timeSliceTarget: 0.95, timeSliceWindow: 5m")).toEqual({
      kind: "timeslices",
      sliceMs: 300_000,
      sliceTargetRatio: 0.95,
      quiet: "left_out",
    });
    expect(budgeting("RatioTimeslices", "timeSliceWindow: 2")).toEqual({
      kind: "ratio_timeslices",
      sliceMs: 120_000,
      quiet: "left_out",
    });
  });

  it.each([
    [
      "no length of a slice",
      "timeSliceTarget: 0.9",
      "9:16 error missing_key spec.objectives[0].timeSliceWindow",
    ],
    [
      "no target of a slice",
      "timeSliceWindow: 1m",
      "9:16 error missing_key spec.objectives[0].timeSliceTarget",
    ],
    [
      "a slice's target in percent",
      "timeSliceWindow: 1m, timeSliceTarget: 95",
      "9:68 error bad_target spec.objectives[0].timeSliceTarget",
    ],
    [
      "a slice as long as the window",
      "timeSliceWindow: 28d, timeSliceTarget: 0.9",
      "9:47 error bad_duration spec.objectives[0].timeSliceWindow",
    ],
    [
      "a slice of no time",
      "timeSliceWindow: 0m, timeSliceTarget: 0.9",
      "9:47 error bad_duration spec.objectives[0].timeSliceWindow",
    ],
  ])("are refused with %s", (_, more, expected) => {
    const text = v1({
      budgetingMethod: "  budgetingMethod: Timeslices",
      ...objectives(`[{target: 0.9, ${more}}]`),
    });
    expect(told(text)).toEqual([expected]);
    expect(read(text).objectives).toEqual([]);
  });

  it.each([
    ["no name", { metadata: "metadata: {}" }, "3:11 error missing_key metadata.name"],
    ["a name that is none", { metadata: 'metadata: {name: "<b>"}' }, "3:18 error wrong_value metadata.name"],
    ["an unknown kind", { kind: "kind: Slo" }, "2:7 error wrong_value kind"],
    [
      "an unknown method",
      { budgetingMethod: "  budgetingMethod: Sometimes" },
      "8:20 error wrong_value spec.budgetingMethod",
    ],
    ["no objective", objectives("[]"), "9:15 error no_objectives spec.objectives"],
    ["no indicator", { indicator: "" }, "5:3 error missing_key spec.indicator"],
    ["no target", objectives("[{displayName: good}]"), "9:16 error missing_key spec.objectives[0].target"],
    ["a target in percent", objectives("[{target: 99}]"), "9:25 error bad_target spec.objectives[0].target"],
    [
      "two targets that differ",
      objectives("[{target: 0.9, targetPercent: 99}]"),
      "9:45 error contradiction spec.objectives[0].targetPercent",
    ],
    [
      "two SLIs in one",
      { indicator: `  indicator: {spec: {ratioMetric: {raw: ${metric("x")}, bad: ${metric("y")}}}}` },
      "6:35 error wrong_value spec.indicator.spec.ratioMetric",
    ],
    ["no SLI", { indicator: "  indicator: {spec: {}}" }, "6:21 error wrong_value spec.indicator.spec"],
    [
      "a counter that is text",
      { indicator: `  indicator: ${ratio(undefined, undefined, 'counter: "yes"')}` },
      "6:45 error wrong_type spec.indicator.spec.ratioMetric.counter",
    ],
    [
      "a raw ratio of nothing said",
      { indicator: `  indicator: {spec: {ratioMetric: {raw: ${metric("x")}}}}` },
      "6:35 error missing_key spec.indicator.spec.ratioMetric.rawType",
    ],
    [
      "two data sources",
      {
        indicator: `  indicator: ${ratio().replace("type: Prometheus", "metricSourceRef: a").replace("type: Prometheus", "metricSourceRef: b")}`,
      },
      "9:16 error unsupported_sli spec.objectives[0]",
    ],
  ])("are refused with %s", (_, changes, expected) => {
    expect(told(v1(changes))).toEqual([expected]);
    expect(read(v1(changes)).objectives).toEqual([]);
  });

  it.each([
    ["no service", { service: "" }, "5:3 warning missing_key spec"],
    ["no method", { budgetingMethod: "" }, "5:3 warning missing_key spec.budgetingMethod"],
    [
      "a name that strict readers refuse",
      { metadata: "metadata: {name: Check_Out}" },
      "3:18 warning wrong_value metadata.name",
    ],
    [
      "`op` of a ratio",
      objectives("[{target: 0.9, op: gt}]"),
      "9:34 warning dropped_key spec.objectives[0].op",
    ],
    [
      "a target said twice",
      objectives("[{target: 0.9, targetPercent: 90}]"),
      "9:45 warning contradiction spec.objectives[0].targetPercent",
    ],
    [
      "no word whether it counts",
      { indicator: `  indicator: ${ratio(undefined, undefined, "displayName: x")}` },
      "6:35 warning missing_key spec.indicator.spec.ratioMetric.counter",
    ],
    [
      "a counter that is summed oddly",
      { indicator: `  indicator: ${ratio("sum(a) + sum(b)")}` },
      "6:105 warning bad_query spec.indicator.spec.ratioMetric.good.metricSource.spec.query",
    ],
    [
      "a failure ratio called success",
      { indicator: `  indicator: {spec: {ratioMetric: {rawType: success, raw: ${metric("1 - (a / b)")}}}}` },
      "6:45 warning contradiction spec.indicator.spec.ratioMetric.rawType",
    ],
  ])("are read with a warning with %s", (_, changes, expected) => {
    expect(told(v1(changes))).toEqual([expected]);
    expect(read(v1(changes)).objectives).toHaveLength(1);
  });

  it("follow the name of an SLI that they write out, too", () => {
    const slo = v1({ reference: "  indicatorRef: other" });
    expect(told(slo)).toEqual([
      "10:17 warning contradiction spec.indicatorRef",
      "10:17 error missing_reference spec.indicatorRef",
    ]);
  });

  it("tell where each objective was read, and of which service it is", () => {
    const origin = (text: string, name: string) => {
      const { objectives, origins } = read(text);
      const objective = objectives.find((one) => one.name === name);
      if (objective === undefined) throw new Error(`${name} was not read`);
      const { document, path, ...known } = origins.get(objective) ?? {};
      return [document?.at(path ?? []), known];
    };
    const two = v1(objectives("[{target: 0.9}, {target: 0.99}]"));
    expect(origin(two, "checkout-1")).toEqual([{ line: 9, column: 31 }, { service: "shop" }]);
    expect(origin(v1({ service: "  service: a b" }), "checkout")).toEqual([{ line: 9, column: 16 }, {}]);
    expect(origin(alpha(), "shop-checkout-0")).toEqual([
      { line: 8, column: 16 },
      { service: "shop", slo: "checkout-0" },
    ]);
  });

  it("say so where they hold no SLO", () => {
    expect(told("apiVersion: openslo/v1\nkind: Service\nmetadata: {name: shop}\n")).toEqual([
      "1:1 warning no_objectives ",
    ]);
  });

  it("are warned of in an SLI that no SLO refers to", () => {
    const sli = `apiVersion: openslo/v1\nkind: SLI\nmetadata: {name: a}\nspec: {ratioMetric: {rawType: success, raw: ${metric("1 - x")}}}\n`;
    expect(told(sli)).toEqual(["4:31 warning contradiction spec.ratioMetric.rawType"]);
  });
});

describe("OpenSLO's composites", () => {
  const own = (target: string, more = "") => `{target: ${target}, indicator: ${ratio()}${more}}`;
  const composite = (parts: readonly string[], method = "Occurrences") =>
    v1({
      indicator: "",
      budgetingMethod: `  budgetingMethod: ${method}`,
      ...objectives(`[${parts.join(", ")}]`),
    });

  it("are one objective, with the strictest target of its parts", () => {
    const { name, targetRatio, sli } = only(composite([own("0.9", ", compositeWeight: 0.5"), own("0.99")]));
    expect([name, targetRatio]).toEqual(["checkout", 0.99]);
    if (sli.kind !== "composite") throw new Error("a composite was written");
    expect(sli.parts.map((part) => [part.targetRatio, part.weight, part.sli.kind])).toEqual([
      [0.9, 0.5, "good_events"],
      [0.99, 1, "good_events"],
    ]);
  });

  it("keep each part's own bar of a slice", () => {
    const slices = (bar: number, window = "1m") => `, timeSliceTarget: ${bar}, timeSliceWindow: ${window}`;
    const { sli } = only(composite([own("0.9", slices(0.8)), own("0.9", slices(0.7))], "Timeslices"));
    if (sli.kind !== "composite") throw new Error("a composite was written");
    expect(sli.parts.map(({ sliceTargetRatio }) => sliceTargetRatio)).toEqual([0.8, 0.7]);
    expect(
      read(composite([own("0.9", slices(0.8)), own("0.99", slices(0.8))], "Timeslices")).problems.map(
        ({ code, severity }) => [code, severity],
      ),
    ).toEqual([["contradiction", "warning"]]);
    const uneven = read(composite([own("0.9", slices(0.8)), own("0.9", slices(0.8, "5m"))], "Timeslices"));
    expect(uneven.objectives).toEqual([]);
    expect(uneven.problems.map(({ code, key }) => [code, key])).toEqual([
      ["unsupported_sli", "spec.objectives[1].timeSliceWindow"],
    ]);
  });

  it("are refused whole where a part is wrong, and of one part are plain", () => {
    expect(read(composite([own("0.9"), own("1")])).objectives).toEqual([]);
    expect(
      read(composite([own("0.9"), own("0.9", ", compositeWeight: 0")])).problems.map(({ code }) => code),
    ).toEqual(["wrong_value"]);
    expect(read(composite([own("0.9"), "{target: 0.9}"])).problems.map(({ key }) => key)).toEqual([
      "spec.indicator",
    ]);
    expect(only(composite([own("0.99")]))).toEqual(only(v1()));
  });
});

describe("OpenSLO v1alpha", () => {
  it("with Sloth's window has Sloth's name and series", () => {
    const { name, recording, sli } = only(alpha(), { matchers: { env: "prod" } });
    expect(name).toBe("shop-checkout-0");
    expect(sli.kind).toBe("good_events");
    const selector = '{env="prod", sloth_id="shop-checkout-0", sloth_service="shop", sloth_slo="checkout-0"}';
    expect(recording && renderQuery(recording.errorRatio, hour)).toBe(
      `slo:sli_error:ratio_rate1h${selector}`,
    );
    expect(recording?.target).toBe(`slo:objective:ratio${selector}`);
    expect(recording?.windowsMs).toEqual([300_000, 1_800_000, hour, 2 * hour, 6 * hour, day, 3 * day]);
    expect(recording?.period.weighting).toBe("time");
  });

  it("without it has its own name and no series", () => {
    const text = alpha()
      .replaceAll(/sum\(rate\((\w+)\[\{\{.window\}\}\]\)\)/g, "$1")
      .replace("{good", "{incremental: true, good");
    const { name, recording, sli } = only(text);
    expect([name, recording]).toEqual(["checkout", undefined]);
    expect(sli).toMatchObject({ goodQuery: { pieces: ["sum(increase(good[", "]))"] } });
  });

  it("is asked, not read from series, where Sloth records something else", () => {
    const calendar = "calendar: {startTime: 2024-01-01 00:00:00, timeZone: UTC}";
    const found = read(alpha({ timeWindow: `  timeWindows: [{unit: Month, count: 1, ${calendar}}]` }));
    expect(found.objectives[0]?.recording).toBeUndefined();
    expect(found.objectives[0]?.calendar).toEqual({
      count: 1,
      unit: "month",
      startLocal: "2024-01-01T00:00:00",
      timeZone: "UTC",
    });
    expect(found.problems.map(({ code, severity }) => [code, severity])).toEqual([
      ["contradiction", "warning"],
    ]);
  });

  it("has slices of a minute, since it has no key for their length", () => {
    const text = alpha({ budgetingMethod: "  budgetingMethod: Timeslices" }).replace(
      "value: 1",
      "value: 1, timeSliceTarget: 0.9",
    );
    expect(read(text).objectives[0]?.budgeting).toMatchObject({ kind: "timeslices", sliceMs: 60_000 });
    expect(told(text)[0]).toBe("8:16 warning missing_key spec.objectives[0].timeSliceWindow");
  });

  it("may hold a limit", () => {
    const text = alpha({
      indicator: "  indicator: {thresholdMetric: {source: Prometheus, query: latency}}",
      objectives: "  objectives: [{target: 0.9, op: gt, value: 2}]",
    });
    expect(only(text)).toMatchObject({
      name: "checkout",
      sli: { errorRatioQuery: { pieces: ["1 - avg_over_time(((latency) > bool 2)[", ":1m])"] } },
    });
  });

  it.each([
    [
      "a value that strict readers want",
      alpha().replace("value: 1, ", ""),
      "8:16 warning missing_key spec.objectives[0].value",
    ],
    [
      "no metric",
      alpha({ objectives: "  objectives: [{target: 0.9}]" }),
      "8:16 error missing_key spec.objectives[0].ratioMetrics",
    ],
    [
      "another source",
      alpha().replace("source: prometheus", "source: datadog"),
      "8:71 error unsupported_sli spec.objectives[0].ratioMetrics.good.source",
    ],
  ])("is told of with %s", (_, text, expected) => {
    expect(told(text)).toEqual([expected]);
  });
});

describe("OpenSLO v2alpha, a draft,", () => {
  it("is read with its own keys", () => {
    const text = v1({
      apiVersion: "apiVersion: openslo.com/v2alpha",
      service: "  serviceRef: shop",
      indicator:
        "  sli: {spec: {ratioMetric: {counter: true, good: {dataSourceRef: main, spec: {query: sum(good_total)}}, total: {dataSourceRef: main, spec: {query: sum(all_total)}}}}}",
    });
    expect(only(text)).toEqual({ ...only(v1()), metricSource: "main" });
    expect(told(text.replace("sli:", "indicator:"))).toEqual(["5:3 error missing_key spec.sli"]);
    expect(told(text.replace("dataSourceRef: main", "dataSourceSpec: {type: redshift}"))[0]).toContain(
      "error unsupported_sli spec.sli.spec.ratioMetric.good.dataSourceSpec.type",
    );
  });
});

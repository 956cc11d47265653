import { describe, expect, it } from "vitest";
import type { Objective } from "../../../src/domain/objective.ts";
import { renderQuery } from "../../../src/domain/query-template.ts";
import { readSlos } from "../../../src/slo/read.ts";
import type { SloReading } from "../../../src/slo/reading.ts";

/** Reads one file by itself. */
const readSloth = (file: string, text: string, windowMs?: number): SloReading =>
  readSlos([{ file, text }], windowMs === undefined ? {} : { windowMs });

const day = 86_400_000;
const queries = (error: string, total: string) =>
  `      events:\n        ${error}: sum(rate(bad[{{.window}}]))\n        ${total}: sum(rate(all[{{ .window }}]))\n`;

const plain = (sli = queries("error_query", "total_query"), head = "") =>
  `version: prometheus/v1\nservice: shop\n${head}slos:\n  - name: checkout\n    objective: 99.9\n    sli:\n${sli}`;

const indent = (text: string) => text.replaceAll(/^(?=.)/gm, "  ");
const custom = (sli = queries("errorQuery", "totalQuery")) =>
  `apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\nmetadata: {name: shop}\nspec:\n${indent(
    plain(sli).split("\n").slice(1).join("\n"),
  )}`;

const only = (text: string): Objective => {
  const { objectives, problems } = readSloth("slo.yaml", text);
  expect(problems).toEqual([]);
  expect(objectives).toHaveLength(1);
  return objectives[0]!;
};
const mistakes = (text: string) =>
  readSloth("slo.yaml", text).problems.map(
    (one) => `${one.position.line}:${one.position.column} ${one.code} ${one.key}`,
  );

describe("Sloth's files", () => {
  it("are read in their plain form: percent, service and name, queries with their holes", () => {
    const { name, targetRatio, windowMs, sli } = only(plain());
    expect(name).toBe("shop-checkout");
    expect(targetRatio).toBeCloseTo(0.999, 12);
    expect(windowMs).toBe(30 * day);
    if (sli.kind !== "events") throw new Error("events were written");
    expect(renderQuery(sli.errorQuery, 28 * day)).toBe("sum(rate(bad[4w]))");
    expect(renderQuery(sli.totalQuery, 300_000)).toBe("sum(rate(all[5m]))");
  });

  it("are read in their Kubernetes form with the same meaning", () => {
    expect(only(custom())).toEqual(only(plain()));
  });

  it("may hold one expression that is the ratio", () => {
    const raw = (key: string) => `      raw:\n        ${key}: 1 - avg_over_time(up[{{.window}}])\n`;
    const { sli } = only(plain(raw("error_ratio_query")));
    expect(sli.kind).toBe("ratio");
    expect(only(custom(raw("errorRatioQuery"))).sli).toEqual(sli);
  });

  it("do not say how long the budget's window is: the policy does", () => {
    expect(readSloth("slo.yaml", plain(), 28 * day).objectives[0]?.windowMs).toBe(28 * day);
  });

  it("may hold several documents, and one `---` too many, which Sloth passes over", () => {
    const two = readSloth("slo.yaml", `${plain()}---\n${plain().replace("name: checkout", "name: search")}`);
    expect(two.objectives.map(({ name }) => name)).toEqual(["shop-checkout", "shop-search"]);
    expect(only(`---\n${plain()}`).name).toBe("shop-checkout");
    expect(only(`# a comment\n---\n${plain()}---\n`).name).toBe("shop-checkout");
    expect(mistakes("---\n---\n")).toEqual(["1:4 unsupported_format ", "2:4 unsupported_format "]);
  });

  it("may hold keys that Sloth does not know, which it ignores", () => {
    expect(only(plain(undefined, "owner: somebody\n")).name).toBe("shop-checkout");
  });

  it.each([
    [
      "an objective of 100, which leaves no budget",
      plain().replace("99.9", "100"),
      ["5:16 bad_target slos[0].objective"],
    ],
    ["an objective of 0", plain().replace("99.9", "0"), ["5:16 bad_target slos[0].objective"]],
    [
      "an objective that a double cannot tell from 100",
      plain().replace("99.9", "99.99999999999999"),
      ["5:16 bad_target slos[0].objective"],
    ],
    [
      "an objective that was meant as a ratio",
      plain().replace("99.9", "0.999"),
      ["5:16 bad_target slos[0].objective"],
    ],
    ["an objective that is text", plain().replace("99.9", "99.9%"), ["5:16 wrong_type slos[0].objective"]],
    ["no way to measure", plain("      {}\n"), ["7:7 wrong_value slos[0].sli"]],
    [
      "two ways to measure",
      plain(`${queries("error_query", "total_query")}      raw: {error_ratio_query: "x[{{.window}}]"}\n`),
      ["7:7 wrong_value slos[0].sli"],
    ],
    ["no window", plain().replace("{{.window}}", "5m"), ["8:22 bad_query slos[0].sli.events.error_query"]],
    [
      "the plain form's spelling in the Kubernetes form",
      custom(queries("error_query", "total_query")),
      [
        "11:24 dropped_key spec.slos[0].sli.events.error_query",
        "12:24 dropped_key spec.slos[0].sli.events.total_query",
        "11:11 missing_key spec.slos[0].sli.events",
        "11:11 missing_key spec.slos[0].sli.events",
      ],
    ],
    ["no SLO", plain().replace(/slos:[^]*/, "slos: []\n"), ["3:7 wrong_value slos"]],
    ["no service", plain().replace("service: shop\n", ""), ["1:1 missing_key service"]],
    [
      "no service, and an SLO that is wrong, too",
      plain().replace("service: shop\n", "").replace("99.9", "high"),
      ["1:1 missing_key service", "4:16 wrong_type slos[0].objective"],
    ],
    ["another version", plain().replace("prometheus/v1", "prometheus/v2"), ["1:1 unsupported_format "]],
    ["another kind", custom().replace("PrometheusServiceLevel", "Other"), ["2:7 wrong_value kind"]],
    [
      "the same query for errors and for all",
      plain().replace("bad", "all").replace("{{ .window }}", "{{.window}}"),
      ["8:9 bad_query slos[0].sli.events"],
    ],
    [
      "a name of an alert that is empty",
      `${plain()}    alerting: {name: ""}\n`,
      ["10:22 missing_key slos[0].alerting.name"],
    ],
    ["an id that is taken", `${plain()}---\n${plain()}`, ["14:11 duplicate_name slos[0].name"]],
  ])("are refused with %s", (_, text, expected) => {
    expect(mistakes(text)).toEqual(expected);
    const objectives = readSloth("slo.yaml", text).objectives.map(({ name }) => name);
    // Of two with one id the first is kept.
    expect(objectives).toEqual(expected[0]?.includes("duplicate_name") === true ? ["shop-checkout"] : []);
  });

  it.each([
    ["a plugin", plain("      plugin: {id: a/b}\n"), "slos[0].sli.plugin"],
    ["a query that is not PromQL", plain().replace("sum(rate(bad", "sum(rate((bad"), "slos[0].sli.events"],
    ["a placeholder of somebody else's", plain().replace("bad[", "bad{a='{{ $x }}'}["), "slos[0].sli.events"],
  ])("are read from recorded series alone with %s, and that is said", (_, text, key) => {
    const { objectives, problems } = readSloth("slo.yaml", text);
    expect(objectives[0]?.sli.kind).toBe("recorded_only");
    expect(problems).toMatchObject([{ code: "recorded_only", severity: "warning", key }]);
  });

  it("tell where Sloth records: the error ratio, the period and the target", () => {
    const { recording } = only(plain());
    const labels = '{sloth_id="shop-checkout", sloth_service="shop", sloth_slo="checkout"}';
    expect(renderQuery(recording!.errorRatio, 28 * day)).toBe(`slo:sli_error:ratio_rate4w${labels}`);
    expect(recording).toMatchObject({
      tool: "sloth",
      windowsMs: [5, 30, 60, 120, 360, 1440, 4320].map((minutes) => minutes * 60_000),
      period: { weighting: "time" },
      target: `slo:objective:ratio${labels}`,
    });
  });

  it("[T28] name recorded series by labels that cannot end their selector", () => {
    const text = plain();
    const { objectives } = readSlos([{ file: "slo.yaml", text }], {
      matchers: { env: 'a"}) or vector(0) #\n' },
    });
    expect(objectives[0]?.recording?.target).toContain('env="a\\"}) or vector(0) #\\n", sloth_id=');
  });

  it.each([
    [`slo_plugins: {chain: [{id: sloth.dev/contrib/denominator_corrected_rules/v1}]}\n`, "events"],
    [
      `slo_plugins: {chain: [{id: sloth.dev/core/sli_rules/v1, config: {disableOptimized: true}}]}\n`,
      "events",
    ],
    [`slo_plugins: {chain: [{id: sloth.dev/core/sli_rules/v1}]}\n`, "time"],
    [`slo_plugins: {chain: [{id: sloth.dev/core/debug/v1}]}\n`, "time"],
  ])("know by what the period is weighted: %s", (head, weighting) => {
    expect(only(plain(undefined, head)).recording?.period.weighting).toBe(weighting);
  });

  it("take the alert windows of their set for the period that these name, and for no other", () => {
    const tier = (percent: number, short: string, long: string) =>
      `{errorBudgetPercent: ${percent}, shortWindow: ${short}, longWindow: ${long}}`;
    const windows = [
      "apiVersion: sloth.slok.dev/v1",
      "kind: AlertWindows",
      "spec:",
      "  sloPeriod: 7d",
      `  page: {quick: ${tier(8, "5m", "1h")}, slow: ${tier(12.5, "30m", "6h")}}`,
      `  ticket: {quick: ${tier(20, "2h", "1d")}, slow: ${tier(42, "6h", "3d")}}`,
      "",
    ].join("\n");
    const files = [
      { file: "a.yaml", text: plain() },
      { file: "w.yaml", text: windows },
    ];
    const [week] = readSlos(files, { windowMs: 7 * day }).objectives;
    expect(week?.ownRules?.map(({ name, then, condition }) => [name, then, condition])).toMatchObject([
      ["page-quick-burn", "block", { threshold: 13.44, longWindowMs: 3_600_000, shortWindowMs: 300_000 }],
      ["page-slow-burn", "block", { threshold: 3.5 }],
      ["ticket-quick-burn", "warn", { threshold: 1.4 }],
      ["ticket-slow-burn", "warn", { threshold: 0.98 }],
      ["budget-exhausted", "block", { kind: "remaining", thresholdRatio: 0 }],
    ]);
    expect(readSlos(files, { windowMs: 30 * day }).objectives[0]?.ownRules).toBeUndefined();
  });

  it("tell which spelling was meant, and that a template must be rendered first", () => {
    const [misspelt] = readSloth("slo.yaml", custom(queries("error_query", "total_query"))).problems;
    expect(misspelt?.message).toBe("is dropped by Sloth without a word; it is spelled `errorQuery` here");
    const [template] = readSloth("slo.yaml", "version: {{ .Values.version }}\n").problems;
    expect(template?.message).toMatch(
      /is a Helm template that nobody has rendered; point at the rendered file$/,
    );
  });

  it("give the good objectives of a file along with the problems of the others", () => {
    const second =
      "  - name: search\n    objective: 100\n    sli: {raw: {error_ratio_query: 'x[{{.window}}]'}}\n";
    const { objectives, problems } = readSloth("slo.yaml", plain() + second);
    expect(objectives.map(({ name }) => name)).toEqual(["shop-checkout"]);
    expect(problems.map(({ code }) => code)).toEqual(["bad_target"]);
  });

  it("[T33] are read to the end, or refused, when they are as large as they may be", () => {
    const many = (count: number, line: (index: number) => string) =>
      Array.from({ length: count }, (_, index) => line(index)).join("");
    const keys = readSloth(
      "slo.yaml",
      `version: prometheus/v1\n${many(20_000, (index) => `k${index}: 1\n`)}`,
    );
    expect(keys.problems.map(({ code }) => code)).toEqual(["missing_key", "missing_key"]);
    const entries = readSloth(
      "slo.yaml",
      `version: prometheus/v1\nservice: shop\nslos:\n${many(40_000, () => "- {}\n")}`,
    );
    expect(entries.problems.length).toBeLessThanOrEqual(100);
    expect(mistakes(`# ${"x".repeat(256 * 1024)}`)).toEqual(["1:1 too_large "]);
    expect(mistakes("---\n".repeat(101))).toEqual(["1:1 several_documents "]);
  });
});

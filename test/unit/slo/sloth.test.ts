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
    ["a plugin", plain("      plugin: {id: a/b}\n"), ["7:15 unsupported_sli slos[0].sli.plugin"]],
    ["no window", plain().replace("{{.window}}", "5m"), ["8:22 bad_query slos[0].sli.events.error_query"]],
    [
      "a query that is none",
      plain().replace("sum(rate(bad", "sum(rate((bad"),
      ["8:22 bad_query slos[0].sli.events.error_query"],
    ],
    [
      "a placeholder of somebody else's",
      plain().replace("bad[", "bad{a='{{ $x }}'}["),
      ["8:22 bad_query slos[0].sli.events.error_query"],
    ],
    [
      "the plain form's spelling in the Kubernetes form",
      custom(queries("error_query", "total_query")),
      ["11:11 missing_key spec.slos[0].sli.events", "11:11 missing_key spec.slos[0].sli.events"],
    ],
    ["no SLO", plain().replace(/slos:[^]*/, "slos: []\n"), ["3:7 wrong_value slos"]],
    ["no service", plain().replace("service: shop\n", ""), ["1:1 missing_key service"]],
    ["another version", plain().replace("prometheus/v1", "prometheus/v2"), ["1:1 unsupported_format "]],
    ["another kind", custom().replace("PrometheusServiceLevel", "AlertWindows"), ["2:7 wrong_value kind"]],
  ])("are refused with %s", (_, text, expected) => {
    expect(mistakes(text)).toEqual(expected);
    expect(readSloth("slo.yaml", text).objectives).toEqual([]);
  });

  it("tell which spelling was meant, and that a template must be rendered first", () => {
    const [misspelt] = readSloth("slo.yaml", custom(queries("error_query", "total_query"))).problems;
    expect(misspelt?.message).toBe(
      "`errorQuery` is missing; `error_query` is how the other form of Sloth's files spells it",
    );
    const [template] = readSloth("slo.yaml", "version: {{ .Values.version }}\n").problems;
    expect(template?.message).toMatch(/looks like a Helm template: point at the rendered file$/);
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

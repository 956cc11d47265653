import { describe, expect, it } from "vitest";
import { lintQualityFiles } from "../../../src/quality/lint-files.ts";
import { lintsOf } from "./lint-table.ts";

const file = (objective: string, rest = "total_score: {pass: '90%', warning: '75%'}") =>
  `spec_version: "1.0"\nobjectives:\n  - {sli: mine, ${objective}}\n${rest}\n`;
const pass = (criteria: string, more = "") => file(`pass: [{criteria: [${criteria}]}]${more}`);
const compared = (text: string) =>
  file("pass: [{criteria: ['<600']}]", `comparison: {${text}}\ntotal_score: {pass: 90}`);
const scored = (text: string) => file("pass: [{criteria: ['<600']}]", `total_score: {${text}}`);
const sli = (query: string) => `indicators:\n  mine: '${query}'\n`;
const first = "objectives[0].pass[0].criteria[0]";

describe("an slo.yaml's lint", () => {
  it.each([
    ["right", pass("'<600'"), []],
    ["a key mistyped", pass("'<600'", ", keysli: true"), ["objectives[0].keysli unknown_key"]],
    ["a key elsewhere", `${pass("'<600'")}compare_with: several_results\n`, ["compare_with unknown_key"]],
    ["no compare_with", compared("number_of_comparison_results: 2"), ["comparison hidden_default"]],
    ["an unknown compare_with", compared("compare_with: last"), ["comparison.compare_with hidden_default"]],
    [
      "an unknown filter",
      compared("compare_with: single_result, include_result_with_score: best"),
      ["comparison.include_result_with_score hidden_default"],
    ],
    [
      "an unknown function",
      compared("compare_with: single_result, aggregate_function: p99"),
      ["comparison.aggregate_function wrong_value"],
    ],
    [
      "a count of one",
      compared("compare_with: single_result, number_of_comparison_results: 3"),
      ["comparison.number_of_comparison_results contradiction"],
    ],
    ["no weight", pass("'<600'", ", weight: 0"), ["objectives[0].weight hidden_default"]],
    ["a part of a weight", pass("'<600'", ", weight: 2.7"), ["objectives[0].weight hidden_default"]],
    ["a key without a name", pass("'<600'", ", key_sli: true"), ["objectives[0].key_sli missing_key"]],
    ["a key that informs", file("displayName: a, key_sli: true"), ["objectives[0].key_sli decides_nothing"]],
    ["a warning alone", file("warning: [{criteria: ['<600']}]"), ["objectives[0].warning decides_nothing"]],
    [
      "a narrow warning",
      pass("'<600'", ", warning: [{criteria: ['<500']}]"),
      ["objectives[0].warning decides_nothing"],
    ],
    ["a wide warning", pass("'<600'", ", warning: [{criteria: ['<700']}]"), []],
    ["an empty group", file("pass: [{criteria: []}]"), ["objectives[0].pass[0] decides_nothing"]],
    [
      "an unquoted sign",
      `objectives:\n  - sli: mine\n    pass:\n      - criteria:\n          - >5\ntotal_score: {pass: 90}\n`,
      [`${first} wrong_value error`],
    ],
    ["no criterion", pass("'600'"), [`${first} wrong_value error`]],
    [
      "no criterion that warns",
      pass("'<600'", ", warning: [{criteria: ['<700ms']}]"),
      ["objectives[0].warning[0].criteria[0] decides_nothing"],
    ],
    ["a sign", pass("'<600', '<=+10'"), ["objectives[0].pass[0].criteria[1] hidden_default"]],
    ["relative ones alone", pass("'<=+10%'"), ["objectives[0].pass passes_without_data"]],
    ["equality", pass("'=5'"), [`${first} threshold_unreachable`]],
    ["less than nothing", pass("'<+10%', '<600'"), [`${first} threshold_unreachable`]],
    [
      "an SLI twice",
      pass("'<600'").replace("total", "  - {sli: mine}\ntotal"),
      ["objectives[1].sli duplicate_name"],
    ],
    ["a fraction", scored("pass: 0.9"), ["total_score.pass wrong_unit"]],
    ["marks exchanged", scored("pass: 75, warning: 90"), ["total_score.warning contradiction"]],
    ["no mark", scored("warning: 90"), ["total_score missing_key error"]],
    ["no number", scored("pass: ninety"), ["total_score.pass wrong_value error"]],
    ["above all", scored("pass: 101"), ["total_score.pass threshold_unreachable"]],
    [
      "a mark that is missed",
      `objectives:\n${[57, 43].map((weight) => `  - {sli: s${weight}, weight: ${weight}, pass: [{criteria: ['<600']}]}\n`).join("")}total_score: {pass: '57%'}\n`,
      ["total_score.pass threshold_unreachable"],
    ],
    [
      "no objective",
      "spec_version: '1'\nobjectives: []\ntotal_score: {pass: 90}\n",
      ["objectives no_objectives error"],
    ],
    ["a null group", file("pass: [null]"), ["objectives[0].pass wrong_value error"]],
    ["filters within each other", `filter: {serv: a}\n${pass("'<600'")}`, ["filter.serv contradiction"]],
    ["errors in percent", pass("'<=5'").replace("mine", "error_rate"), ["objectives[0].sli wrong_unit"]],
    ["a key twice", pass("'<600'", ", weight: 1, weight: 2"), [" not_yaml error"]],
    ["nothing that Keptn reads", "spec_version: '1'\nobjectives: 5\n", [" not_yaml error"]],
  ] as const)("of %s", (_, text, told) => {
    expect(lintsOf(text)).toEqual(told);
  });

  it("looks at the queries that are named with it", () => {
    expect(lintsOf(pass("'<600'"), "indicators: {other: 'sum(up)'}\n")).toEqual([
      "objectives[0].sli missing_reference",
    ]);
    expect(lintsOf(pass("'<600'").replace("mine", "throughput"), sli("sum(up)"))).toEqual([
      "objectives[0].sli hidden_default",
    ]);
    expect(
      lintsOf(pass("'<=5'").replace("mine", "error_rate"), "indicators: {error_rate: 'sum(up)'}\n"),
    ).toEqual([]);
  });

  it("shows a file that Keptn refuses as it is read", () => {
    const flat =
      'spec_version: 0.1.0\ncompare_with: several_results\n- sli: response_time_p95\n- criteria:\n- "<=600"\npass: 90%\n';
    const [problem] = lintQualityFiles([{ file: "slo.yaml", text: flat }]);
    expect(problem).toMatchObject({
      code: "not_yaml",
      severity: "error",
      message: expect.stringMatching(/`tolerant: true`.*as below/) as string,
    });
    expect(problem?.excerpt).toMatch(/^ *- sli: response_time_p95$/m);
  });
});

describe("an sli.yaml's lint", () => {
  it.each([
    ["right", 'sum(rate(x{service="$SERVICE"}[$DURATION_SECONDS]))', []],
    ["seconds elsewhere", "sum(x) / $DURATION_SECONDS", ["indicators.mine wrong_unit"]],
    ["several series", "rate(x[1m])", ["indicators.mine any_series"]],
    [
      "no errors at all",
      'sum(rate(x{status=~"5.."}[1m])) / sum(rate(x[1m]))',
      ["indicators.mine contradiction"],
    ],
    ["errors or none", '(sum(rate(x{status=~"5.."}[1m])) or vector(0)) / sum(rate(x[1m]))', []],
    ["no PromQL", "sum(", ["indicators.mine bad_query"]],
    ["nothing", "", ["indicators.mine missing_key"]],
  ])("of %s", (_, query, told) => {
    expect(lintsOf(sli(query))).toEqual(told);
  });

  it("names what Keptn refuses", () => {
    expect(lintsOf("indicators:\n  - a\n")).toEqual([" not_yaml error"]);
  });
});

import * as fc from "fast-check";
import { expect, it } from "vitest";
import { queriesOf, judgeGate, readQualityFile } from "../../src/quality/gate-file.ts";
import { lintQualityFiles } from "../../src/quality/lint-files.ts";

/** Lines of files that are nearly right. */
const line = fc.constantFrom(
  "apiVersion: argoproj.io/v1alpha1",
  "apiVersion: flagger.app/v1beta1",
  "kind: AnalysisTemplate",
  "kind: ClusterAnalysisTemplate",
  "kind: Canary",
  "kind: MetricTemplate",
  "kind: List",
  "metadata: {name: a, namespace: b}",
  "metadata: []",
  "spec:",
  "  metrics:",
  "    - name: rate",
  "    - {name: request-duration, thresholdRange: {max: 500}}",
  "      interval: 1m",
  "      count: '{{args.n}}'",
  "      failureLimit: -1",
  "      successCondition: result[0] < {{args.max}}",
  "      failureCondition: '!(result[0] >= 1)'",
  "      provider: {prometheus: {query: burn}}",
  "      provider: {web: {}}",
  "  args: [{name: max, value: '1'}, {name: n}]",
  "  dryRun: [{metricName: rate.*}]",
  "  analysis: {metrics: [{name: x, templateRef: {name: a}}]}",
  "  query: up{a='{{ target }}'}",
  "---",
  "items: [{}, null, 3]",
  "spec_version: 1",
  "objectives:",
  "  - sli: a",
  "    pass: [{criteria: ['<1', null]}, null]",
  "comparison: {compare_with: &a x}",
  "total_score: {pass: 0.9}",
  "filter: *a",
  "indicators: {a: sum(b)}",
  "groups: [{rules: [{alert: a, expr: 'b[1h] > 14.4', annotations: {a: '5% of the budget'}}]}]",
  "on: push",
  "jobs: {a: {steps: [{run: 'curl /api/v1/query | bc'}]}}",
  "\t: [",
);
const text = fc.array(line, { maxLength: 20 }).map((lines) => lines.join("\n"));

it("[T33] reads and lints whatever it is given, and never throws", () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), fc.constantFrom("argo", "flagger"), (file, tool) => {
      const reading = readQualityFile(tool, file, "gate.yaml", { provider: "istio" });
      expect(reading.kind === "read" || reading.problems.length > 0).toBe(true);
      lintQualityFiles([{ file: "gate.yaml", text: file }]);
    }),
    { numRuns: 5000 },
  );
});

const condition = fc
  .array(
    fc.constantFrom(
      "result[0]",
      "result",
      "#",
      "all(",
      "none(",
      "any(",
      "(",
      ")",
      ",",
      "!",
      "not ",
      "<",
      ">=",
      "==",
      " and ",
      " or ",
      "1",
      "0.5",
      "true",
      "max(result)",
      "sum(result)",
    ),
    { maxLength: 9 },
  )
  .map((parts) => parts.join(""));

const wrapped = fc.oneof(
  condition,
  condition.map((one) => `!(${one})`),
  fc.constantFrom(
    "all(result, # < 1)",
    "none(result, # > 1)",
    "!(result[0] >= 1)",
    "true",
    "sum(result) < 1",
    "1 < 2",
    "",
  ),
);

it("[T36] never passes what was not measured", () => {
  const nothing = fc.constantFrom<readonly string[]>([], ["NaN"], ["NaN", "NaN"]);
  const key = (name: string, source: string): string =>
    source === "" ? "" : `      ${name}: ${JSON.stringify(source)}\n`;
  fc.assert(
    fc.property(wrapped, wrapped, nothing, (success, failure, values) => {
      const template = `apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: a}\nspec:\n  metrics:\n    - name: rate\n      provider: {prometheus: {query: burn}}\n${key("successCondition", success)}${key("failureCondition", failure)}`;
      const reading = readQualityFile("argo", template, "gate.yaml", {});
      if (reading.kind !== "read") throw new Error(JSON.stringify(reading.problems));
      expect(queriesOf(reading.gate, { start: 0, end: 1 })).toHaveLength(1);
      for (const answers of [new Map([["rate", { resultType: "vector", values }]]), new Map()])
        expect(judgeGate(reading.gate, answers).result).not.toBe("pass");
    }),
    { numRuns: 20_000 },
  );
});

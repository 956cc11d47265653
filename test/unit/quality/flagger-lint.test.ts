import { expect, it } from "vitest";
import { lintsOf } from "./lint-table.ts";
import { canary, metricTemplate } from "./gate-texts.ts";

const at = "spec.analysis.metrics[0]";
const rate = (text: string) => canary(`- {name: request-success-rate, ${text}}`);
const duration = (text: string) => canary(`- {name: request-duration, ${text}}`);

it.each([
  ["right", rate("thresholdRange: {min: 99}"), []],
  ["milliseconds", duration("thresholdRange: {max: 500}"), []],
  ["seconds", duration("thresholdRange: {max: 0.5}"), [`${at}.thresholdRange wrong_unit`]],
  ["a part of a millisecond", duration("thresholdRange: {max: 500.5}"), [`${at}.thresholdRange wrong_unit`]],
  ["a ratio", rate("thresholdRange: {min: 0.99}"), [`${at}.thresholdRange.min wrong_unit`]],
  ["more than all", rate("thresholdRange: {min: 101}"), [`${at}.thresholdRange.min threshold_unreachable`]],
  ["no range for a rate", rate("interval: 1m"), [`${at} decides_nothing`]],
  ["no range for a duration", duration("interval: 1m"), [`${at} missing_key`]],
  ["an empty range", rate("thresholdRange: {}"), [`${at}.thresholdRange decides_nothing`]],
  ["limits exchanged", rate("thresholdRange: {min: 99, max: 9}"), [`${at}.thresholdRange contradiction`]],
  ["only a max for a rate", rate("thresholdRange: {max: 99}"), [`${at}.thresholdRange threshold_backward`]],
  [
    "only a min for a duration",
    duration("thresholdRange: {min: 9}"),
    [`${at}.thresholdRange threshold_backward`],
  ],
  ["the old key", duration("threshold: 500"), [`${at}.threshold dropped_key`]],
  ["both", duration("threshold: 500, thresholdRange: {max: 9}"), [`${at}.threshold contradiction`]],
  ["no interval", rate("interval: often, thresholdRange: {min: 99}"), [`${at}.interval bad_duration`]],
  ["a query beside", rate("query: up, thresholdRange: {min: 99}"), [`${at}.name contradiction`]],
  ["nothing known", canary("- {name: other, thresholdRange: {max: 9}}"), [`${at} missing_reference error`]],
  [
    "variables in a canary",
    canary("- {name: a, query: 'up{{x}}', thresholdRange: {max: 9}}"),
    [`${at}.query unrendered_template`],
  ],
  ["no metric", canary("[]"), ["spec.analysis decides_nothing"]],
  [
    "a skipped analysis",
    canary("- {name: request-duration, thresholdRange: {max: 9}}", "  skipAnalysis: true\n"),
    ["spec.skipAnalysis decides_nothing"],
  ],
  [
    "a template that is right",
    metricTemplate("'rate(x{a=\"{{ target }}\"}[{{ interval }}]) * {{ variables.a }}'"),
    [],
  ],
  ["an unknown variable", metricTemplate("'{{ deployment }}'"), ["spec.query missing_reference"]],
  ["no PromQL", metricTemplate("'sum('"), ["spec.query bad_query"]],
  ["another provider", metricTemplate("up", "{type: datadog}"), ["spec.provider unsupported_provider"]],
] as const)("a canary's lint of %s", (_, text, told) => {
  expect(lintsOf(text)).toEqual(told);
});

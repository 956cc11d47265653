import { describe, expect, it } from "vitest";
import { lintsOf } from "./lint-table.ts";
import { prometheus, template } from "./gate-texts.ts";

const one = prometheus("sum(burn)");
const at = "spec.metrics[0]";

describe("an AnalysisTemplate's lint", () => {
  it.each([
    ["result[0] < 14.4", one],
    ["result[0] < 14.4", prometheus('burn{service="a"}')],
    ["len(result) == 1 && result[0] < 14.4", prometheus("burn")],
    ["len(result) > 0 and not isNaN(result[0]) and result[0] < 14.4", one],
    ["result < 14.4", prometheus("scalar(burn)")],
    ["result[0] < {{args.max}}", one],
    ["all(result, # < 14.4) && len(result) > 0", one],
  ])("has nothing to say of %s", (condition, provider) => {
    const text = template(`successCondition: "${condition}"\n${provider}`, "  args: [{name: max}]\n");
    expect(lintsOf(text)).toEqual([]);
  });

  it.each([
    ["result >= 0.95", "bad_condition"],
    ["isNaN(result)", "bad_condition"],
    ["result[0].value > 1", "bad_condition"],
    ["results[0] > 1", "bad_condition"],
    ["result[0]", "bad_condition"],
    ["default(result, 0) == result", "bad_condition"],
    ["result[0] | len()", "bad_condition"],
    ["!(result[0] >= 14.4)", "passes_without_data"],
    ["all(result, # < 14.4)", "passes_without_data"],
  ])("names the condition %s as %s", (condition, code) => {
    expect(lintsOf(template(`successCondition: "${condition}"\n${one}`))).toEqual([
      `${at}.successCondition ${code}`,
    ]);
  });

  it.each([
    [
      "a failureCondition alone",
      `failureCondition: result[0] > 1\n${one}`,
      `${at}.failureCondition passes_without_data`,
    ],
    [
      "conditions that overlap",
      `successCondition: result[0] < 0.5\nfailureCondition: result[0] > 0.05\n${one}`,
      `${at}.failureCondition contradiction`,
    ],
    ["no condition", one, `${at} decides_nothing`],
    [
      "one series of any",
      `successCondition: result[0] < 1\n${prometheus("rate(burn[5m])")}`,
      `${at}.successCondition any_series`,
    ],
    [
      "a field that there is none of",
      `successCondition: result[0] < 1\ninconclusiveCondition: result[0] < 2\n${one}`,
      `${at}.inconclusiveCondition dropped_key`,
    ],
    [
      "a header's name",
      `successCondition: result[0] < 1\n${prometheus("sum(burn)", ", headers: [{name: a, value: b}]")}`,
      `${at}.provider.prometheus.headers[0].name dropped_key`,
    ],
    [
      "no PromQL",
      `successCondition: result[0] < 1\n${prometheus("sum(burn")}`,
      `${at}.provider.prometheus.query bad_query`,
    ],
    ["no end", `interval: 1m\nsuccessCondition: result[0] < 1\n${one}`, `${at}.interval never_ends`],
    [
      "failures that are not consecutive",
      `interval: 1m\ncount: 9\nfailureLimit: 3\nsuccessCondition: result[0] < 1\n${one}`,
      `${at}.failureLimit not_consecutive`,
    ],
    ["what Argo refuses", `count: 5\nsuccessCondition: result[0] < 1\n${one}`, `${at} wrong_value error`],
    [
      "more failures than measurements",
      `interval: 1m\ncount: 2\nfailureLimit: 3\nconsecutiveSuccessLimit: 1\nsuccessCondition: result[0] < 1\n${one}`,
      `${at} wrong_value error`,
    ],
  ])("names %s", (_, metric, told) => {
    expect(lintsOf(template(metric))).toEqual([told]);
  });

  it("names a provider that is not read, and what `web` lets pass", () => {
    expect(
      lintsOf(template("successCondition: result.allow\nprovider: {web: {url: https://gate}}\n")),
    ).toEqual([`${at}.provider.web passes_without_data`, `${at}.provider unsupported_provider`]);
  });

  it("names a template of which all is a dry run", () => {
    const text = template(`successCondition: result[0] < 1\n${one}`, "  dryRun: [{metricName: .*}]\n");
    expect(lintsOf(text)).toEqual(["spec.dryRun decides_nothing"]);
  });

  it("says nothing of limits that mean successes in a row", () => {
    const plan = "interval: 60s\ncount: 120\nfailureLimit: -1\nconsecutiveSuccessLimit: 1\n";
    expect(lintsOf(template(`${plan}successCondition: result[0] < 1\n${one}`))).toEqual([]);
  });
});

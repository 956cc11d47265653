import { describe, expect, it } from "vitest";
import { renderQuery } from "../../../src/domain/query-template.ts";
import type { Recording } from "../../../src/domain/recording.ts";
import type { SloOptions } from "../../../src/slo/reading.ts";
import { alertWindows, brief, custom, day, hour, minute, plain, readAll } from "./sloth-files.ts";

const own = 'sloth_id="shop-checkout", sloth_service="shop", sloth_slo="checkout"';

const recordingOf = (texts: readonly string[], options: SloOptions = {}): Recording => {
  const { objectives, problems } = readAll(texts, options);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return objectives[0]!.recording!;
};
const weighting = (...texts: string[]): string => recordingOf(texts).period.weighting;

const chain = (...plugins: readonly string[]): string => `{chain: [${plugins.join(", ")}]}`;
const exact = "{id: sloth.dev/core/sli_rules/v1, config: {disableOptimized: true}}";
const optimized = "{id: sloth.dev/core/sli_rules/v1}";
const corrected = "{id: sloth.dev/contrib/denominator_corrected_rules/v1}";

describe("what Sloth records of an SLO", () => {
  it("is found by the very names, labels and windows that Sloth gives it", () => {
    const { tool, errorRatio, windowsMs, period, target } = recordingOf([plain()], { windowMs: 28 * day });
    expect(tool).toBe("sloth");
    expect(renderQuery(errorRatio, hour)).toBe(`slo:sli_error:ratio_rate1h{${own}}`);
    expect(target).toBe(`slo:objective:ratio{${own}}`);
    if (period.sli.kind !== "ratio") throw new Error("the period is a ratio");
    // Four weeks: so Prometheus prints 28 days.
    expect(renderQuery(period.sli.errorRatioQuery, 28 * day)).toBe(`slo:sli_error:ratio_rate4w{${own}}`);
    expect(windowsMs).toEqual([5 * minute, 30 * minute, hour, 2 * hour, 6 * hour, day, 3 * day]);
  });

  it("has the windows of the alert windows that are for its period", () => {
    const windows = alertWindows("30d", [1, 2, 3, 4]).replace("5m", "2m").replace("1d", "12h");
    expect(recordingOf([plain(), windows]).windowsMs).toEqual(
      [2, 30, 60, 120, 360, 720, 4320].map((one) => one * minute),
    );
  });

  it("is recorded for the period by the period's rule, though an alert has that window too", () => {
    expect(recordingOf([plain()], { windowMs: 3 * day }).windowsMs).not.toContain(3 * day);
  });

  it("wears the matchers by which environments are told apart, sorted among Sloth's labels", () => {
    const { errorRatio, target } = recordingOf([plain()], {
      matchers: { zone: 'a"b\\c\n', cluster: "prod" },
    });
    const all = `cluster="prod", ${own}, zone="a\\"b\\\\c\\n"`;
    expect(renderQuery(errorRatio, 5 * minute)).toBe(`slo:sli_error:ratio_rate5m{${all}}`);
    expect(target).toBe(`slo:objective:ratio{${all}}`);
  });

  it.each([["a-b"], ["1a"], [""], ['a="x",b'], ["__name__"], ["sloth_id"]])(
    "[T28] is asked for with no matcher named %j",
    (name) => {
      const { objectives, problems } = readAll([plain()], { matchers: { [name]: "x" } });
      expect(objectives).toEqual([]);
      expect(brief(problems)).toEqual(["1:1 error bad_label "]);
    },
  );

  it("is weighted by time, but for two plugins that weigh it by events", () => {
    expect(weighting(plain())).toBe("time");
    expect(weighting(`${plain()}slo_plugins: ${chain("{id: a/b}", optimized)}\n`)).toBe("time");
    expect(weighting(`${plain()}slo_plugins: ${chain(exact)}\n`)).toBe("events");
    expect(weighting(`${plain()}slo_plugins: ${chain(corrected)}\n`)).toBe("events");
    expect(weighting(custom().replace("  service", `  sloPlugins: ${chain(exact)}\n  service`))).toBe(
      "events",
    );
    expect(weighting(plain().replace("    sli", `    plugins: ${chain(exact)}\n    sli`))).toBe("events");
  });

  it("is what the last plugin makes it: by priority, then as written, Sloth's own first", () => {
    const at = (plugin: string, priority: number) => plugin.replace("{", `{priority: ${priority}, `);
    expect(weighting(`${plain()}slo_plugins: ${chain(exact, optimized)}\n`)).toBe("time");
    expect(weighting(`${plain()}slo_plugins: ${chain(at(exact, 1), optimized)}\n`)).toBe("events");
    expect(weighting(`${plain()}slo_plugins: ${chain(at(exact, -1))}\n`)).toBe("time");
    const both = `${plain()}slo_plugins: ${chain(exact)}\n`;
    const overridden = `    plugins: {overridePrevious: true, chain: [${optimized}]}\n    sli`;
    expect(weighting(both.replace("    sli", overridden))).toBe("time");
  });

  it("is weighted by time where a plugin would correct a denominator that the SLI has not", () => {
    const raw = plain("      raw: {error_ratio_query: 'x[{{.window}}]'}\n");
    expect(weighting(`${raw}slo_plugins: ${chain(corrected)}\n`)).toBe("time");
  });
});

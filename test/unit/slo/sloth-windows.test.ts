import { describe, expect, it } from "vitest";
import type { Rule } from "../../../src/domain/rule.ts";
import type { SloOptions } from "../../../src/slo/reading.ts";
import { alertWindows, brief, day, minute, plain, readAll } from "./sloth-files.ts";

const week = alertWindows("7d", [8, 12.5, 20, 42]);
const rulesOf = (texts: readonly string[], options: SloOptions = {}): readonly Rule[] | undefined =>
  readAll(texts, options).objectives[0]?.ownRules;
const spoken = (rules: readonly Rule[] | undefined): readonly string[] | undefined =>
  rules?.map(({ name, then, condition }) =>
    condition.kind === "remaining"
      ? `${name} ${then} at ${condition.thresholdRatio}`
      : `${name} ${then} ${condition.threshold} ${condition.longWindowMs / minute} ${condition.shortWindowMs / minute}`,
  );
const disabled = (...alerts: readonly string[]): string =>
  plain(undefined, `{name: N, ${alerts.map((one) => `${one}_alert: {disable: true}`).join(", ")}}`);

describe("Sloth's alert windows", () => {
  it("are rules for SLOs of their period, in whichever order the files come", () => {
    const expected = [
      "page-quick-burn block 13.44 60 5",
      "page-slow-burn block 3.5 360 30",
      "ticket-quick-burn warn 1.4 1440 120",
      "ticket-slow-burn warn 0.98 4320 360",
      "budget-exhausted block at 0",
    ];
    expect(spoken(rulesOf([plain(), week], { windowMs: 7 * day }))).toEqual(expected);
    expect(spoken(rulesOf([`${week}---\n${plain()}`], { windowMs: 7 * day }))).toEqual(expected);
  });

  it("are no rules for SLOs of another period, and that is told", () => {
    const reading = readAll([plain(), week]);
    expect(reading.objectives[0]).not.toHaveProperty("ownRules");
    expect(brief(reading.problems)).toEqual(["4:14 warning not_counted spec.sloPeriod"]);
  });

  it("of Sloth itself are our defaults, so an SLO with both alerts has no rules of its own", () => {
    expect(rulesOf([plain()])).toBeUndefined();
  });

  it("hold also where an alert is disabled: that is nobody's page, and no hole in the gate", () => {
    const all = spoken(rulesOf([plain(), week], { windowMs: 7 * day }));
    for (const alerts of [["page"], ["ticket"], ["page", "ticket"]]) {
      expect(spoken(rulesOf([disabled(...alerts), week], { windowMs: 7 * day }))).toEqual(all);
      expect(rulesOf([disabled(...alerts)])).toBeUndefined();
    }
  });

  it("as long as the period say nothing that the rest of the budget does not", () => {
    const short = week.replace("sloPeriod: 7d", "sloPeriod: 6h");
    expect(spoken(rulesOf([plain(), short], { windowMs: day / 4 }))).toEqual([
      "page-quick-burn block 0.48 60 5",
      "budget-exhausted block at 0",
    ]);
  });

  it("are for the SLOs of every file read with them, so files of one other tool do not need Sloth's", () => {
    const pyrra = `apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: n, namespace: m}
spec:
  target: "99"
  window: 7d
  indicator: {ratio: {errors: {metric: 'e{a="b"}'}, total: {metric: t}}}
`;
    const { objectives, problems } = readAll([pyrra, week]);
    expect(objectives).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it("for one period may be in one file; of two the first counts", () => {
    const reading = readAll([week, alertWindows("1w", [1, 1, 1, 1]), plain()], { windowMs: 7 * day });
    expect(brief(reading.problems)).toEqual(["4:14 warning duplicate_name spec.sloPeriod"]);
    expect(spoken(reading.objectives[0]?.ownRules)?.[0]).toBe("page-quick-burn block 13.44 60 5");
  });

  it.each([
    ["no SLO with them", week, ["1:1 error no_objectives "]],
    ["no period", week.replace("  sloPeriod: 7d\n", ""), ["4:3 error missing_key spec.sloPeriod"]],
    ["a period of words", week.replace("7d", "a week"), ["4:14 error bad_duration spec.sloPeriod"]],
    ["no share", week.replace("t: 8", "t: 0"), ["6:33 error wrong_value spec.page.quick.errorBudgetPercent"]],
    [
      "windows the wrong way round",
      week.replace("5m", "2h"),
      ["6:65 error bad_windows spec.page.quick.longWindow"],
    ],
  ])("are refused with %s", (_, text, problems) => {
    expect(brief(readAll([text]).problems)).toEqual(problems);
  });
});

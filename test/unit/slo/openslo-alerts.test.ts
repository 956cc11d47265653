import { describe, expect, it } from "vitest";
import { only, read, told, v1 } from "./openslo-text.ts";

const hour = 3_600_000;
const object = (kind: string, name: string, spec: string) =>
  `apiVersion: openslo/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const burn = (text = "op: gt, threshold: 2, lookbackWindow: 1h, alertAfter: 5m", severity = "page") =>
  `{severity: ${severity}, condition: {kind: burnrate, ${text}}}`;
const inline = (name: string, spec: string) =>
  `{kind: AlertCondition, metadata: {name: ${name}}, spec: ${spec}}`;
const policy = (conditions: string, more = "alertWhenBreaching: true") =>
  `{kind: AlertPolicy, metadata: {name: page-us}, spec: {${more}, conditions: [${conditions}]}}`;
const slo = (...policies: readonly string[]) => v1({ alerts: `  alertPolicies: [${policies.join(", ")}]` });

const exhausted = {
  name: "budget-exhausted",
  then: "block",
  forMs: 0,
  condition: { kind: "remaining", thresholdRatio: 0 },
};
const rule = (name: string, more: object = {}) => ({
  name,
  then: "block",
  forMs: 300_000,
  condition: { kind: "burn_rate", threshold: 2, longWindowMs: hour, shortWindowMs: 300_000 },
  ...more,
});

describe("an OpenSLO alert", () => {
  it("is a rule over its window and a twelfth of it, and the last rule is a spent budget", () => {
    expect(only(slo(policy(inline("fast", burn())))).ownRules).toEqual([rule("fast"), exhausted]);
  });

  it("is found by name, over all files", () => {
    const texts = [
      slo("{alertPolicyRef: page-us}"),
      object(
        "AlertPolicy",
        "page-us",
        "{conditions: [{conditionRef: fast}], notificationTargets: [{targetRef: pager}]}",
      ),
      object("AlertCondition", "fast", burn()),
      object("AlertNotificationTarget", "pager", "{target: pagerduty}"),
    ];
    expect(only(texts).ownRules).toEqual([rule("fast"), exhausted]);
    expect(told(texts.slice(0, 1))).toEqual([
      "10:36 warning missing_reference spec.alertPolicies[0].alertPolicyRef",
    ]);
    expect(told(texts.slice(0, 2))).toEqual([
      "4:78 warning missing_reference spec.notificationTargets[0].targetRef",
      "4:36 warning missing_reference spec.conditions[0].conditionRef",
    ]);
    expect(read(texts.slice(0, 1)).objectives).toHaveLength(1);
  });

  it.each([
    ["page", "block"],
    ["Critical", "block"],
    ["high", "block"],
    ["warning", "warn"],
    ["sev3", "warn"],
  ])("of severity %s asks to %s", (severity, then) => {
    expect(only(slo(policy(inline("a", burn(undefined, severity))))).ownRules?.[0]?.then).toBe(then);
  });

  it.each([
    ["1h", 300_000],
    ["6h", 1_800_000],
    ["3d", 6 * hour],
    ["5m", 60_000],
    ["20m", 120_000],
  ])("over %s is held against a short window, too", (lookback, shortWindowMs) => {
    const text = slo(policy(inline("a", burn(`op: gte, threshold: 2, lookbackWindow: ${lookback}`))));
    expect(only(text).ownRules?.[0]).toMatchObject({ forMs: 0, condition: { shortWindowMs } });
  });

  it("is one rule for two policies, and another by the same name gets a number", () => {
    const slower = inline("fast", burn("op: gt, threshold: 1, lookbackWindow: 1d"));
    const text = slo(
      policy(inline("fast", burn())),
      policy(inline("fast", burn())),
      policy(slower),
      policy(inline("budget-exhausted", burn())),
    );
    expect(only(text).ownRules?.map(({ name }) => name)).toEqual([
      "fast",
      "fast-2",
      "alert",
      "budget-exhausted",
    ]);
  });

  it("is no rule where it is not told of while the budget burns", () => {
    expect(only(slo(policy(inline("a", burn()), "alertWhenBreaching: false")))).not.toHaveProperty(
      "ownRules",
    );
    expect(only(v1({ alerts: "  alertPolicies:" }))).not.toHaveProperty("ownRules");
    expect(only(slo("{alertPolicyRef: }"))).not.toHaveProperty("ownRules");
  });

  it.each([
    ["it holds while little burns", "op: lte, threshold: 2, lookbackWindow: 1h", "threshold_backward op"],
    ["its operator is unknown", "op: is, threshold: 2, lookbackWindow: 1h", "wrong_value op"],
    ["its operator is missing", "threshold: 2, lookbackWindow: 1h", "missing_key op"],
    ["its threshold is missing", "op: gt, lookbackWindow: 1h", "missing_key threshold"],
    ["its threshold always holds", "op: gt, threshold: 0, lookbackWindow: 1h", "wrong_value threshold"],
    ["its threshold is text", "op: gt, threshold: two, lookbackWindow: 1h", "wrong_type threshold"],
    ["its window is missing", "op: gt, threshold: 2", "missing_key lookbackWindow"],
    ["its window is a minute", "op: gt, threshold: 2, lookbackWindow: 1m", "bad_windows lookbackWindow"],
    [
      "its wait is no duration",
      "op: gt, threshold: 2, lookbackWindow: 1h, alertAfter: soon",
      "bad_duration alertAfter",
    ],
  ])("is no rule where %s, and its objective is read", (_, text, expected) => {
    const { objectives, problems } = read(slo(policy(inline("a", burn(text)))));
    expect(objectives).toHaveLength(1);
    expect(objectives[0]).not.toHaveProperty("ownRules");
    const at = "spec.alertPolicies[0].spec.conditions[0].spec.condition";
    expect(problems.map(({ severity, code, key }) => `${severity} ${code} ${key}`)).toEqual([
      `warning ${expected.replace(" ", ` ${at}.`)}`,
    ]);
  });

  it("is warned of where it can never be, and where nobody refers to it", () => {
    const never = slo(policy(inline("a", burn("op: gt, threshold: 200, lookbackWindow: 1h"))));
    expect(read(never).problems.map(({ code, severity }) => [code, severity])).toEqual([
      ["threshold_unreachable", "warning"],
    ]);
    expect(read(never).objectives[0]?.ownRules).toHaveLength(2);
    const alone = object("AlertCondition", "a", burn("op: lt, threshold: 2, lookbackWindow: 1h"));
    expect(told(alone)).toEqual(["4:56 warning threshold_backward spec.condition.op"]);
  });

  it("is one of twenty at most", () => {
    const many = Array.from({ length: 30 }, (_, index) => policy(inline(`a-${index}`, burn())));
    const { objectives, problems } = read(slo(...many));
    expect(objectives[0]?.ownRules).toHaveLength(21);
    expect(problems.map(({ code }) => code)).toEqual(["too_many"]);
    const pairs = Array.from({ length: 15 }, (_, index) =>
      policy(`${inline(`a-${index}`, burn())}, ${inline(`b-${index}`, burn())}`),
    );
    expect(read(slo(...pairs)).objectives[0]?.ownRules).toHaveLength(21);
    expect(told(slo(...pairs))).toHaveLength(1);
  });
});

import { expect, it } from "vitest";
import { lintQualityFiles } from "../../../src/quality/lint-files.ts";

const alert = (expression: string, text: string) => `groups:
  - name: burn
    rules:
      - record: slo:ratio
        expr: up
      - alert: Burn
        expr: ${expression}
        annotations: {summary: "${text}"}
`;
const fast = "slo:sli_error:ratio_rate1h > 14.4 * 0.001 and slo:sli_error:ratio_rate5m > (14.4 * 0.001)";
const lintsOf = (text: string) =>
  lintQualityFiles([{ file: "rules.yaml", text }]).map(({ code, message }) => `${code} ${message}`);

it.each([
  ["5% of the monthly error budget in an hour", "5% of it"],
  ["spends 10 % of our 30-day error budget each hour", "10% of it"],
  ["the error budget is exhausted within 5 days", "an end within 5 days"],
  ["at this rate the budget runs out in 10 hours", "an end within 10 hours"],
  ["5% of the budget; all is gone in about 2 h", "5% of it and an end within 2 h"],
])("an alert claims wrongly: %s", (text, claim) => {
  const told = `wrong_arithmetic claims ${claim}: 14.4 over 1h spends 2% of a budget of 30 days, and all of it in 50 hours; correct the text`;
  expect(lintsOf(alert(fast, text))).toEqual([told]);
  const operator = `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n  ${alert(fast, text).replaceAll("\n", "\n  ").trimEnd()}\n`;
  expect(lintsOf(operator)).toEqual([told]);
});

it.each([
  [fast, "2% of the monthly error budget in an hour, exhausted in about 50 hours"],
  [fast, "2% of the budget; gone within 2 days"],
  [fast, "99.9% of requests are to succeed"],
  [fast, "exhausted soon"],
  ["slo:sli_error:ratio_rate6h > (6 * 0.001)", "5% of the budget in 6 hours, exhausted in 5 days"],
  ["burn_rate[6h] > 6", "10% of something else"],
  ["up == 0", "5% of the error budget, gone in 5 days"],
  ["errors > 5", "5% of the error budget, gone in 5 days"],
])("an alert on %s may say: %s", (expression, text) => {
  expect(lintsOf(alert(expression, text))).toEqual([]);
});

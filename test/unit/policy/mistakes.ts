import type { ProblemCode } from "../../../src/domain/problem.ts";
import { v1 } from "../slo/openslo-text.ts";
import { type Files, sloth, small } from "./written-policy.ts";

const rule = (text: string) => `${small}rules:\n  - {name: r, then: block, ${text}}\n`;
const inline = (text: string) => `version: 1\nobjectives:\n  - {name: a, window: 30d, ${text}}\n`;
const good = 'sli: {error_ratio_query: "x[{{window}}]"}';
const calendar = (every: string, start: string, zone: string) =>
  `version: 1\nobjectives:\n  - {name: a, target: 99%, window: {every: ${every}, start: "${start}", time_zone: ${zone}}, ${good}}\n`;
const recording =
  '{tool: sloth, error_ratio: "x{{window}}", windows: [5m], period: {error_ratio_query: "x{{window}}"}, weighting: time}';
const twice = "{name: r, remaining: 0%, then: block}";

const openSlo = v1();
const nobl9 = (source: string, conditions: string) => `- apiVersion: n9/v1alpha
  kind: SLO
  metadata: {name: pay, project: shop}
  spec:
    service: till
    budgetingMethod: Occurrences
    timeWindows: [{unit: Day, count: 28, isRolling: true}]
    alertPolicies: [fast]
    objectives: [{name: good, target: 0.99, rawMetric: {query: {${source}: {promql: up}}}, op: lt, value: 1}]
- {apiVersion: n9/v1alpha, kind: AlertPolicy, metadata: {name: fast, project: shop}, spec: {severity: High, conditions: ${conditions}}}
`;
const pointing = (text: string): Files => ({ "slo/checkout.yaml": text });

const planned = (text: string, duration: string) => {
  const start = text.startsWith("start") ? "" : "start: 2026-01-04T02:00:00, ";
  return `  - {name: db, time_zone: UTC, duration: ${duration}, ${start}${text}}\n`;
};
const work = (text: string, duration = "2h") => `${small}maintenance:\n${planned(text, duration)}`;

/** One mistake each: what is written, and where it is found. */
export const mistakes: readonly (readonly [code: ProblemCode, text: string, at: string, files?: Files])[] = [
  ["too_large", `# ${"x".repeat(65_536)}`, "1:1"],
  ["not_yaml", "version: [1\n", "2:1"],
  ["not_yaml", "", "1:1"],
  ["too_deep", `version: ${"[".repeat(30)}${"]".repeat(30)}\n`, "1:29"],
  ["alias", "version: &one 1\n", "1:15"],
  ["duplicate_key", `${small}version: 1\n`, "3:1"],
  ["forbidden_key", `${small}__proto__: 1\n`, "3:1"],
  ["several_documents", `${small}---\n${small}`, "1:1"],
  ["unknown_key", `${small}objektives: []\n`, "3:1"],
  ["missing_key", "objectives: [{from: slo/checkout.yaml}]\n", "1:1"],
  ["wrong_type", "version: 1\nobjectives: {}\n", "2:13"],
  ["wrong_value", "version: 2\nobjectives: [{from: slo/checkout.yaml}]\n", "1:10"],
  ["bad_target", inline(`target: 99.9, ${good}`), "3:36"],
  ["bad_percent", rule("remaining: 10"), "4:39"],
  ["bad_duration", rule("burn_rate: 2, windows: [1 hour, 5m]"), "4:52"],
  ["bad_duration", `${small}gates: {deployment: {hold: 61m}}\n`, "3:28"],
  ["bad_windows", rule("burn_rate: 2, windows: [5m, 1h]"), "4:51"],
  ["bad_query", inline('target: 99%, sli: {error_ratio_query: "rate(x[5m])"}'), "3:66"],
  ["bad_query", inline('target: 99%, sli: {error_ratio_query: "rate(x[{{window}}]"}'), "3:66"],
  ["bad_time_zone", calendar("1 month", "2026-01-01T00:00:00", "Mars/Olympus"), "3:94"],
  ["bad_duration", calendar("1 moon", "2026-01-01T00:00:00", "UTC"), "3:44"],
  ["wrong_value", calendar("1 month", "2026-02-30T00:00:00", "UTC"), "3:60"],
  [
    "contradiction",
    inline(`target: 99%, grouped_by: [a], budgeting: {ratio_timeslices: {slice: 1m}}, ${good}`),
    "3:53",
  ],
  [
    "contradiction",
    inline(`target: 99%, sli: {parts: [{target: 99%, weight: 1, ${good}}]}, recording: ${recording}`),
    "3:137",
  ],
  ["contradiction", inline(`target: 99%, measure: recorded, ${good}`), "3:50"],
  ["contradiction", inline("target: 99%, sli: {recorded_only: is code}"), "3:46"],
  ["contradiction", inline(`target: 99%, budgeting: {ratio_timeslices: {slice: 30d}}, ${good}`), "3:52"],
  ["duplicate_name", inline(`target: 99%, rules: [${twice}, ${twice}], ${good}`), "3:48"],
  ["unknown_data_source", inline(`target: 99%, metric_source: unknown, ${good}`), "3:56"],
  ["bad_label", inline(`target: 99%, grouped_by: [a-b], ${good}`), "3:54"],
  ["bad_path", "version: 1\nobjectives: [{from: ../other/slo.yaml}]\n", "2:21"],
  ["bad_pattern", `${small}gates: {pull_request: {branches: ["^main$"]}}\n`, "3:35"],
  ["bad_pattern", `${small}bypass: {tags: ["*"]}\n`, "3:17"],
  ["bad_pattern", `${small}bypass: {ticket: "INC 42"}\n`, "3:18"],
  ["no_tags", `${small}bypass: {signers: [rel@acme.example]}\n`, "3:19"],
  [
    "duplicate_name",
    "version: 1\nobjectives: [{from: slo/checkout.yaml}, {from: slo/checkout.yaml}]\n",
    "2:13",
  ],
  ["too_many", `version: 1\nobjectives: [${"{from: a}, ".repeat(51)}]\n`, "2:13"],
  ["file_missing", small, "2:21", {}],
  ["too_large", small, "2:13", pointing(`${sloth}# ${"x".repeat(512 * 1024)}`)],
  ["unsupported_format", small, "1:1", pointing("apiVersion: keptn.sh/v1\nkind: Analysis\n")],
  [
    "dropped_key",
    small,
    "10:67",
    pointing(`${sloth}    alerting: {page_alert: {disable: true}, name: a, ticketAlert: {disable: true}}\n`),
  ],
  ["recorded_only", small, "6:19", pointing(sloth.replace(/sli:[^]*/, "sli: {plugin: {id: a/b}}\n"))],
  ["unrendered_template", small, "2:11", pointing(sloth.replace("shop", "'{{ .Values.service }}'"))],
  [
    "no_such_series",
    small,
    "8:31",
    pointing(sloth.replace("http_requests_total{", "slo:error_budget_burn_rate:ratio_rate1h{")),
  ],

  ["wrong_value", work("rrule: FREQ=HOURLY"), "4:81"],
  ["wrong_value", work("rrule: FREQ=DAILY", "13h"), "4:82"],
  ["wrong_value", work("start: 2026-02-30T00:00:00"), "4:53"],
  ["bad_duration", work("rrule: FREQ=DAILY", "4m"), "4:42"],
  ["bad_pattern", work("objectives: ^shop"), "4:86"],
  ["missing_reference", work("objectives: ship-*"), "4:86"],
  ["duplicate_name", `${work("rrule: FREQ=WEEKLY")}${planned("rrule: FREQ=DAILY", "2h")}`, "5:12"],
  [
    "not_counted",
    `${inline(`target: 99%, ${good}`)}maintenance:\n${planned("rrule: FREQ=DAILY", "2h")}`,
    "5:5",
  ],
  ["threshold_unreachable", inline(`target: 90%, ${good}`), "3:3"],
  [
    "threshold_unreachable",
    inline(`target: 99%, rules: [{name: r, burn_rate: 200, windows: [1h, 5m], then: block}], ${good}`),
    "3:3",
  ],
  ["threshold_unreachable", rule("burn_rate: 2000, windows: [1h, 5m]"), "4:39"],
  ["minute_or_month", small, "7:27", pointing(openSlo.replace("28d", "1m"))],
  ["missing_reference", small, "6:17", pointing(openSlo.replace(/indicator: .*/, "indicatorRef: other"))],
  [
    "contradiction",
    small,
    "9:45",
    pointing(openSlo.replace("{target: 0.99}", "{target: 0.9, targetPercent: 99}")),
  ],
  [
    "bad_time_zone",
    small,
    "7:85",
    pointing(
      openSlo.replace(
        "28d, isRolling: true",
        "28d, calendar: {startTime: 2022-01-01 12:00:00, timeZone: Mars/Olympus}",
      ),
    ),
  ],
  [
    "threshold_backward",
    small,
    "10:80",
    pointing(
      `${openSlo}  alertPolicies: [{spec: {conditions: [{spec: {condition: {kind: burnrate, op: lt, threshold: 2, lookbackWindow: 1h}}}]}}]\n`,
    ),
  ],
  ["unsupported_sli", small, "9:64", pointing(nobl9("graphite", "[]"))],
  ["not_counted", small, "10:136", pointing(nobl9("prometheus", "[{measurement: magic, value: 1, op: gt}]"))],
  ["no_objectives", small, "9:15", pointing(openSlo.replace("[{target: 0.99}]", "[]"))],
];

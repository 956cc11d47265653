/**
 * An objective's recording and alert rules, with Sloth's names, labels and order, so that what reads Sloth's series
 * (dashboards, other rules, this gate) reads these. https://github.com/slok/sloth/tree/v0.16.0/internal/plugin/slo/core
 *
 * Keeps: whatever labels a file adds, those that tell SLOs apart stay.
 */
import { type DurationMs, formatDuration } from "../domain/duration.ts";
import type { AlertingRule, RecordingRule, RuleGroup, Words } from "./prometheus-rule.ts";
import type { BurnAlert, RuleSource } from "./rule-source.ts";
import {
  alertExpression,
  errorRatioExpression,
  errorRatioMetric,
  metaRecords,
  periodExpression,
  slothId,
  slothLabels,
} from "./sloth-records.ts";

/** The rules of one objective, before they are grouped. */
export interface SlothRules {
  readonly ratios: readonly RecordingRule[];
  readonly meta: readonly RecordingRule[];
  readonly alerts: readonly AlertingRule[];
  /** How often each kind is evaluated, where the file says so. */
  readonly intervals: { readonly ratios?: string; readonly meta?: string; readonly alerts?: string };
}

/** No rules yet. */
export const noRules: SlothRules = { ratios: [], meta: [], alerts: [], intervals: {} };

/** A rule that records an error ratio over a window. */
export function ratioRule(source: RuleSource, windowMs: DurationMs, expr: string): RecordingRule {
  const window = { sloth_window: formatDuration(windowMs) };
  return {
    record: errorRatioMetric(windowMs),
    expr,
    labels: { ...source.labels, ...slothLabels(source.identity), ...window },
  };
}

/** A rule that records something of the objective as a whole. */
export function metaRule(source: RuleSource, record: string, expr: string, more: Words = {}): RecordingRule {
  return { record, expr, labels: { ...source.labels, ...slothLabels(source.identity), ...more } };
}

/** The error ratios over every window and over the period. `isExact`: the period by its own events. */
export function ratioRules(source: RuleSource, isExact: boolean): readonly RecordingRule[] {
  const { identity, sli, windowsMs, currentMs, periodMs } = source;
  const period = isExact
    ? errorRatioExpression(sli, periodMs)
    : periodExpression(identity, currentMs, periodMs);
  return [
    ...windowsMs.map((windowMs) => ratioRule(source, windowMs, errorRatioExpression(sli, windowMs))),
    ratioRule(source, periodMs, period),
  ];
}

/** What tells of the objective as a whole: its target, its budget, what is left of it, what it is. */
export function metaRules(source: RuleSource): readonly RecordingRule[] {
  const { identity, percent, currentMs, periodMs, spec } = source;
  return [
    ...metaRecords(identity, percent, currentMs, periodMs).map(({ metric, expression }) =>
      metaRule(source, metric, expression),
    ),
    metaRule(source, "sloth_slo_info", "vector(1)", {
      sloth_version: "burngate",
      sloth_mode: modeOf(spec),
      sloth_spec: spec,
      sloth_objective: String(percent),
    }),
  ];
}

/** The alerts on how fast the budget burns. */
export function alertRules({ identity, percent, alerts }: RuleSource): readonly AlertingRule[] {
  return alerts.map((alert) => ({
    alert: alert.name,
    expr: alertExpression(identity, percent, alert.burns),
    ...(alert.forMs === 0 ? {} : { for: formatDuration(alert.forMs) }),
    labels: { sloth_severity: alert.severity, ...alert.labels },
    annotations: { ...annotationsOf(alert), ...alert.annotations },
  }));
}

/** The rules in Sloth's three groups; a group without rules is none. */
export function slothGroups({ identity }: RuleSource, rules: SlothRules): readonly RuleGroup[] {
  const id = slothId(identity);
  const { intervals } = rules;
  const group = (name: string, interval: string | undefined, of: RuleGroup["rules"]): RuleGroup => ({
    name: `sloth-slo-${name}-${id}`,
    ...(interval === undefined ? {} : { interval }),
    rules: of,
  });
  return [
    group("sli-recordings", intervals.ratios, rules.ratios),
    group("meta-recordings", intervals.meta, rules.meta),
    group("alerts", intervals.alerts, rules.alerts),
  ].filter((one) => one.rules.length > 0);
}

function annotationsOf({ severity }: BurnAlert): Words {
  const slo = "{{$labels.sloth_service}} {{$labels.sloth_slo}} SLO";
  return {
    title: `(${severity}) ${slo} error budget burn rate is too fast.`,
    summary: `${slo} error budget burn rate is over expected.`,
  };
}

/** Sloth's word for what the rules were made of. */
function modeOf(spec: string): string {
  if (spec === "prometheus/v1") return "cli-gen-prom";
  if (spec.startsWith("sloth.slok.dev/")) return "cli-gen-k8s";
  return `cli-gen-${spec.replace(/[./].*$/, "")}`;
}

/**
 * What Sloth's plugins make of the rules. Each is known by its id and takes the rules made so far, in the order of their
 * priorities. https://github.com/slok/sloth/tree/v0.16.0/internal/plugin/slo
 *
 * Leaves out: plugins that a team wrote itself, which are Go code. Where one is meant to run, the caller is told.
 */
import { z } from "zod";
import { parseDuration } from "../domain/duration.ts";
import type { AlertingRule, RecordingRule, Words } from "./prometheus-rule.ts";
import type { RuleSource } from "./rule-source.ts";
import { labelNamePattern, matchersOf } from "./selector.ts";
import {
  correctedExpression,
  correctionExpression,
  correctionMetric,
  errorRatioExpression,
  periodExpression,
  slothLabels,
} from "./sloth-records.ts";
import {
  alertRules,
  metaRule,
  metaRules,
  noRules,
  ratioRule,
  ratioRules,
  type SlothRules,
} from "./sloth-rules.ts";
import type { SlothPlugin, SlothSlo } from "./sloth-slo.ts";

/** Gives the rules that a plugin makes of others; a text is why it cannot, as the end of a sentence. */
type Plugin = (rules: SlothRules, source: RuleSource, config: unknown) => SlothRules | string;

/** Says that a file's rules are meant for VictoriaMetrics, which reads more than PromQL. */
export const victoriaPluginId = "sloth.dev/contrib/validate_victoria_metrics/v1";

const core: readonly SlothPlugin[] = ["sli_rules", "metadata_rules", "alert_rules"].map((name) => ({
  id: `sloth.dev/core/${name}/v1`,
  config: undefined,
  priority: 0,
}));

/** Plugins whose period is the mean of moments, unless they are told otherwise. */
const averaging: ReadonlySet<string> = new Set([
  "sloth.dev/core/sli_rules/v1",
  "sloth.dev/contrib/denominator_corrected_rules/v1",
]);

/**
 * The plugins of an SLO in the order in which they run: by priority, Sloth's own between those below 0 and the others.
 * `isExact`: whoever makes the rules wants the period by its own events, whatever the file says.
 */
export function pluginChain(
  { plugins, hasOwnChain }: Pick<SlothSlo, "plugins" | "hasOwnChain">,
  isExact: boolean,
): readonly SlothPlugin[] {
  const sorted = plugins.toSorted((a, b) => a.priority - b.priority);
  const chain = [
    ...sorted.filter(({ priority }) => priority < 0),
    ...(hasOwnChain ? [] : core),
    ...sorted.filter(({ priority }) => priority >= 0),
  ];
  return chain.map((plugin) =>
    isExact && averaging.has(plugin.id) ? { ...plugin, config: { disableOptimized: true } } : plugin,
  );
}

/** The rules of an objective, and of each plugin that could not run its id and why, as the end of a sentence. */
export function runPlugins(source: RuleSource): {
  readonly rules: SlothRules;
  readonly faults: readonly { readonly id: string; readonly why: string }[];
} {
  let rules = noRules;
  const faults = new Map<string, string>();
  for (const { id, config } of source.plugins) {
    const plugin = known.get(id);
    const made = plugin === undefined ? notOurs : plugin(rules, source, config ?? {});
    if (typeof made === "string") faults.set(id, made);
    else rules = made;
  }
  return { rules, faults: [...faults].map(([id, why]) => ({ id, why })) };
}

const notOurs = "is a plugin that only Sloth can run, so Sloth's rules may differ from these";
const badConfig = "has a `config` that cannot be read, so it was left out";

const words = z.record(z.string(), z.string());
const unoptimized = z.object({ disableOptimized: z.boolean().nullish() });
const interval = z
  .string()
  .refine((text) => parseDuration(text) !== undefined)
  .optional();

/** A plugin with a config. */
function configured<T>(
  schema: z.ZodType<T>,
  run: (rules: SlothRules, source: RuleSource, config: T) => SlothRules | string,
): Plugin {
  return (rules, source, config) => {
    const read = schema.safeParse(config);
    return read.success ? run(rules, source, read.data) : badConfig;
  };
}

const unchanged: Plugin = (rules) => rules;

const known: ReadonlyMap<string, Plugin> = new Map<string, Plugin>([
  ["sloth.dev/core/debug/v1", unchanged],
  ["sloth.dev/core/noop/v1", unchanged],
  ["sloth.dev/core/validate/v1", unchanged],
  [victoriaPluginId, unchanged],
  [
    "sloth.dev/core/sli_rules/v1",
    configured(unoptimized, (rules, source, { disableOptimized }) => ({
      ...rules,
      ratios: ratioRules(source, disableOptimized === true),
    })),
  ],
  ["sloth.dev/core/metadata_rules/v1", (rules, source) => ({ ...rules, meta: metaRules(source) })],
  ["sloth.dev/core/alert_rules/v1", (rules, source) => ({ ...rules, alerts: alertRules(source) })],
  [
    "sloth.dev/contrib/denominator_corrected_rules/v1",
    configured(unoptimized, (rules, source, { disableOptimized }) =>
      corrected(rules, source, disableOptimized === true),
    ),
  ],
  [
    "sloth.dev/contrib/info_labels/v1",
    configured(z.object({ labels: words, metricName: z.string().optional() }), (rules, _, config) => ({
      ...rules,
      meta: labelled(rules.meta, config.metricName ?? "sloth_slo_info", config.labels),
    })),
  ],
  [
    "sloth.dev/contrib/rule_intervals/v1",
    configured(
      z.object({
        interval: z.object({
          default: interval.unwrap(),
          sliError: interval,
          metadata: interval,
          alert: interval,
        }),
      }),
      (rules, _, { interval: every }) => ({
        ...rules,
        intervals: {
          ratios: every.sliError ?? every.default,
          meta: every.metadata ?? every.default,
          alerts: every.alert ?? every.default,
        },
      }),
    ),
  ],
  [
    "sloth.dev/contrib/remove_labels/v1",
    configured(
      z.object({ preserveLabels: z.array(z.string()).nullish(), skipMetrics: z.array(z.string()).nullish() }),
      (rules, source, { preserveLabels, skipMetrics }) => {
        const kept = new Set([...Object.keys(slothLabels(source.identity)), ...(preserveLabels ?? [])]);
        const skipped = new Set(["sloth_slo_info", ...(skipMetrics ?? [])]);
        return {
          ...rules,
          ratios: stripped(rules.ratios, new Set([...kept, "sloth_window"]), skipped),
          meta: stripped(rules.meta, kept, skipped),
        };
      },
    ),
  ],
  [
    "sloth.dev/contrib/error_budget_exhausted_alert/v1",
    configured(
      z.object({
        threshold: z.number().default(0),
        for: interval,
        annotations: words.default({}),
        alert_name: z.string().default("ErrorBudgetExhausted"),
        selector_labels: z.record(z.string().regex(labelNamePattern), z.string()).default({}),
        alert_labels: words.default({}),
      }),
      (rules, source, config) => {
        // A name that only the newest Prometheus takes cannot stand in a selector; Sloth's own labels are enough.
        const named = Object.entries(source.labels).filter(([name]) => labelNamePattern.test(name));
        const selector = {
          ...slothLabels(source.identity),
          ...Object.fromEntries(named),
          ...config.selector_labels,
        };
        const exhausted: AlertingRule = {
          alert: config.alert_name,
          expr: `slo:period_error_budget_remaining:ratio${matchersOf(selector)} <= ${config.threshold}`,
          for: config.for ?? "5m",
          labels: config.alert_labels,
          annotations: config.annotations,
        };
        return { ...rules, alerts: [...rules.alerts, exhausted] };
      },
    ),
  ],
]);

/** Each window's errors weighed by its share of the period's traffic. */
function corrected(rules: SlothRules, source: RuleSource, isExact: boolean): SlothRules | string {
  const { identity, sli, windowsMs, currentMs, periodMs } = source;
  if (sli.kind !== "events") return "needs an SLI that counts events, so it was left out";
  const period = isExact
    ? errorRatioExpression(sli, periodMs)
    : periodExpression(identity, currentMs, periodMs);
  return {
    ...rules,
    ratios: [
      ...windowsMs.map((windowMs) =>
        ratioRule(source, windowMs, correctedExpression(identity, sli, windowMs)),
      ),
      ratioRule(source, periodMs, period),
    ],
    meta: [
      ...rules.meta,
      ...windowsMs.map((windowMs) =>
        metaRule(source, correctionMetric(windowMs), correctionExpression(sli, windowMs, periodMs)),
      ),
    ],
  };
}

function labelled(rules: readonly RecordingRule[], metric: string, labels: Words): readonly RecordingRule[] {
  return rules.map((rule) =>
    rule.record === metric ? { ...rule, labels: { ...rule.labels, ...labels } } : rule,
  );
}

function stripped(
  rules: readonly RecordingRule[],
  kept: ReadonlySet<string>,
  skipped: ReadonlySet<string>,
): readonly RecordingRule[] {
  return rules.map((rule) => {
    if (skipped.has(rule.record)) return rule;
    const labels = Object.entries(rule.labels).filter(([name]) => kept.has(name));
    return { ...rule, labels: Object.fromEntries(labels) };
  });
}

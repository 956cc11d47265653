/** Mistakes of canaries and their MetricTemplates that Flagger takes as they are. */
import {
  flagAt,
  isThere,
  itemsOfList,
  missing,
  numberAt,
  type Place,
  refuse,
  textAt,
  under,
  warn,
} from "../../slo/place.ts";
import { promqlFault } from "../../slo/promql.ts";
import type { KubernetesFile } from "../kubernetes-file.ts";
import { isBuiltIn } from "./built-in.ts";
import { analysisOf, canariesOf, metricTemplatesOf } from "./canary.ts";

/** Tells the mistakes of a file. */
export function lintFlagger(opened: KubernetesFile): void {
  for (const canary of canariesOf(opened)) lintCanary(canary);
  for (const template of metricTemplatesOf(opened)) lintTemplate(template);
}

function lintCanary(canary: Place): void {
  const skip = under(canary, "spec", "skipAnalysis");
  if (flagAt(skip) === true)
    warn(
      skip,
      "decides_nothing",
      "promotes without looking at any metric, and asks no hook but confirm-rollout; take it out",
    );
  const list = under(analysisOf(canary), "metrics");
  if (!isThere(list) || (Array.isArray(list.value) && list.value.length === 0))
    warn(
      analysisOf(canary),
      "decides_nothing",
      "looks at no metric, so only hooks can hold a rollout; write `metrics`",
    );
  for (const metric of itemsOfList(list)) lintMetric(metric);
}

function lintMetric(metric: Place): void {
  const name = textAt(under(metric, "name")) ?? missing(under(metric, "name"));
  if (name === undefined) return;
  const hasTemplate = isThere(under(metric, "templateRef"));
  const query = under(metric, "query");
  if (!isBuiltIn(name) && !hasTemplate && !isThere(query))
    refuse(
      metric,
      "missing_reference",
      `\`${name}\` is no metric that Flagger knows by itself; name a MetricTemplate in \`templateRef\``,
    );
  if (isBuiltIn(name) && (hasTemplate || isThere(query)))
    warn(
      under(metric, "name"),
      "contradiction",
      `is the name of Flagger's own metric, which is looked at as well; rename it`,
    );
  if (textAt(query)?.includes("{{") === true)
    warn(
      query,
      "unrendered_template",
      "is sent as it is; variables are filled in only in a MetricTemplate, so move it there",
    );
  const interval = under(metric, "interval");
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(textAt(interval) ?? "1m"))
    warn(interval, "bad_duration", "must be a duration of Prometheus', such as `1m`");
  lintLimits(metric, name);
}

function lintLimits(metric: Place, name: string): void {
  const range = under(metric, "thresholdRange");
  const old = under(metric, "threshold");
  const [min, max, threshold] = [numberAt(under(range, "min")), numberAt(under(range, "max")), numberAt(old)];
  if (isThere(range)) {
    if (threshold !== undefined) warn(old, "contradiction", "is ignored beside thresholdRange; take it out");
    if (min === undefined && max === undefined)
      warn(
        range,
        "decides_nothing",
        "has neither `min` nor `max`, so whatever is measured passes; write one",
      );
    if (min !== undefined && max !== undefined && min > max)
      warn(range, "contradiction", "has a `min` above its `max`, so nothing passes; exchange them");
  } else if (threshold === undefined) {
    const what =
      name === "request-success-rate"
        ? "has no thresholdRange, so every rate passes; write `thresholdRange: {min: 99}`"
        : "has no thresholdRange, so any value above 0 halts; write `thresholdRange: {max: …}`";
    warn(metric, name === "request-success-rate" ? "decides_nothing" : "missing_key", what);
  } else warn(old, "dropped_key", "is Flagger's old key; write thresholdRange, whose direction is said");
  if (name === "request-duration") lintDuration(range, old, [min, max, threshold]);
  if (name === "request-success-rate") lintRate(range, old, min ?? threshold);
  if (isThere(range) && min === undefined && max !== undefined && name === "request-success-rate")
    warn(range, "threshold_backward", "has only a `max`, so a low success rate passes; write `min`");
  if (
    isThere(range) &&
    max === undefined &&
    min !== undefined &&
    (name === "request-duration" || /burn/i.test(name))
  )
    warn(range, "threshold_backward", "has only a `min`, so a bad value passes; write `max`");
}

function lintDuration(range: Place, old: Place, limits: readonly (number | undefined)[]): void {
  const place = isThere(range) ? range : old;
  const small = limits.find((limit) => limit !== undefined && limit > 0 && limit < 1);
  const broken = limits.find((limit) => limit !== undefined && !Number.isInteger(limit));
  if (small !== undefined)
    warn(
      place,
      "wrong_unit",
      `is in milliseconds, cut to whole ones, so ${small} is 0; ${small} s are ${small * 1000}`,
    );
  else if (broken !== undefined)
    warn(
      place,
      "wrong_unit",
      `is cut to whole milliseconds, so ${broken} is ${Math.trunc(broken)}; write a whole number`,
    );
}

function lintRate(range: Place, old: Place, limit: number | undefined): void {
  const place = isThere(range) ? under(range, "min") : old;
  if (limit !== undefined && limit > 0 && limit <= 1)
    warn(
      place,
      "wrong_unit",
      `is percent, 0 to 100, so ${limit} lets nearly everything fail; write ${limit * 100}`,
    );
  if (limit !== undefined && limit > 100)
    warn(place, "threshold_unreachable", "is percent, 0 to 100, and never reached");
}

const variables = /^\s*(?:name|namespace|target|service|ingress|route|interval|variables\.[\w-]+)\s*$/;

function lintTemplate(template: Place): void {
  const type =
    textAt(under(template, "spec", "provider", "type")) ??
    missing(under(template, "spec", "provider", "type"));
  if (type === undefined) return;
  const place = under(template, "spec", "query");
  if (type !== "prometheus") {
    const message = `cannot be read as a gate of ours: provider \`${type}\` is not supported; only \`prometheus\` is`;
    return warn(under(template, "spec", "provider"), "unsupported_provider", message);
  }
  const query = textAt(place) ?? missing(place);
  if (query === undefined) return;
  const unknown = [...query.matchAll(/\{\{-?([^{}]*?)-?\}\}/g)].find(
    ([, inner = ""]) => !variables.test(inner),
  );
  if (unknown !== undefined)
    return warn(
      place,
      "missing_reference",
      `asks with \`${unknown[0]}\`, which Flagger does not know; its own are name, namespace, target, service, ingress, route, interval, variables.…`,
    );
  const fault = promqlFault(
    query.replaceAll(/\[\s*\{\{-?\s*interval\s*-?\}\}/g, "[1m").replaceAll(/\{\{[^{}]*\}\}/g, "x"),
  );
  if (fault !== undefined) warn(place, "bad_query", `is no PromQL: ${fault.message}`);
}

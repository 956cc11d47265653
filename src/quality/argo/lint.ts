/** Mistakes of AnalysisTemplates that Argo Rollouts takes as they are. */
import { isThere, itemsOfList, type Place, under, warn } from "../../slo/place.ts";
import { promqlFault } from "../../slo/promql.ts";
import type { KubernetesFile } from "../kubernetes-file.ts";
import { conditionMistakes } from "./condition-lint.ts";
import type { ArgoMetric } from "./gate.ts";
import { metricFault } from "./metric-fault.ts";
import { type PlacedMetric, templatesOf } from "./template.ts";
import { planAt } from "./template-metric.ts";

/** Tells the mistakes of a file's templates, those for which Argo refuses them among them. Nobody need have given arguments. */
export function lintArgo(opened: KubernetesFile): void {
  for (const { spec, metrics } of templatesOf(opened, "any")) {
    for (const one of metrics) lintMetric(one);
    const counted = metrics.filter(({ metric }) => metric?.isDryRun !== true);
    if (metrics.length > 0 && counted.length === 0)
      warn(
        under(spec, "dryRun"),
        "decides_nothing",
        "makes every metric a dry run, so every analysis is Successful; leave one out",
      );
  }
}

function lintMetric({ place, metric }: PlacedMetric): void {
  lintPlan(place);
  const prometheus = under(place, "provider", "prometheus");
  for (const header of itemsOfList(under(prometheus, "headers")))
    if (isThere(under(header, "name")))
      warn(under(header, "name"), "dropped_key", "is no field of a header; write `key`");
  if (isThere(under(place, "provider", "web")))
    warn(
      under(place, "provider", "web"),
      "passes_without_data",
      "is Successful up to Argo Rollouts 1.9.1 whenever the reply is not JSON, such as a login page; use TLS and an address that never redirects",
    );
  if (metric === undefined) return;
  if (metric.source.kind === "unable") {
    warn(
      under(place, "provider"),
      "unsupported_provider",
      `cannot be read as a gate of ours: ${metric.source.why}`,
    );
    return;
  }
  lintQuery(prometheus, metric, metric.source.expression);
  lintConditions(place, metric, metric.source.expression);
}

function lintPlan(place: Place): void {
  const plan = planAt(place, (_, text) => text.replaceAll(/\{\{[^{}]*\}\}/g, "1"));
  if (typeof plan === "string") return;
  const { count = 0, interval, failureLimit = 0, consecutiveSuccessLimit = 0 } = plan;
  const isFine = metricFault(plan, "unknown") === undefined;
  if (isFine && metricFault(plan, "inline") !== undefined)
    warn(
      under(place, "interval"),
      "never_ends",
      "has no `count` beside it: such a metric is refused in a rollout's step and before a promotion, and in the background it never ends by itself; write `count`",
    );
  if (failureLimit > 0 && interval !== undefined && consecutiveSuccessLimit === 0 && count !== 1)
    warn(
      under(place, "failureLimit"),
      "not_consecutive",
      `counts all failures of a run, not consecutive ones: it fails on the ${ordinal(failureLimit + 1)}, however many measurements pass between; write a limit that fits \`count\``,
    );
}

function lintQuery(prometheus: Place, { source }: ArgoMetric, expression: string): void {
  const fault = promqlFault(expression);
  if (source.kind === "query" && fault !== undefined)
    warn(under(prometheus, "query"), "bad_query", `is no PromQL: ${fault.message}`);
}

function lintConditions(place: Place, { conditions }: ArgoMetric, query: string): void {
  if (conditions.success === "" && conditions.failure === "")
    warn(
      place,
      "decides_nothing",
      "has no condition, so every answer is Successful; write a successCondition",
    );
  for (const { key, code, message } of conditionMistakes(conditions, query))
    warn(under(place, key), code, message);
}

function ordinal(number: number): string {
  const isTeen = number % 100 >= 11 && number % 100 <= 13;
  const ending = isTeen ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return `${number}${ending}`;
}

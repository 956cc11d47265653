/**
 * AnalysisTemplates and ClusterAnalysisTemplates of a file as one gate
 * (https://github.com/argoproj/argo-rollouts/blob/master/pkg/apis/rollouts/v1alpha1/analysis_types.go).
 *
 * Keeps: what Argo refuses is refused, with its place. A metric that cannot be asked for stays among the gate's metrics as one that
 * could not be told, so that leaving it out never makes the rest pass.
 */
import type { Problem } from "../../domain/problem.ts";
import { isThere, itemsOfList, missing, type Place, refuse, textAt, under, warn } from "../../slo/place.ts";
import { type KubernetesFile, isOf, openKubernetesFile } from "../kubernetes-file.ts";
import { argumentsOf, type FillIn, fillInWith, type GivenArgs } from "./arguments.ts";
import { isDryRunOf } from "./dry-run.ts";
import type { ArgoGate, ArgoMetric } from "./gate.ts";
import { metricAt } from "./template-metric.ts";

/** So many metrics a gate may hold. */
const maxMetrics = 50;

/** What reading came to. */
export type ArgoReading =
  | { readonly kind: "read"; readonly gate: ArgoGate; readonly problems: readonly Problem[] }
  | { readonly kind: "unusable"; readonly problems: readonly Problem[] };

/** A metric with where it stands. */
export interface PlacedMetric {
  readonly place: Place;
  /** Absent: something is so wrong with it that it is none. */
  readonly metric: ArgoMetric | undefined;
}

/** A template with where it stands. */
export interface PlacedTemplate {
  readonly name: string;
  readonly spec: Place;
  readonly metrics: readonly PlacedMetric[];
}

/** Reads the templates of a file as a gate. */
export function readArgo(file: string, text: string, args: Readonly<Record<string, string>>): ArgoReading {
  const opened = openKubernetesFile(file, text);
  const templates = templatesOf(opened, args);
  const { problems } = opened.told;
  const placed = templates.flatMap(({ metrics }) => metrics);
  const metrics = placed.flatMap(({ metric }) => metric ?? []);
  const [first] = templates;
  if (first === undefined && problems.length === 0)
    problems.push(
      opened.whole("unsupported_format", "holds no AnalysisTemplate and no ClusterAnalysisTemplate"),
    );
  if (first !== undefined && placed.length === 0) missing(under(first.spec, "metrics"));
  if (first === undefined || problems.some(({ severity }) => severity === "error"))
    return { kind: "unusable", problems };
  return { kind: "read", gate: { tool: "argo", name: first.name, metrics }, problems };
}

/** The templates of an open file; what is wrong with them is told there. */
export function templatesOf(opened: KubernetesFile, args: GivenArgs): readonly PlacedTemplate[] {
  const found = opened.resources.filter((one) =>
    isOf(one, "argoproj.io", ["AnalysisTemplate", "ClusterAnalysisTemplate"]),
  );
  const names = found.map((one) => textAt(under(one, "metadata", "name")) ?? "");
  const seen = new Set<string>();
  return found.map((template, index) => {
    const spec = under(template, "spec");
    const fillIn = fillInWith(argumentsOf(spec, args), args);
    for (const other of itemsOfList(under(spec, "templates"))) {
      const name = textAt(under(other, "templateName"));
      if (name === undefined || names.includes(name)) continue;
      const message = `names the template \`${name}\`, which is not in this file; put both into one`;
      if (args === "any") warn(other, "missing_reference", message);
      else refuse(other, "missing_reference", message);
    }
    return { name: names[index] ?? "", spec, metrics: metricsOf(spec, fillIn, seen) };
  });
}

function metricsOf(spec: Place, fillIn: FillIn, seen: Set<string>): readonly PlacedMetric[] {
  const places = itemsOfList(under(spec, "metrics"));
  if (places.length > maxMetrics)
    refuse(under(spec, "metrics"), "too_many", `are ${places.length} metrics; ${maxMetrics} at most`);
  const names = places.map((place) => textAt(under(place, "name")) ?? "");
  const isDryRun = isDryRunOf(spec, names, fillIn);
  return places.slice(0, maxMetrics).map((place, index) => {
    const name = names[index] ?? "";
    if (name === "") missing(under(place, "name"));
    else if (seen.has(name))
      refuse(under(place, "name"), "duplicate_name", `\`${name}\` is a metric twice; rename one`);
    seen.add(name);
    if (isThere(under(place, "inconclusiveCondition")))
      warn(
        under(place, "inconclusiveCondition"),
        "dropped_key",
        "is no field of a metric and is dropped; leave a gap between successCondition and failureCondition",
      );
    return { place, metric: metricAt(place, name, isDryRun(name), fillIn) };
  });
}

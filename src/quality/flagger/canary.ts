/**
 * A Canary and the MetricTemplates beside it as a gate (https://docs.flagger.app/usage/metrics).
 *
 * Keeps: a metric that cannot be asked for stays among the gate's metrics as one that could not be told.
 */
import type { Problem } from "../../domain/problem.ts";
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
} from "../../slo/place.ts";
import { maxQueryLength } from "../../slo/promql.ts";
import { isOf, type KubernetesFile, openKubernetesFile } from "../kubernetes-file.ts";
import { builtInQuery, isBuiltIn } from "./built-in.ts";
import type { CanaryMetric, CanarySource, FlaggerGate } from "./gate.ts";
import { fillInVariables, type Variables, variablesOf, variablesOfMetric } from "./variables.ts";

/** So many metrics a gate may hold. */
const maxMetrics = 50;

/** What reading came to. */
export type FlaggerReading =
  | { readonly kind: "read"; readonly gate: FlaggerGate; readonly problems: readonly Problem[] }
  | { readonly kind: "unusable"; readonly problems: readonly Problem[] };

/** Reads the one canary of a file. `args` count before what the canary says; `provider` among them is that of the cluster. */
export function readFlagger(
  file: string,
  text: string,
  args: Readonly<Record<string, string>>,
): FlaggerReading {
  const opened = openKubernetesFile(file, text);
  const { problems } = opened.told;
  const [canary, another] = canariesOf(opened);
  if (canary === undefined && problems.length === 0)
    problems.push(opened.whole("unsupported_format", "holds no Canary"));
  if (another !== undefined)
    refuse(another, "several_documents", "is a second Canary; name one file for each");
  const metrics = canary === undefined ? [] : metricsOf(canary, opened, args);
  if (canary === undefined || problems.some(({ severity }) => severity === "error"))
    return { kind: "unusable", problems };
  const name = textAt(under(canary, "metadata", "name")) ?? "";
  return { kind: "read", gate: { tool: "flagger", name, metrics }, problems };
}

/** The canaries of an open file. */
export function canariesOf(opened: KubernetesFile): readonly Place[] {
  return opened.resources.filter((one) => isOf(one, "flagger.app", ["Canary"]));
}

/** The MetricTemplates of an open file. */
export function metricTemplatesOf(opened: KubernetesFile): readonly Place[] {
  return opened.resources.filter((one) => isOf(one, "flagger.app", ["MetricTemplate"]));
}

/** The analysis of a canary, which of old was `canaryAnalysis`. */
export function analysisOf(canary: Place): Place {
  const analysis = under(canary, "spec", "analysis");
  const old = under(canary, "spec", "canaryAnalysis");
  return isThere(analysis) || !isThere(old) ? analysis : old;
}

function metricsOf(
  canary: Place,
  opened: KubernetesFile,
  args: Readonly<Record<string, string>>,
): readonly CanaryMetric[] {
  if (flagAt(under(canary, "spec", "skipAnalysis")) === true)
    refuse(
      under(canary, "spec", "skipAnalysis"),
      "contradiction",
      "skips the analysis, so there is nothing to judge",
    );
  const list = under(analysisOf(canary), "metrics");
  const places = itemsOfList(list);
  if (places.length === 0) missing(list);
  if (places.length > maxMetrics)
    refuse(list, "too_many", `are ${places.length} metrics; ${maxMetrics} at most`);
  const world: World = {
    variables: variablesOf(canary, args),
    provider: args["provider"] ?? textAt(under(canary, "spec", "provider")) ?? "",
    server: textAt(under(canary, "spec", "metricsServer")) ?? "",
    namespace: textAt(under(canary, "metadata", "namespace")) ?? "",
    templates: metricTemplatesOf(opened),
  };
  const seen = new Set<string>();
  return places.slice(0, maxMetrics).flatMap((place) => metricAt(place, world, seen) ?? []);
}

interface World {
  readonly variables: Variables;
  readonly provider: string;
  readonly server: string;
  readonly namespace: string;
  readonly templates: readonly Place[];
}

function metricAt(place: Place, world: World, seen: Set<string>): CanaryMetric | undefined {
  const name = textAt(under(place, "name")) ?? missing(under(place, "name"));
  if (name === undefined) return undefined;
  if (seen.has(name))
    refuse(under(place, "name"), "duplicate_name", `\`${name}\` is a metric twice; rename one`);
  seen.add(name);
  const source = sourceAt(place, name, world);
  const range = under(place, "thresholdRange");
  const [min, max] = [numberAt(under(range, "min")), numberAt(under(range, "max"))];
  const threshold = numberAt(under(place, "threshold"));
  if (source === undefined) return undefined;
  const isBoundless = isThere(range) && min === undefined && max === undefined;
  return {
    name,
    source: isBoundless
      ? unable("has a thresholdRange without `min` and `max`, so it could never fail")
      : source,
    hasQuery: isThere(under(place, "templateRef")) || isThere(under(place, "query")),
    ...(isThere(range) && {
      thresholdRange: { ...(min !== undefined && { min }), ...(max !== undefined && { max }) },
    }),
    ...(threshold !== undefined && { threshold }),
  };
}

function sourceAt(place: Place, name: string, world: World): CanarySource | undefined {
  const reference = under(place, "templateRef");
  const own = under(place, "query");
  if (isBuiltIn(name)) {
    if (isThere(reference) || isThere(own))
      return unable("has the name of a metric that Flagger knows by itself and a query beside; rename it");
    const query = builtInQuery(name, world.provider);
    if (query === undefined) return unable(providerFault(world.provider));
    return asked(place, query, world.server, variablesOfMetric(world.variables, place));
  }
  if (isThere(reference)) return templateSource(place, reference, world);
  const query = textAt(own);
  // What stands in the canary itself is sent as it is, without variables.
  if (query !== undefined) return asked(own, query, world.server, undefined);
  return unable("is no metric that Flagger knows by itself, and names no MetricTemplate");
}

function providerFault(provider: string): string {
  return provider === ""
    ? "depends on the provider, which the canary does not name; give `provider` under `args`"
    : `is not known for the provider \`${provider}\`; use a MetricTemplate`;
}

function templateSource(metric: Place, reference: Place, world: World): CanarySource | undefined {
  const name = textAt(under(reference, "name")) ?? missing(under(reference, "name"));
  if (name === undefined) return undefined;
  const namespace = textAt(under(reference, "namespace")) ?? world.namespace;
  const template = world.templates.find(
    (one) =>
      textAt(under(one, "metadata", "name")) === name &&
      [undefined, "", namespace].includes(textAt(under(one, "metadata", "namespace"))),
  );
  if (template === undefined)
    return refuse(
      reference,
      "missing_reference",
      `names the MetricTemplate \`${name}\`, which is not in this file; put both into one`,
    );
  const type = textAt(under(template, "spec", "provider", "type")) ?? "";
  if (type !== "prometheus")
    return unable(`is measured by the provider \`${type}\`, which is not supported; only \`prometheus\` is`);
  const place = under(template, "spec", "query");
  const query = textAt(place) ?? missing(place);
  if (query === undefined) return undefined;
  const address = textAt(under(template, "spec", "provider", "address")) ?? "";
  return asked(place, query, address, variablesOfMetric(world.variables, metric));
}

function asked(
  place: Place,
  query: string,
  address: string,
  variables: Variables | undefined,
): CanarySource | undefined {
  const expression = variables === undefined ? query : fillInVariables(place, query, variables);
  if (expression === undefined) return undefined;
  if (expression.length > maxQueryLength)
    return refuse(place, "bad_query", `is longer than ${maxQueryLength} characters`);
  return { kind: "query", expression, ...(address === "" ? {} : { address }) };
}

function unable(why: string): CanarySource {
  return { kind: "unable", why };
}

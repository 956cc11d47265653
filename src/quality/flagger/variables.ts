/**
 * What a canary says to its queries: `{{ namespace }}` and its kin (https://docs.flagger.app/usage/metrics#custom-metrics).
 *
 * Keeps: a variable without a value is a problem, and never an empty text.
 */
import { isThere, type Place, refuse, textAt, under } from "../../slo/place.ts";

/** Values by name. */
export type Variables = ReadonlyMap<string, string>;

const names = ["name", "namespace", "target", "service", "ingress", "route", "interval"] as const;

/** The variables of a canary; those that the policy gives count before. */
export function variablesOf(canary: Place, given: Readonly<Record<string, string>>): Variables {
  const text = (...path: readonly string[]): string | undefined => textAt(under(canary, ...path));
  const target = text("spec", "targetRef", "name");
  const own: Readonly<Record<(typeof names)[number], string | undefined>> = {
    name: text("metadata", "name"),
    namespace: text("metadata", "namespace"),
    target,
    service: text("spec", "service", "name") ?? target,
    ingress: text("spec", "ingressRef", "name") ?? target,
    route: text("spec", "routeRef", "name") ?? target,
    interval: undefined,
  };
  const all = names.flatMap((name): readonly (readonly [string, string])[] => {
    const value = Object.hasOwn(given, name) ? given[name] : own[name];
    return value === undefined || value === "" ? [] : [[name, value]];
  });
  return new Map(all);
}

/** The variables of one metric: the canary's, its interval and its own `templateVariables`. */
export function variablesOfMetric(canary: Variables, metric: Place): Variables {
  const interval = textAt(under(metric, "interval"));
  const place = under(metric, "templateVariables");
  const keys = isThere(place) && typeof place.value === "object" ? Object.keys(place.value ?? {}) : [];
  const own = keys.flatMap((key): readonly (readonly [string, string])[] => {
    const value = textAt(under(place, key));
    return value === undefined ? [] : [[`variables.${key}`, value]];
  });
  return new Map([
    ...canary,
    ["interval", interval === undefined || interval === "" ? "1m" : interval],
    ...own,
  ]);
}

/** Fills in a query's variables; tells what has no value, and gives nothing then. */
export function fillInVariables(place: Place, query: string, variables: Variables): string | undefined {
  const unknown: string[] = [];
  const filled = query.replaceAll(/\{\{-?([^{}]{0,200}?)-?\}\}/g, (whole, inner: string) => {
    const value = variables.get(inner.trim());
    if (value === undefined) unknown.push(whole);
    return value ?? "";
  });
  const [first] = unknown;
  if (first !== undefined)
    return refuse(
      place,
      "missing_reference",
      `asks with \`${first}\`, which has no value; write it into the canary, or give it under \`args\``,
    );
  // Flagger sends a query on one line.
  return filled.replaceAll(/\s+/g, " ").trim();
}

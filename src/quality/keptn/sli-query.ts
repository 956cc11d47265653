/**
 * The PromQL of an SLI (prometheus-service 0.9.1): a query of the team's with its placeholders filled in, or one of five built in.
 *
 * Keeps: placeholders are replaced in Keptn's order, as plain text wherever they stand, so a filter named `s` damages `$stage`.
 * Where Keptn's order is that of a Go map it is ours: filters as in the file, labels by the longest name.
 * Leaves out: escaping, of which Keptn has none; whoever calls this must have looked at the values. [T33]
 */
import type { Instant } from "../../domain/instant.ts";
import type { KeptnError } from "./criterion.ts";
import type { EvaluationContext } from "./evaluation.ts";

/** What a query is made from. */
export interface SliQuestion {
  readonly sli: string;
  /** Queries by name, from the team's files. */
  readonly indicators: ReadonlyMap<string, string>;
  readonly context: EvaluationContext;
  readonly filters: readonly (readonly [key: string, value: string])[];
  /** What `$DEPLOYMENT` is. */
  readonly deployment: string;
  readonly start: Instant;
  readonly end: Instant;
}

/** The expression for an SLI, to be evaluated at the end of the time. */
export function queryOf(question: SliQuestion): string | KeptnError {
  const own = question.indicators.get(question.sli);
  if (own !== undefined && own !== "") return filledIn(own, question);
  const builtIn = builtInOf(question);
  return builtIn ?? { error: "unable to get metriy query: unsupported SLI" };
}

function filledIn(query: string, { context, filters, deployment, start, end }: SliQuestion): string {
  const replacements: (readonly [string, string])[] = [];
  for (const [key, value] of filters) {
    const bare = unquoted(value);
    replacements.push([`$${key}`, bare], [`$${key.toUpperCase()}`, bare]);
  }
  replacements.push(
    ["$PROJECT", context.project],
    ["$STAGE", context.stage],
    ["$SERVICE", context.service],
    ["$DEPLOYMENT", deployment],
  );
  const labels = Object.entries(context.labels ?? {}).toSorted(([a], [b]) => b.length - a.length);
  for (const [name, value] of labels) replacements.push([`$LABEL.${name}`, value]);
  replacements.push(["$DURATION_SECONDS", durationOf(start, end)]);
  return replacements.reduce((text, [from, to]) => text.replaceAll(from, () => to), query);
}

const quantiles: Readonly<Record<string, string>> = {
  response_time_p50: "0.50",
  response_time_p90: "0.90",
  response_time_p95: "0.95",
};

function builtInOf(question: SliQuestion): string | undefined {
  const selector = selectorOf(question);
  const range = durationOf(question.start, question.end);
  const rate = (more: string): string => `sum(rate(http_requests_total{${selector}${more}}[${range}]))`;
  if (question.sli === "throughput") return rate("");
  if (question.sli === "error_rate") return `${rate(",status!~'2..'")}/${rate("")}`;
  const quantile = Object.hasOwn(quantiles, question.sli) ? quantiles[question.sli] : undefined;
  if (quantile === undefined) return undefined;
  return `histogram_quantile(${quantile},sum(rate(http_response_time_milliseconds_bucket{${selector}}[${range}]))by(le))`;
}

function selectorOf({ context: { service, project, stage }, filters }: SliQuestion): string {
  const isJobNamed = filters.some(([key]) => key === "job");
  const job = isJobNamed ? [] : [`job='${service}-${project}-${stage}-canary'`];
  const others = filters.map(([key, value]) =>
    /^(?:=|!=|=~|!~)/.test(value) ? `${key}${value.replaceAll('"', "'")}` : `${key}='${unquoted(value)}'`,
  );
  return [...job, ...others].join(",");
}

function unquoted(value: string): string {
  return value.replaceAll(/['"]/g, "");
}

/** Whole seconds, with their unit. */
function durationOf(start: Instant, end: Instant): string {
  return `${Math.ceil((end - start) / 1000)}s`;
}

/** Queries of three files by name: the service's over the stage's over the project's. Absent: there is no such file. */
export function mergeIndicators(
  levels: readonly (ReadonlyMap<string, string> | undefined)[],
): ReadonlyMap<string, string> {
  return new Map(levels.flatMap((level) => [...(level ?? [])]));
}

/**
 * What an OpenSLO file measures, in one form for all versions of the format.
 *
 * Keeps: a data source is a name here. Its address and credentials stand in files too (`connectionDetails`), and are
 * never read: a pull request could point them anywhere. [T28]
 */
import type { OpenSloSet } from "./openslo-set.ts";
import type { QueryTemplate } from "../domain/query-template.ts";
import type { Indicator, Metric } from "./indicator.ts";
import { isComplement, type ValueKind, wholeQuery, windowed } from "./openslo-query.ts";
import { flagAt, isThere, missing, type Place, refuse, textAt, under, warn } from "./place.ts";

/** Reads one query. */
type MetricReader = (place: Place, set: OpenSloSet) => Metric | undefined;

/** Reads the `spec` of an SLI of v1 or v2alpha. */
export function indicatorOf(spec: Place, set: OpenSloSet): Indicator | undefined {
  const [ratio, threshold] = [under(spec, "ratioMetric"), under(spec, "thresholdMetric")];
  if (isThere(ratio) === isThere(threshold))
    return refuse(spec, "wrong_value", "must hold either `ratioMetric` or `thresholdMetric`");
  return isThere(ratio) ? ratioOf(ratio, set, "counter", metricOf) : thresholdOf(threshold, set, metricOf);
}

/** Reads `ratioMetrics` of an objective of v1alpha. */
export function alphaRatioOf(ratio: Place, set: OpenSloSet): Indicator | undefined {
  return ratioOf(ratio, set, "incremental", alphaMetricOf);
}

/** Reads `indicator.thresholdMetric` of v1alpha. */
export function alphaThresholdOf(threshold: Place, set: OpenSloSet): Indicator | undefined {
  return thresholdOf(threshold, set, alphaMetricOf);
}

/** Tells of a ratio that says of itself that it is of successes, and is written as what is left of one. */
export function lintRaw(ratio: Place): void {
  const rawType = under(ratio, "rawType");
  const raw = under(ratio, "raw");
  const texts = [under(raw, "metricSource", "spec", "query"), under(raw, "spec", "query")];
  const isLeft = texts.some(({ value }) => typeof value === "string" && isComplement(value));
  if (rawType.value !== "success" || !isLeft) return;
  warn(
    rawType,
    "contradiction",
    "is `success`, and the query is `1 - …`, which mostly is a ratio of failures; look which one it is",
  );
}

function thresholdOf(threshold: Place, set: OpenSloSet, read: MetricReader): Indicator | undefined {
  const metric = read(threshold, set);
  return metric && thresholdIndicator(metric);
}

function ratioOf(
  ratio: Place,
  set: OpenSloSet,
  counterKey: "counter" | "incremental",
  read: MetricReader,
): Indicator | undefined {
  const [good, bad, raw, total] = (["good", "bad", "raw", "total"] as const).map((key) => under(ratio, key));
  const ways = [good, bad, raw].filter((one) => one !== undefined && isThere(one));
  const [way, second] = ways;
  if (way === undefined || second !== undefined)
    return refuse(ratio, "wrong_value", "must hold exactly one of `good`, `bad` and `raw`");
  if (way === raw) return rawOf(ratio, way, set, read);
  if (total === undefined || !isThere(total)) return missing(under(ratio, "total"));
  const [counted, all] = [read(way, set), read(total, set)];
  if (counted === undefined || all === undefined) return undefined;
  const isCounter = counterFlag(under(ratio, counterKey), [counted, all]);
  if (isCounter === undefined) return undefined;
  return eventsIndicator(way === good ? "good" : "bad", isCounter, counted, all);
}

/** What counts good or bad events among all. */
export function eventsIndicator(
  counts: "good" | "bad",
  isCounter: boolean,
  counted: Metric,
  total: Metric,
): Indicator | undefined {
  const value: ValueKind = { kind: isCounter ? "counter" : "amount" };
  const [countedQuery, totalQuery] = [queryOf(counted, value), queryOf(total, value)];
  if (countedQuery === undefined || totalQuery === undefined) return undefined;
  return {
    kind: "ratio",
    counts,
    isCounter,
    isSloths: [counted, total].every(({ text }) => /\{\{-?\s*\.window\s*-?\}\}/.test(text)),
    counted: countedQuery,
    total: totalQuery,
    sources: sourcesOf([counted, total]),
  };
}

/** What holds a value against a limit that its objective states. */
export function thresholdIndicator(metric: Metric): Indicator {
  return { kind: "threshold", metric, sources: sourcesOf([metric]) };
}

/** A metric's query over a window. */
export function queryOf({ place, whole }: Metric, value: ValueKind): QueryTemplate | undefined {
  const found = windowed(whole, value);
  if ("why" in found) return refuse(place, "bad_query", found.why);
  if (found.remark !== undefined) warn(place, "bad_query", found.remark);
  return found.query;
}

function sourcesOf(metrics: readonly Metric[]): readonly string[] {
  return metrics.flatMap(({ source }) => source ?? []);
}

/** A query with a window of its own says itself what its value is. */
function counterFlag(place: Place, metrics: readonly Metric[]): boolean | undefined {
  if (isThere(place)) return flagAt(place);
  if (metrics.some(({ whole }) => whole.template === undefined)) {
    const message = `\`${String(place.path.at(-1))}\` is missing, so the queries are taken to give amounts at each moment; write \`true\` for counters`;
    warn(place, "missing_key", message);
  }
  return false;
}

function rawOf(ratio: Place, raw: Place, set: OpenSloSet, read: MetricReader): Indicator | undefined {
  const rawType = under(ratio, "rawType");
  lintRaw(ratio);
  const metric = read(raw, set);
  if (rawType.value !== "success" && rawType.value !== "failure")
    return refuse(
      rawType,
      isThere(rawType) ? "wrong_value" : "missing_key",
      "must say whether `raw` is a ratio of `success` or of `failure`",
    );
  const errorRatio = metric && queryOf(metric, { kind: "ratio", of: rawType.value });
  return errorRatio && { kind: "raw", errorRatio, sources: sourcesOf([metric]) };
}

/** `metricSource` of v1; in v2alpha its keys stand in the metric itself, `dataSourceRef` and `dataSourceSpec`. */
function metricOf(place: Place, set: OpenSloSet): Metric | undefined {
  const old = under(place, "metricSource");
  const isOld = isThere(old);
  const reference = isOld ? under(old, "metricSourceRef") : under(place, "dataSourceRef");
  const type = isOld ? under(old, "type") : under(place, "dataSourceSpec", "type");
  const name = textAt(reference);
  if (isThere(reference) && name === undefined) return undefined;
  if (name !== undefined && !/^[A-Za-z0-9][\w.-]{0,62}$/.test(name))
    return refuse(
      reference,
      "wrong_value",
      "must be the name of a data source: letters, digits, `-`, `_` or `.`",
    );
  if (!isAskable(type, reference, name, set)) return undefined;
  const spec = under(isOld ? old : place, "spec");
  const query = ["query", "promql"].map((key) => under(spec, key)).find(isThere) ?? under(spec, "query");
  return metricAt(query, name);
}

function isAskable(type: Place, reference: Place, name: string | undefined, set: OpenSloSet): boolean {
  if (isThere(type)) return checkType(type, type.value);
  const source = name === undefined ? undefined : set.find(reference, "DataSource", name);
  return source === undefined || checkType(reference, under(source, "spec", "type").value);
}

/** `source` of v1alpha is a kind of data source, not the name of one. */
function alphaMetricOf(place: Place): Metric | undefined {
  const source = under(place, "source");
  if (isThere(source) && !checkType(source, source.value)) return undefined;
  return metricAt(under(place, "query"), undefined);
}

/** The metric whose query stands at a place. */
export function metricAt(query: Place, source: string | undefined): Metric | undefined {
  const text = textAt(query);
  if (text === undefined) return isThere(query) ? undefined : missing(query);
  const whole = wholeQuery(text);
  if ("why" in whole) return refuse(query, "bad_query", whole.why);
  return { place: query, text, whole, ...(source === undefined ? {} : { source }) };
}

/** What answers PromQL over Prometheus' own interface. */
const askable: ReadonlySet<string> = new Set([
  "amazonprometheus",
  "amp",
  "azureprometheus",
  "cortex",
  "gmp",
  "googlemanagedprometheus",
  "grafanamimir",
  "mimir",
  "prometheus",
  "promql",
  "sloth",
  "thanos",
  "victoriametrics",
]);

function checkType(place: Place, type: unknown): boolean {
  if (type === undefined || type === null) return true;
  if (typeof type === "string" && askable.has(type.toLowerCase().replaceAll(/[^a-z]/g, ""))) return true;
  refuse(
    place,
    "unsupported_sli",
    `is asked at ${printable(type)}; only Prometheus, and what answers as it does, can be asked`,
  );
  return false;
}

function printable(type: unknown): string {
  return typeof type === "string" && /^[\w .-]{1,40}$/.test(type)
    ? `\`${type}\``
    : "a source of another kind";
}

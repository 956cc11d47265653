/**
 * What an objective of a Nobl9 file is measured by: counts of events, or values that are held against a limit.
 * Source: https://docs.nobl9.com/yaml-guide#slo
 */
import type { AskableSli, Sli, SliPart } from "../domain/sli.ts";
import type { Nobl9Object, Nobl9Set } from "./nobl9-set.ts";
import { nameAt, projectAt } from "./nobl9-set.ts";
import type { Indicator, Metric } from "./indicator.ts";
import { eventsIndicator, metricAt, thresholdIndicator } from "./openslo-indicator.ts";
import { askableSli } from "./openslo-sli.ts";
import { flagAt, isThere, itemsOfList, missing, numberAt, type Place, refuse, under, warn } from "./place.ts";

/** Sources that answer PromQL as Prometheus does, by Nobl9's names. */
const askable: readonly string[] = [
  "prometheus",
  "amazonPrometheus",
  "azurePrometheus",
  "gcpManagedPrometheus",
];

/** How one objective's error ratio is asked for. */
export function nobl9Sli(
  slo: Nobl9Object,
  objective: Place,
  set: Nobl9Set,
  targetRatio: number,
): Sli | undefined {
  const composite = under(objective, "composite");
  return isThere(composite) ? compositeSli(slo, composite, set, targetRatio) : plainSli(objective);
}

function plainSli(objective: Place): AskableSli | undefined {
  const [counts, raw] = [under(objective, "countMetrics"), under(objective, "rawMetric")];
  if (isThere(counts) === isThere(raw))
    return refuse(
      objective,
      "wrong_value",
      "must hold exactly one of `countMetrics`, `rawMetric` and `composite`",
    );
  const indicator = isThere(counts) ? countsOf(counts) : thresholdOf(under(raw, "query"));
  return indicator && askableSli(indicator, objective);
}

function countsOf(counts: Place): Indicator | undefined {
  const [good, bad, total] = [under(counts, "good"), under(counts, "bad"), under(counts, "total")];
  if (isThere(under(counts, "goodTotal")))
    return refuse(
      under(counts, "goodTotal"),
      "unsupported_sli",
      "asks for good and total events in one query; write `good` and `total`",
    );
  if (isThere(good) === isThere(bad))
    return refuse(counts, "wrong_value", "must hold either `good` or `bad`, and `total`");
  if (!isThere(total)) return missing(total);
  const [counted, all] = [metricOf(isThere(good) ? good : bad), metricOf(total)];
  if (counted === undefined || all === undefined) return undefined;
  const isCounter = isIncremental(under(counts, "incremental"));
  return eventsIndicator(isThere(good) ? "good" : "bad", isCounter, counted, all);
}

function isIncremental(place: Place): boolean {
  const flag = flagAt(place);
  if (flag === undefined && !isThere(place)) {
    const message =
      "`incremental` is missing, so the queries' values are taken for amounts at each moment; write `true` for counters";
    warn(place, "missing_key", message);
  }
  return flag ?? false;
}

function thresholdOf(query: Place): Indicator | undefined {
  const metric = metricOf(query);
  return metric && thresholdIndicator(metric);
}

/** `{prometheus: {promql}}`: the key says whose language the query is in. */
function metricOf(place: Place): Metric | undefined {
  if (!isThere(place)) return missing(place);
  const source = askable.find((one) => isThere(under(place, one)));
  if (source === undefined)
    return refuse(place, "unsupported_sli", "asks no Prometheus, the only source that can be asked");
  return metricAt(under(place, source, "promql"), undefined);
}

/**
 * A composite's reliability is the mean of its components', each by its weight. As parts whose burns add, each has the
 * composite's own target and its share of the weights.
 * Source: https://docs.nobl9.com/composites
 */
function compositeSli(
  slo: Nobl9Object,
  composite: Place,
  set: Nobl9Set,
  targetRatio: number,
): Sli | undefined {
  if (under(slo.spec, "budgetingMethod").value !== "Occurrences")
    return refuse(
      composite,
      "unsupported_sli",
      "is a composite of Timeslices, which nothing here can compute",
    );
  const aggregation = under(composite, "aggregation");
  if (isThere(aggregation) && aggregation.value !== "Reliability")
    return refuse(
      aggregation,
      "unsupported_sli",
      "is an aggregation that nothing here can compute; only `Reliability` is",
    );
  const components = itemsOfList(under(composite, "components", "objectives"));
  if (components.length > maxComponents)
    return refuse(composite, "too_many", `has more than ${maxComponents} components`);
  const parts = components.map((one) => partOf(slo, one, set));
  const read = parts.filter((one) => one !== undefined);
  const [first, ...others] = read;
  if (first === undefined && components.length === 0)
    return missing(under(composite, "components", "objectives"));
  if (first === undefined || read.length < parts.length) return undefined;
  if (components.some((one) => under(one, "whenDelayed").value !== undefined))
    warn(
      composite,
      "not_counted",
      "says what a component counts as whose data are late; they count as they come",
    );
  const sum = read.reduce((all, { weight }) => all + weight, 0);
  const shared = ({ weight, sli }: Component): SliPart => ({ targetRatio, weight: weight / sum, sli });
  return { kind: "composite", parts: [shared(first), ...others.map(shared)] };
}

const maxComponents = 20;

interface Component {
  readonly weight: number;
  readonly sli: AskableSli;
}

function partOf(slo: Nobl9Object, component: Place, set: Nobl9Set): Component | undefined {
  const weight = numberAt(under(component, "weight"));
  const [project, name, wanted] = [
    projectAt(under(component, "project"), slo.project),
    nameAt(under(component, "slo")),
    nameAt(under(component, "objective")),
  ];
  if (project === undefined || name === undefined || wanted === undefined) return undefined;
  if (weight === undefined || weight <= 0)
    return refuse(under(component, "weight"), "wrong_value", "must be a number above 0");
  const found = set.find("SLO", project, name);
  const objectives = found === undefined ? [] : itemsOfList(under(found.spec, "objectives"));
  const objective = objectives.find((one) => under(one, "name").value === wanted);
  if (objective === undefined) {
    const message = `is \`${wanted}\` of the SLO \`${name}\` in the project \`${project}\`, which is in none of the files`;
    return refuse(component, "missing_reference", message);
  }
  if (isThere(under(objective, "composite")))
    return refuse(component, "unsupported_sli", "is a composite itself; name what it is made of");
  const sli = plainSli(objective);
  return sli && { weight, sli };
}

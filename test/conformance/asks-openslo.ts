import { isDeepStrictEqual } from "node:util";
import { formatDuration, parseDuration } from "../../src/domain/duration.ts";
import type { Objective } from "../../src/domain/objective.ts";
import type { Problem } from "../../src/domain/problem.ts";
import { renderQuery } from "../../src/domain/query-template.ts";
import { outageToExhaust } from "../../src/domain/slice-budget.ts";
import { formatOf } from "../../src/slo/format.ts";
import { alertPoliciesOf, conditionsOf, readCondition, targetsOf } from "../../src/slo/openslo-alerts.ts";
import { sliceTargetOf, targetOf } from "../../src/slo/openslo-budgeting.ts";
import { parseShorthand } from "../../src/slo/openslo-duration.ts";
import type { Indicator } from "../../src/slo/indicator.ts";
import { indicatorOf } from "../../src/slo/openslo-indicator.ts";
import { readOpenSloDocuments } from "../../src/slo/openslo.ts";
import { type OpenSloSet, setOf } from "../../src/slo/openslo-set.ts";
import { indicatorObject, objectivePlaces, v1Spelling } from "../../src/slo/openslo-slo.ts";
import { isThere, nothingTold, type Place, rootOf, under } from "../../src/slo/place.ts";
import { readSlos } from "../../src/slo/read.ts";
import { errorRatioExpression, errorRatioMetric } from "../../src/slo/sloth-records.ts";
import { itemsOf } from "../../src/slo/sub-document.ts";
import { readYaml } from "../../src/slo/yaml-text.ts";
import type { Ask } from "./asks.ts";
import { textOf, type Vector, type VectorData } from "./vector.ts";

/** Vectors of OpenSLO's files, of any version, and of what Sloth makes of them. */
export const openSloAsks: Readonly<Record<string, Ask>> = {
  normalise(vector, data) {
    const objects = objectsOf(vector, data);
    const object = named(objects, vector);
    return under(object, "kind").value === "SLO"
      ? sloForm(object, setOf(objects), read(vector, data).objectives)
      : conditionForm(object, setOf(objects));
  },

  lint(vector, data) {
    const objects = objectsOf(vector, data);
    const { problems } = read(vector, data);
    const problem = problems.find(({ code }) => code === "minute_or_month" || code === "contradiction");
    if (problem === undefined) return {};
    const object = named(objects, vector);
    const field = withoutItem(problem.key);
    const keys = field.split(/[.[\]]+/).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const { value } = under(object, ...keys);
    const entries = under(object, "kind").value === "SLO" ? objectivePlaces(under(object, "spec")) : [];
    const objectives = entries.map((one) => ({ target: targetOf(one), timeSliceTarget: sliceTargetOf(one) }));
    return { severity: problem.severity, field, value, objectives };
  },

  math(vector) {
    const inputs = vector["inputs"] as Readonly<Record<string, string | number>>;
    const isWhole = inputs["method"] === "Timeslices";
    const outage = isWhole
      ? { errorRatio: 1, usualErrorRatio: 0 }
      : {
          errorRatio: 1 - Number(inputs["attack_success"]),
          usualErrorRatio: 1 - Number(inputs["baseline_success"]),
        };
    const window = parseShorthand(String(inputs["window"]))!;
    const ms = outageToExhaust(Number(inputs["target"]), window.ms, outage);
    return { minutes_to_exhaust: Number((ms / 60_000).toFixed(2)) };
  },

  resolve_refs(vector, data) {
    const objects = objectsOf(vector, data);
    const { problems } = read(vector, data);
    if (problems.some(({ code, severity }) => code === "missing_reference" && severity === "error"))
      return { error: true };
    const set = setOf(objects);
    const written = objects
      .filter((object) => under(object, "kind").value === "SLO")
      .map((slo) => inlined(slo, set));
    const file = textOf({ ...vector, ...vector.expected }, "equals_file");
    const wanted = placesIn(file, data).map(({ value }) => value);
    return { equals_file: isDeepStrictEqual(written, wanted) ? file : JSON.stringify(written) };
  },

  validate(vector, data) {
    const { document } = named(objectsOf(vector, data), vector);
    const { objectives, problems } = readOpenSloDocuments([document], {});
    const isRolling = objectives[0] !== undefined && objectives[0].calendar === undefined;
    return {
      accept_strict: problems.length === 0,
      errors: problems.map(({ code, key }) => ({ path: withoutItem(key), rule: ruleWords(code, key) })),
      accept_lenient: problems.every(({ severity }) => severity !== "error"),
      ...(isRolling && { lenient_default: "absent isRolling and absent calendar => rolling" }),
    };
  },

  detect(vector, data) {
    const { value } = named(objectsOf(vector, data), vector);
    // Our name of the draft is the one that its other versions have.
    return { format: formatOf(value) === "openslo/v2alpha" ? "openslo.com/v2alpha" : formatOf(value) };
  },

  direct_error_ratio(vector, data) {
    const { sli, recording } = slothObjective(vector, data);
    const windowMs = parseDuration(textOf(vector, "window"))!;
    if (sli.kind === "composite" || sli.kind === "recorded_only")
      throw new Error(`an SLI of kind ${sli.kind}`);
    return {
      expr_whitespace_normalised: errorRatioExpression(sli, windowMs),
      record: errorRatioMetric(windowMs),
      selector: renderQuery(recording!.errorRatio, windowMs),
    };
  },

  alert_windows: (vector, data) => ({ tiers: slothObjective(vector, data).ownRules ?? [] }),
};

function read(vector: Vector, data: VectorData) {
  const file = textOf(vector, "spec");
  return readSlos([{ file, text: data.read(file) }]);
}

function placesIn(file: string, data: VectorData): readonly Place[] {
  const { documents } = readYaml(file, data.read(file), { maxBytes: 1_000_000, maxDocuments: 100 });
  const told = nothingTold();
  return documents.flatMap(itemsOf).map((document) => rootOf(document, told));
}

const objectsOf = (vector: Vector, data: VectorData): readonly Place[] =>
  placesIn(textOf(vector, "spec"), data);

function named(objects: readonly Place[], vector: Vector): Place {
  const found = objects.find((object) => under(object, "metadata", "name").value === vector.slo);
  if (found === undefined) throw new Error(`${vector.id}: the file has no object of that name`);
  return found;
}

function slothObjective(vector: Vector, data: VectorData): Objective {
  const { objectives } = read(vector, data);
  const found = objectives.find(({ name }) => name.endsWith(`-${String(vector.slo)}`));
  if (found?.recording === undefined) throw new Error(`${vector.id}: the SLO was not read as Sloth's`);
  return found;
}

/** A key as seen from its own object, which may be one of a list. */
const withoutItem = (key: string): string => key.replace(/^\[\d+\]\.?/, "");

function ruleWords(code: Problem["code"], key: string): string {
  if (code === "dropped_key") return "forbidden for ratioMetric";
  if (/timeWindows\[\d+\]$/.test(key)) return "'calendar' must be set when 'isRolling' is false";
  return code === "missing_key" ? "required" : code;
}

const methodNames = {
  occurrences: "Occurrences",
  timeslices: "Timeslices",
  ratio_timeslices: "RatioTimeslices",
} as const;

function sloForm(object: Place, set: OpenSloSet, objectives: readonly Objective[]) {
  const [objective] = objectives;
  if (objective === undefined) throw new Error("the SLO was not read");
  const { budgeting = { kind: "occurrences" }, calendar, windowMs, targetRatio } = objective;
  const sli = indicatorObject(under(object, "spec"), set, v1Spelling) as Place;
  return {
    service: under(object, "spec", "service").value,
    budgetingMethod: methodNames[budgeting.kind],
    indicator: indicatorWords(indicatorOf(under(sli, "spec"), set)!),
    target: targetRatio,
    ...(budgeting.kind === "timeslices" && {
      timeSliceTarget: budgeting.sliceTargetRatio,
      timeSliceWindow_s: budgeting.sliceMs / 1000,
    }),
    window: {
      kind: calendar === undefined ? "rolling" : "calendar",
      duration: formatDuration(windowMs),
      ...(calendar && { startTime: calendar.startLocal.replace("T", " "), timeZone: calendar.timeZone }),
    },
  };
}

function indicatorWords(indicator: Indicator): string {
  if (indicator.kind !== "ratio") return indicator.kind;
  return `ratio ${indicator.counts}/total${indicator.isCounter ? " counter" : ""}`;
}

function conditionForm(policy: Place, set: OpenSloSet) {
  const [condition] = conditionsOf(policy, set).map(readCondition);
  if (condition === undefined) throw new Error("the condition was not read");
  const { op, threshold, lookbackMs, alertAfterMs, severity } = condition;
  const [lookback, alertAfter] = [formatDuration(lookbackMs), formatDuration(alertAfterMs)];
  return { condition: { kind: "burnrate", op, threshold, lookback, alertAfter }, severity };
}

type Keys = Readonly<Record<string, unknown>>;

/** An SLO with everything written out that it refers to, as OpenSLO's own library writes it. */
function inlined(slo: Place, set: OpenSloSet): unknown {
  const spec = under(slo, "spec");
  const { indicatorRef: _, ...kept } = spec.value as Keys;
  const { metadata, spec: sli } = (indicatorObject(spec, set, v1Spelling) as Place).value as Keys;
  const policies = alertPoliciesOf(spec, set).map((policy) => ({
    ...withoutVersion(policy),
    spec: {
      ...(under(policy, "spec").value as Keys),
      conditions: conditionsOf(policy, set).map(withoutVersion),
      notificationTargets: targetsOf(policy, set).map(withoutVersion),
    },
  }));
  const alertPolicies = isThere(under(spec, "alertPolicies")) ? { alertPolicies: policies } : {};
  return { ...(slo.value as Keys), spec: { ...kept, indicator: { metadata, spec: sli }, ...alertPolicies } };
}

function withoutVersion({ value }: Place): Keys {
  const { apiVersion: _, ...kept } = value as Keys;
  return kept;
}

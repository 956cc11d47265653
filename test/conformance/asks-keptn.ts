import { aggregateOf, percentileOf } from "../../src/quality/keptn/aggregate.ts";
import { judgeGroups } from "../../src/quality/keptn/criteria.ts";
import {
  type Baseline,
  compare,
  isError,
  judgeCriterion,
  type Operator,
  parseCriterion,
} from "../../src/quality/keptn/criterion.ts";
import {
  type EvaluationContext,
  evaluateKeptn,
  wholeObjectives,
} from "../../src/quality/keptn/evaluation.ts";
import type { EarlierEvaluation, KeptnResult } from "../../src/quality/keptn/history.ts";
import { type KeyFailure, judgeObjectives, takeSli } from "../../src/quality/keptn/objectives.ts";
import { parseSlo } from "../../src/quality/keptn/parse.ts";
import { repairSlo } from "../../src/quality/keptn/repair.ts";
import { scoreOf } from "../../src/quality/keptn/score.ts";
import type { KeptnSlo } from "../../src/quality/keptn/slo-file.ts";
import { mergeIndicators, queryOf } from "../../src/quality/keptn/sli-query.ts";
import {
  type PrometheusAnswer,
  retrievalOf,
  type SliRetrieval,
  type SliValue,
  sliValueOf,
} from "../../src/quality/keptn/sli-value.ts";
import { formatTimestamp, parseTimestamp, timeFrameOf } from "../../src/quality/keptn/time-frame.ts";
import type { Ask } from "./asks.ts";
import type { Vector } from "./vector.ts";

interface Before {
  readonly value: number;
  readonly success?: boolean;
}

interface Earlier {
  readonly id?: string;
  readonly time?: string;
  readonly result: KeptnResult;
  readonly invalidated?: boolean;
  readonly indicatorResults: readonly (Partial<SliValue> & { readonly noValue?: boolean })[];
}

/** The slo of a vector, in the file's own keys. */
interface TextSlo {
  readonly comparison: Readonly<Record<string, string | number>>;
  readonly objectives: readonly Readonly<Record<string, unknown>>[];
  readonly total_score: KeptnSlo["totalScore"] | null;
}

/** Vectors of Keptn 1.4.5. */
export const keptnAsks: Readonly<Record<string, Ask>> = {
  "parse-criterion"(vector) {
    const read = parseCriterion((vector["input"] as { criterion: string }).criterion);
    if (isError(read)) return read;
    const { operator, value, isPercent, isRelative, isIncrease } = read;
    const told = Number.isFinite(value) ? value : value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN";
    return { operator, value: told, percent: isPercent, relative: isRelative, increase: isIncrease };
  },
  compare(vector) {
    const { measured, operator, target } = vector["input"] as {
      measured: number;
      operator: string;
      target: number;
    };
    if (!["<", "<=", "=", ">=", ">"].includes(operator)) return { error: "no operator set" };
    return { satisfied: compare(measured, operator as Operator, target) };
  },
  percentile(vector) {
    const { values, p } = vector["input"] as { values: readonly number[]; p: number };
    return { value: percentileOf(values, p) };
  },
  aggregate(vector) {
    const baseline = baselineOf(vector["input"] as History);
    return { skip: baseline.kind === "nothing", value: baseline.kind === "value" ? baseline.value : 0 };
  },
  criterion(vector) {
    const { criterion, value } = vector["input"] as { criterion: string; value: number };
    const baseline = baselineOf(vector["input"] as History);
    const judged = judgeCriterion(criterion, value, baseline);
    if (isError(judged)) return judged;
    const comparedValue = baseline.kind === "value" ? baseline.value : 0;
    return { satisfied: !judged.violated, targetValue: judged.targetValue, comparedValue };
  },
  "criteria-and": (vector) => groups(vector, [(vector["input"] as { criteria: readonly string[] }).criteria]),
  "criteria-or": (vector) =>
    groups(vector, (vector["input"] as { groups: readonly (readonly string[])[] }).groups),
  "take-sli"(vector) {
    const { sli, lookup } = vector["input"] as { sli: readonly SliValue[]; lookup: string };
    const { found, left } = takeSli(sli, lookup);
    return {
      found: found === undefined ? null : { ...found, comparedValue: 0 },
      left: left.map(({ metric }) => metric),
    };
  },
  objectives(vector) {
    const { slo, sli, previous } = vector["input"] as {
      slo: TextSlo;
      sli: readonly SliValue[];
      previous: readonly Earlier[];
    };
    const noKey = { failed: false, name: "", message: "" };
    const failed = { result: "fail", evaluationResult: "fail", indicatorResults: null, maximumScore: 100 };
    const read = sloIn(slo);
    const objectives = wholeObjectives(read) ?? [];
    if (objectives.length === 0) return { ...failed, keySli: noKey, message: "" };
    const outcome = judgeObjectives(objectives, read.comparison, sli, previous.map(earlierOf));
    if (isError(outcome)) return { ...failed, keySli: noKey, message: "", ...outcome };
    const { indicators, maximumScore, keyFailure, message } = outcome;
    const keySli = keyFailure === undefined ? noKey : { failed: true, ...keyFailure };
    return { indicatorResults: indicators, maximumScore, keySli, message, result: "", evaluationResult: "" };
  },
  score(vector) {
    const { indicators, maximumScore, totalScore, keySli } = vector["input"] as {
      indicators: readonly { score: number; hasPassTargets: boolean }[];
      maximumScore: number;
      totalScore: KeptnSlo["totalScore"] | null;
      keySli: KeyFailure & { failed: boolean };
    };
    const key = keySli.failed ? keySli : undefined;
    const scored = scoreOf(indicators, maximumScore, totalScore ?? undefined, key);
    if (isError(scored)) return scored;
    return { ...scored, evaluationResult: scored.result, status: "succeeded" };
  },
  "slo-parse"(vector) {
    const reading = parseSlo((vector["input"] as { sloYaml: string }).sloYaml);
    // What upstream said of it is not to be answered.
    return reading.kind === "invalid"
      ? { invalid: true, upstreamError: vector.expected["upstreamError"] }
      : { slo: textOf(reading.slo) };
  },
  evaluate(vector) {
    const { context, sloYaml, getSli, previous } = vector["input"] as {
      context: EvaluationContext;
      sloYaml: string;
      getSli: SliRetrieval & { indicatorValues: readonly SliValue[]; start: string; end: string };
      previous: readonly Earlier[];
    };
    return {
      data: evaluateKeptn({
        context,
        sloText: sloYaml,
        retrieval: getSli,
        values: getSli.indicatorValues,
        timeStart: getSli.start,
        timeEnd: getSli.end,
        history: previous.map(earlierOf),
      }),
    };
  },
  "sli-value"(vector) {
    const { response } = vector["input"] as { response: PrometheusAnswer };
    return expectedOnly(vector, sliValueOf("m", response));
  },
  "get-sli-result"(vector) {
    const { message, ...told } = retrievalOf(
      (vector["input"] as { successes: readonly boolean[] }).successes,
    );
    return message === "" ? told : { ...told, message };
  },
  "sli-query"(vector) {
    const { sliName, context, sliIndicators, filters, deployment, start, end } = vector["input"] as {
      sliName: string;
      context: EvaluationContext;
      sliIndicators: Readonly<Record<string, string>>;
      filters: readonly { key: string; value: string }[];
      deployment: string;
      start: string;
      end: string;
    };
    const [from, to] = [momentOf(start), momentOf(end)];
    const query = queryOf({
      sli: sliName,
      indicators: new Map(Object.entries(sliIndicators)),
      context,
      filters: filters.map(({ key, value }) => [key, value] as const),
      deployment,
      start: from,
      end: to,
    });
    return typeof query === "string" ? { query, time: to / 1000 } : query;
  },
  "sli-merge"(vector) {
    const { project, stage, service } = vector["input"] as Readonly<
      Record<"project" | "stage" | "service", Readonly<Record<string, string>> | null>
    >;
    const levels = [project, stage, service].map((one) =>
      one === null ? undefined : new Map(Object.entries(one)),
    );
    return { indicators: Object.fromEntries(mergeIndicators(levels)) };
  },
  timeframe(vector) {
    const text = vector["input"] as { start: string; end: string; timeframe: string };
    const frame = timeFrameOf(text, Date.parse("2022-01-26T12:00:00Z"));
    if (isError(frame)) return frame;
    return text.start === ""
      ? { durationSeconds: (frame.end - frame.start) / 1000 }
      : { start: formatTimestamp(frame.start), end: formatTimestamp(frame.end) };
  },
  repair(vector) {
    const repair = repairSlo((vector["input"] as { text: string }).text);
    switch (repair.kind) {
      case "repaired":
        return expectedOnly(vector, { repaired: true, slo: textOf(repair.slo) });
      case "strict": {
        const effectiveComparison = comparisonText(repair.slo);
        return expectedOnly(vector, { repaired: false, effectiveComparison, lint: repair.ignoredKeys });
      }
      case "hopeless":
        return { repaired: false };
    }
  },
};

/** Of what is answered only what is asked: these vectors do not say all. */
function expectedOnly({ expected }: Vector, answer: object): unknown {
  return Object.fromEntries(Object.entries(answer).filter(([key]) => Object.hasOwn(expected, key)));
}

function momentOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : (parseTimestamp(text) ?? Number.NaN);
}

interface History {
  readonly previous: readonly Before[];
  readonly aggregateFunction: string;
}

function baselineOf({ previous, aggregateFunction }: History): Baseline {
  const values = previous.flatMap(({ value, success = true }) => (success ? value : []));
  return aggregateOf(values, aggregateFunction);
}

function groups(vector: Vector, lists: readonly (readonly string[])[]): unknown {
  const judged = judgeGroups(
    lists,
    (vector["input"] as { value: number }).value,
    baselineOf(vector["input"] as History),
  );
  if (isError(judged)) return judged;
  return { satisfied: judged.isSatisfied, targets: judged.targets.length === 0 ? null : judged.targets };
}

function earlierOf({
  id = "",
  time,
  result,
  invalidated = false,
  indicatorResults,
}: Earlier): EarlierEvaluation {
  const values = indicatorResults.flatMap(({ noValue, metric = "", value = 0, success = true }): SliValue[] =>
    noValue === true ? [] : [{ metric, value, success }],
  );
  const at = time === undefined ? 0 : Date.parse(time);
  return { id, at, result, isInvalidated: invalidated, values };
}

function sloIn(slo: TextSlo): KeptnSlo {
  const text = JSON.stringify(slo);
  const reading = parseSlo(text);
  if (reading.kind === "invalid") throw new Error(`the vector's slo is invalid: ${reading.why}`);
  return reading.slo;
}

function comparisonText({ comparison }: Pick<KeptnSlo, "comparison">): unknown {
  return {
    compare_with: comparison.compareWith,
    include_result_with_score: comparison.includeResultWithScore,
    number_of_comparison_results: comparison.count,
    aggregate_function: comparison.aggregateFunction,
  };
}

function textOf(slo: KeptnSlo): unknown {
  const groupsText = (list: KeptnSlo["objectives"][number]["pass"]): unknown =>
    list === undefined ? null : list.map((group) => (group === undefined ? null : { criteria: group }));
  return {
    spec_version: slo.specVersion,
    filter: slo.filter === undefined ? null : Object.fromEntries(slo.filter),
    comparison: comparisonText(slo),
    objectives: slo.objectives.map(({ sli, displayName, pass, warning, weight, isKey }) => ({
      sli,
      displayName,
      pass: groupsText(pass),
      warning: groupsText(warning),
      weight,
      key_sli: isKey,
    })),
    total_score: slo.totalScore ?? null,
  };
}

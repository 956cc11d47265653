/**
 * A whole Keptn evaluation: from a file, values and what was before to the data of `sh.keptn.event.evaluation.finished`
 * (lighthouse-service 1.4.5, evaluate_sli_handler.go).
 *
 * Keeps: the verdict is `result` beside `status`, and `evaluation.result` is another one, which may differ: as in Keptn. What is
 * not in Keptn's table is not decided here.
 */
import type { Group } from "./criteria.ts";
import { isError } from "./criterion.ts";
import { type EarlierEvaluation, type KeptnResult, selectEarlier } from "./history.ts";
import {
  type IndicatorResult,
  judgeObjectives,
  type ObjectivesOutcome,
  type WholeObjective,
} from "./objectives.ts";
import { parseSlo } from "./parse.ts";
import { scoreOf } from "./score.ts";
import { type KeptnSlo, wholeGroups } from "./slo-file.ts";
import type { SliRetrieval, SliValue } from "./sli-value.ts";

/** What is evaluated, in Keptn's words. */
export interface EvaluationContext {
  readonly project: string;
  readonly stage: string;
  readonly service: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What an evaluation is made of. */
export interface EvaluationInput {
  readonly context: EvaluationContext;
  /** The file's text; empty: there is none. */
  readonly sloText: string;
  readonly retrieval: SliRetrieval;
  readonly values: readonly SliValue[];
  /** RFC 3339, as they are to be told. */
  readonly timeStart: string;
  readonly timeEnd: string;
  /** Every evaluation of project, stage and service, in any order. */
  readonly history: readonly EarlierEvaluation[];
  /** SLIs whose objectives are left out: our own addition, which Keptn does not know. */
  readonly leftOut?: ReadonlySet<string>;
}

/** The `data` of the event, with its keys in its order; the file itself is the caller's to add. */
export interface EvaluationData extends EvaluationContext {
  readonly status: "succeeded" | "errored";
  readonly result: KeptnResult;
  readonly message?: string;
  readonly evaluation: {
    readonly timeStart: string;
    readonly timeEnd: string;
    readonly result: KeptnResult;
    readonly score: number;
    readonly indicatorResults: readonly IndicatorResult[] | null;
    readonly comparedEvents?: readonly string[];
  };
}

interface Ending {
  readonly status: "succeeded" | "errored";
  readonly result: KeptnResult;
  readonly inner: KeptnResult;
  readonly score: number;
  readonly message: string;
  readonly indicators?: readonly IndicatorResult[];
  readonly compared?: readonly EarlierEvaluation[];
}

/** Evaluates. */
export function evaluateKeptn(input: EvaluationInput): EvaluationData {
  const { context, timeStart, timeEnd } = input;
  const { project, stage, service, labels } = context;
  const { status, result, inner, score, message, indicators, compared = [] } = endingOf(input);
  const names = Object.keys(labels ?? {}).toSorted();
  return {
    project,
    stage,
    service,
    ...(names.length > 0 && {
      labels: Object.fromEntries(names.map((name) => [name, labels?.[name] ?? ""])),
    }),
    status,
    result,
    ...(message !== "" && { message }),
    evaluation: {
      timeStart,
      timeEnd,
      result: inner,
      score,
      indicatorResults: indicators === undefined || indicators.length === 0 ? null : indicators,
      ...(compared.length > 0 && { comparedEvents: compared.map(({ id }) => id) }),
    },
  };
}

const unscored = { score: 0 } as const;

function endingOf({ context, sloText, retrieval, values, history, leftOut }: EvaluationInput): Ending {
  const errored = { status: "errored", result: "fail", ...unscored } as const;
  switch (retrieval.status) {
    case "aborted":
      return { ...errored, inner: "pass", message: "evaluation performed by lighthouse was aborted" };
    case "errored": {
      const message = `evaluation performed by lighthouse received an unexpected error: ${retrieval.message}`;
      return { ...errored, inner: "pass", message };
    }
    case "succeeded":
      break;
  }
  if (sloText === "") {
    const message = `no evaluation performed by lighthouse because no SLO file configured for project ${context.project}`;
    return { status: "succeeded", result: "pass", inner: "pass", ...unscored, message };
  }
  const reading = parseSlo(sloText);
  const whole = reading.kind === "read" ? wholeObjectives(reading.slo) : undefined;
  const objectives = whole?.filter(({ sli }) => leftOut?.has(sli) !== true);
  if (reading.kind === "invalid" || objectives === undefined) {
    const { project, stage, service } = context;
    const message = `Could not parse SLO file for service ${service} in stage ${stage} in project ${project}`;
    return { ...errored, inner: "fail", message };
  }
  const compared = selectEarlier(history, reading.slo.comparison);
  return { ...judged(reading.slo, objectives, values, compared, retrieval), compared };
}

function judged(
  slo: KeptnSlo,
  objectives: readonly WholeObjective[],
  values: readonly SliValue[],
  compared: readonly EarlierEvaluation[],
  retrieval: SliRetrieval,
): Ending {
  const failed = { result: "fail", inner: "fail", ...unscored } as const;
  const nothing: ObjectivesOutcome = {
    indicators: [],
    maximumScore: 100,
    keyFailure: undefined,
    message: "",
  };
  const outcome =
    objectives.length === 0 ? nothing : judgeObjectives(objectives, slo.comparison, values, compared);
  if (isError(outcome)) return { status: "succeeded", ...failed, message: outcome.error };
  const points = outcome.indicators.map(({ score, passTargets }) => ({
    score,
    hasPassTargets: (passTargets ?? []).length > 0,
  }));
  const scored = scoreOf(points, outcome.maximumScore, slo.totalScore, outcome.keyFailure);
  if (isError(scored)) return { status: "errored", ...failed, message: scored.error };
  const { result, score } = scored;
  const told = { status: "succeeded", inner: result, score, indicators: outcome.indicators } as const;
  if (objectives.length === 0)
    return { ...told, result: "fail", message: "lighthouse failed because no SLO objective was provided" };
  if (retrieval.result === "fail") {
    const message = `lighthouse failed because SLI failed with message ${retrieval.message}`;
    return { ...told, result: "fail", message };
  }
  return { ...told, result, message: scored.message === "" ? outcome.message : scored.message };
}

/** Objectives whose groups are all there; `undefined` where one is null, on which Keptn crashes. */
export function wholeObjectives(slo: KeptnSlo): readonly WholeObjective[] | undefined {
  const whole = slo.objectives.map((objective) => {
    const groups = (list: readonly (Group | undefined)[] | undefined) => wholeGroups(list);
    const [pass, warning] = [groups(objective.pass), groups(objective.warning)];
    return pass === undefined || warning === undefined ? undefined : { ...objective, pass, warning };
  });
  return whole.some((one) => one === undefined) ? undefined : whole.filter((one) => one !== undefined);
}

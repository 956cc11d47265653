/**
 * The quality gates of a policy, run: each over a time, at the data sources that the operator has, with what its own tool would
 * make of the answers.
 *
 * Keeps: a gate that cannot be run is an *error* with its reason, never a pass and never left out. A look of the watch compares with
 * earlier evaluations and leaves none behind; what is kept is what was asked about one deployment, once, under its key.
 */
import type { ArgoPlan, FlaggerPlan, KeptnPlan, QualityPlan } from "../domain/quality-plan.ts";
import type { QualityFinding, QualityLine, QualityResult } from "../domain/quality-finding.ts";
import { judgeGate, queriesOf, readQualityFile } from "../quality/gate-file.ts";
import { formatGoFloat } from "../quality/keptn/go-number.ts";
import type { EarlierEvaluation } from "../quality/keptn/history.ts";
import type { IndicatorResult } from "../quality/keptn/objectives.ts";
import { mergeIndicators } from "../quality/keptn/sli-query.ts";
import { parseSli } from "../quality/keptn/sli-file.ts";
import type { PrometheusAnswer } from "../quality/keptn/sli-value.ts";
import type { TimeFrame } from "../quality/keptn/time-frame.ts";
import type { Evaluations, EvaluationSeries, NewEvaluation } from "./evaluations.ts";
import type { AskValue, Measurer } from "./ports.ts";
import { type QualityOutcome, runQualityGate } from "./quality-gate.ts";

/** What running needs. */
export interface QualityWorld {
  readonly measurer: Pick<Measurer, "values">;
  readonly evaluations: Pick<Evaluations, "earlier" | "find" | "keep">;
}

/** Which gates are run, and for what. */
export interface QualityRequest {
  readonly repositoryId: number;
  /** The policy's own data source. */
  readonly dataSource: string;
  readonly plans: readonly QualityPlan[];
  /** The time that each judges. */
  readonly frameOf: (plan: QualityPlan) => TimeFrame;
}

/** Gates that were run. */
export interface QualityRun {
  readonly findings: readonly QualityFinding[];
  /** Keeps the evaluations of those whose tool compares with earlier ones. */
  keep(about: EvaluationSubject): Promise<void>;
}

/** What an evaluation is about. */
export interface EvaluationSubject {
  /** Names it, such as one deployment. */
  readonly key: string;
  readonly environment: string | undefined;
  readonly headSha: string | undefined;
}

type Evaluated = Pick<NewEvaluation, "series" | "gate" | "at" | "data">;

/** Runs gates one after the other, as Keptn asks for its SLIs. */
export async function runQuality(world: QualityWorld, request: QualityRequest): Promise<QualityRun> {
  const findings: QualityFinding[] = [];
  const evaluated: Evaluated[] = [];
  for (const plan of request.plans) findings.push(await runPlan(world, request, plan, evaluated));
  return {
    findings,
    async keep({ key, environment, headSha }) {
      for (const one of evaluated) await world.evaluations.keep({ ...one, key, environment, headSha });
    },
  };
}

async function runPlan(
  world: QualityWorld,
  request: QualityRequest,
  plan: QualityPlan,
  evaluated: Evaluated[],
): Promise<QualityFinding> {
  switch (plan.tool) {
    case "keptn":
      return runKeptn(world, request, plan, evaluated);
    case "argo":
    case "flagger":
      return runFile(world, request, plan);
  }
}

/** A gate that could not be run. */
function unable(plan: QualityPlan, message: string): QualityFinding {
  return { ...head(plan), result: "error", message, lines: [] };
}

function head({ name, tool, onWarning, onError }: QualityPlan) {
  return { gate: name, tool, onWarning, onError } as const;
}

async function runFile(
  { measurer }: QualityWorld,
  { repositoryId, dataSource, frameOf }: QualityRequest,
  plan: ArgoPlan | FlaggerPlan,
): Promise<QualityFinding> {
  const { tool, file, args, addresses } = plan;
  const reading = readQualityFile(tool, file.text, file.path, args);
  // It was read when the policy was; a version of us that reads otherwise says so.
  if (reading.kind === "unusable") return unable(plan, `${file.path} ${reading.problems[0]?.message ?? ""}`);
  const { gate } = reading;
  const answers = new Map<string, PrometheusAnswer>();
  const askers = askersOf(measurer, repositoryId, [dataSource, ...Object.values(addresses)]);
  for (const { metric, expression, at, range, address } of queriesOf(gate, frameOf(plan))) {
    const id =
      address === undefined ? dataSource : Object.hasOwn(addresses, address) ? addresses[address] : undefined;
    const ask = id === undefined ? undefined : askers.get(id);
    answers.set(
      metric,
      (await ask?.(expression, at, range)) ?? { error: "its address is no data source of the operator's" },
    );
  }
  return { ...head(plan), ...judgeGate(gate, answers) };
}

/** What asks each data source, in one look of the repository. */
function askersOf(
  measurer: Pick<Measurer, "values">,
  repositoryId: number,
  ids: readonly string[],
): ReadonlyMap<string, AskValue> {
  return new Map(ids.map((id) => [id, measurer.values(id, repositoryId)]));
}

async function runKeptn(
  { measurer, evaluations }: QualityWorld,
  { repositoryId, dataSource, frameOf }: QualityRequest,
  plan: KeptnPlan,
  evaluated: Evaluated[],
): Promise<QualityFinding> {
  const { project, stage, service, labels, deployment, ignoreIfEmpty } = plan;
  const series: EvaluationSeries = { repositoryId, project, stage, service };
  const history = await historyOf(evaluations, series, plan);
  if (history === undefined)
    return unable(plan, `its baseline ${plan.baseline ?? ""} is not known, or was taken back`);
  const frame = frameOf(plan);
  const askers = askersOf(measurer, repositoryId, [dataSource, ...Object.values(plan.dataSources)]);
  const outcome = await runQualityGate(
    {
      sloText: plan.slo.text,
      indicators: mergeIndicators(plan.slis.map(({ text }) => indicatorsOf(text))),
      context: { project, stage, service, labels },
      deployment,
      frame,
      history,
      ignoreIfEmpty,
    },
    async (expression, at, sli) => {
      const id = Object.hasOwn(plan.dataSources, sli) ? plan.dataSources[sli] : undefined;
      return askers.get(id ?? dataSource)?.(expression, at) ?? { error: "the data source is not known" };
    },
  );
  evaluated.push({ series, gate: plan.name, at: frame.end, data: outcome.data });
  return keptnFinding(plan, outcome);
}

/** What values are compared with; `undefined`: the pinned evaluation is not there. */
async function historyOf(
  evaluations: QualityWorld["evaluations"],
  series: EvaluationSeries,
  { baseline }: KeptnPlan,
): Promise<readonly EarlierEvaluation[] | undefined> {
  if (baseline === undefined) return evaluations.earlier(series);
  const pinned = await evaluations.find(series.repositoryId, baseline);
  if (pinned === undefined || pinned.invalidated !== undefined) return undefined;
  const values = (pinned.data.evaluation.indicatorResults ?? []).flatMap(({ value }) => value ?? []);
  // Whoever pins an evaluation wants it, whatever results the file would include.
  return [{ id: pinned.id, at: pinned.at, result: "pass", isInvalidated: false, values }];
}

/** Queries of a file that was found to be good when the policy was read. */
function indicatorsOf(text: string): ReadonlyMap<string, string> | undefined {
  const reading = parseSli(text);
  return reading.kind === "read" ? reading.indicators : undefined;
}

/** A Keptn gate's evaluation as a finding. Keptn's *errored* is what could not be told. */
function keptnFinding(plan: KeptnPlan, { data, asked }: QualityOutcome): QualityFinding {
  const { status, result, message = "", evaluation } = data;
  const indicators = evaluation.indicatorResults ?? [];
  const leftOut = asked.filter(
    ({ metric }) =>
      plan.ignoreIfEmpty.includes(metric) && !indicators.some((one) => one.value?.metric === metric),
  );
  const isEmpty = indicators.length === 0 && leftOut.length > 0;
  if (isEmpty) return unable(plan, "every objective was left out, since nothing was answered");
  // Keptn fails a gate of which nothing could be asked; that it is not known is the truer word here.
  const isSilent = asked.length > 0 && asked.every(({ error }) => error !== undefined);
  if (isSilent) return unable(plan, `no answer: ${asked[0]?.error ?? ""}`);
  const score = `score ${formatGoFloat(evaluation.score)}`;
  return {
    ...head(plan),
    result: status === "errored" ? "error" : result,
    message: message === "" ? score : `${score}: ${message}`,
    score: evaluation.score,
    lines: [...indicators.map((one) => lineOf(one)), ...leftOut.map(({ metric }) => ignoredLine(metric))],
  };
}

function lineOf({ status, value, displayName, passTargets, warningTargets }: IndicatorResult): QualityLine {
  const metric = value?.metric ?? "";
  const targets = [...(passTargets ?? []), ...(warningTargets ?? [])];
  return {
    name: displayName === "" ? metric : displayName,
    result: status,
    ...(value?.success === true ? { value: formatGoFloat(value.value) } : {}),
    criteria: targets
      .map(({ criteria, targetValue, violated }) => {
        const target = criteria.includes(formatGoFloat(targetValue))
          ? ""
          : ` (${formatGoFloat(targetValue)})`;
        return `${criteria}${target} ${violated ? "violated" : "met"}`;
      })
      .join("; "),
  };
}

function ignoredLine(metric: string): QualityLine {
  const result: QualityResult | "info" = "info";
  return { name: metric, result, criteria: "left out: nothing was answered" };
}

/**
 * A Keptn quality gate, run by us: its SLIs are asked of one Prometheus, one after the other, for the moment at which the time ends,
 * and the evaluation is Keptn's own (quality/keptn/).
 *
 * Keeps: what a caller names (service, labels) goes into queries as plain text, as Keptn's placeholders do, so whatever could
 * break out of a quoted value is refused before. [T33] The queries themselves are the repository's, like those of its SLOs.
 */
import type { Instant } from "../domain/instant.ts";
import { type EvaluationContext, type EvaluationData, evaluateKeptn } from "../quality/keptn/evaluation.ts";
import type { EarlierEvaluation } from "../quality/keptn/history.ts";
import { parseSlo } from "../quality/keptn/parse.ts";
import { queryOf } from "../quality/keptn/sli-query.ts";
import {
  noNumber,
  noValues,
  type PrometheusAnswer,
  retrievalOf,
  type SliValue,
  sliValueOf,
} from "../quality/keptn/sli-value.ts";
import { formatTimestamp, type TimeFrame } from "../quality/keptn/time-frame.ts";

/** What is to be evaluated. */
export interface QualityGate {
  /** The text of slo.yaml; empty: there is none. */
  readonly sloText: string;
  /** Queries by SLI, of sli.yaml. */
  readonly indicators: ReadonlyMap<string, string>;
  readonly context: EvaluationContext;
  /** What `$DEPLOYMENT` is. */
  readonly deployment: string;
  readonly frame: TimeFrame;
  /** Earlier evaluations of the same project, stage and service. */
  readonly history: readonly EarlierEvaluation[];
  /** SLIs whose objectives are left out where nothing was answered: our own addition. */
  readonly ignoreIfEmpty?: readonly string[];
}

/** One SLI with the question that was asked for it. */
export interface AskedSli extends SliValue {
  /** Absent: there is no query for it. */
  readonly query?: string;
  /** Why the Prometheus gave no answer; absent: it gave one. */
  readonly error?: string;
}

/** What came of it. */
export interface QualityOutcome {
  readonly data: EvaluationData;
  readonly asked: readonly AskedSli[];
}

/** Asks the Prometheus of an SLI for one expression at one moment. */
export type AskSli = (expression: string, at: Instant, sli: string) => Promise<PrometheusAnswer>;

/** Runs a gate. */
export async function runQualityGate(gate: QualityGate, ask: AskSli): Promise<QualityOutcome> {
  const { sloText, context, frame, history } = gate;
  const reading = parseSlo(sloText);
  const asked: AskedSli[] = [];
  const leftOut = new Set<string>();
  if (sloText !== "" && reading.kind === "read")
    for (const { sli } of reading.slo.objectives) {
      const found = await askSli(gate, sli, reading.slo.filter ?? [], ask);
      asked.push(found);
      if (isEmpty(found) && gate.ignoreIfEmpty?.includes(sli) === true) leftOut.add(sli);
    }
  const counted = asked.filter(({ metric }) => !leftOut.has(metric));
  const data = evaluateKeptn({
    context,
    sloText,
    leftOut,
    retrieval: retrievalOf(counted.map(({ success }) => success)),
    values: counted.map(({ metric, value, success, message }) => ({
      metric,
      value,
      success,
      ...(message !== undefined && { message }),
    })),
    timeStart: formatTimestamp(frame.start),
    timeEnd: formatTimestamp(frame.end),
    history,
  });
  return { data, asked };
}

async function askSli(
  { indicators, context, deployment, frame }: QualityGate,
  sli: string,
  filters: readonly (readonly [string, string])[],
  ask: AskSli,
): Promise<AskedSli> {
  const query = queryOf({ sli, indicators, context, filters, deployment, ...frame });
  if (typeof query !== "string") return { metric: sli, value: 0, success: false, message: query.error };
  const answer = await ask(query, frame.end, sli);
  const value = sliValueOf(sli, answer);
  return "error" in answer ? { ...value, query, error: answer.error } : { ...value, query };
}

/** Whether a query was answered with nothing, or with what comes of dividing nothing by nothing. */
function isEmpty({ success, message }: AskedSli): boolean {
  return !success && (message === noValues || message === noNumber);
}

/** Why a name may not go into a query; `undefined`: it may. */
export function nameFault(name: string): string | undefined {
  return /^[\w .:/@+-]{1,200}$/.test(name)
    ? undefined
    : "may hold letters, digits, blanks and . : / @ + - _, at most 200";
}

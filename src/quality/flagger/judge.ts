/**
 * A canary's metrics held against what a Prometheus answered.
 *
 * Keeps: Flagger halts where it has no value, and counts that as a failed check. Here it is *could not tell*, since a service without
 * traffic is no bad one, and whoever reads must know which it was; either way nothing passes. [T36]
 */
import type { Instant } from "../../domain/instant.ts";
import type { QualityLine } from "../../domain/quality-finding.ts";
import type { GateOutcome } from "../gate-outcome.ts";
import type { GateQuery } from "../gate-query.ts";
import type { PrometheusAnswer } from "../keptn/sli-value.ts";
import type { CanaryMetric, FlaggerGate } from "./gate.ts";
import { judgeMetric } from "./metric.ts";

/** What a gate asks about a moment. */
export function flaggerQueries({ metrics }: FlaggerGate, at: Instant): readonly GateQuery[] {
  return metrics.flatMap(({ name, source }): readonly GateQuery[] => {
    if (source.kind === "unable") return [];
    const { expression, address } = source;
    return [{ metric: name, expression, at, ...(address !== undefined && { address }) }];
  });
}

/** Judges by answers, by the metrics' names. */
export function judgeFlagger(
  { metrics }: FlaggerGate,
  answers: ReadonlyMap<string, PrometheusAnswer>,
): GateOutcome {
  const judged = metrics.map((metric) => ({ name: metric.name, ...judge(metric, answers.get(metric.name)) }));
  const lines = judged.map(({ line }) => line);
  const worst =
    judged.find(({ line }) => line.result === "fail") ?? judged.find(({ line }) => line.result === "error");
  if (worst !== undefined)
    return {
      result: worst.line.result === "fail" ? "fail" : "error",
      message: `${worst.name}: ${worst.why}`,
      lines,
    };
  // A gate without metrics is never read, and would decide nothing.
  if (judged.length === 0) return { result: "error", message: "there is no metric", lines };
  return {
    result: "pass",
    message: `${judged.length} of ${judged.length} metrics within their thresholds`,
    lines,
  };
}

function judge(
  metric: CanaryMetric,
  answer: PrometheusAnswer | undefined,
): { readonly line: QualityLine; readonly why: string } {
  const shared = { name: metric.name, criteria: criteriaOf(metric) };
  const unknown = (why: string) => ({ line: { ...shared, result: "error", value: why } as const, why });
  if (metric.source.kind === "unable") return unknown(metric.source.why);
  if (answer === undefined) return unknown("was not asked");
  if ("error" in answer) return unknown(answer.error);
  if (answer.resultType !== "vector") return unknown(`Flagger reads no ${answer.resultType}`);
  const last = answer.values.at(-1);
  if (last === undefined) return unknown("no values found");
  const number = last.replace(/^([-+]?)Inf$/, "$1Infinity");
  if (Number.isNaN(Number(number))) return unknown("no values found: not a number");
  if (metric.name === "request-duration" && !Number.isFinite(Number(number)))
    return unknown("the duration is no number of milliseconds");
  const outcome = judgeMetric(metric, { kind: "vector", values: [number] });
  const why = outcome.kind === "halt" ? outcome.reason : "";
  return { line: { ...shared, result: outcome.kind === "halt" ? "fail" : "pass", value: last }, why };
}

function criteriaOf({ name, thresholdRange, threshold = 0 }: CanaryMetric): string {
  if (thresholdRange === undefined) return `${name === "request-success-rate" ? ">=" : "<="} ${threshold}`;
  const { min, max } = thresholdRange;
  return [min === undefined ? "" : `>= ${min}`, max === undefined ? "" : `<= ${max}`]
    .filter((one) => one !== "")
    .join(", ");
}

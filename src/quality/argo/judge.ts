/**
 * A template's metrics held against what a Prometheus answered, once each (metricproviders/prometheus/prometheus.go).
 *
 * Keeps: the worst metric is the gate's answer, in Argo's order; a dry run is told and never counts. Where Argo would let no data, or
 * what is no number, pass by accident (`!(result[0] >= 1)`, `all(result, …)`, a failureCondition alone), the answer is *could not tell*;
 * a condition passes without data only where it asks for that itself, by `len` or `isNaN`.
 */
import type { Instant } from "../../domain/instant.ts";
import type { QualityLine, QualityResult } from "../../domain/quality-finding.ts";
import type { GateOutcome } from "../gate-outcome.ts";
import type { GateQuery } from "../gate-query.ts";
import type { PrometheusAnswer } from "../keptn/sli-value.ts";
import { type ArgoPhase, type Conditions, type Measured, phaseOf } from "./condition.ts";
import type { ArgoGate, ArgoMetric } from "./gate.ts";
import type { ArgoResult } from "./static-type.ts";

/** From best to worst, as Argo's runs have it. */
const order: readonly ArgoPhase[] = ["Successful", "Inconclusive", "Error", "Failed"];

/** What a gate asks about a moment. */
export function argoQueries({ metrics }: ArgoGate, at: Instant): readonly GateQuery[] {
  return metrics.flatMap(({ name, source }): readonly GateQuery[] => {
    if (source.kind === "unable") return [];
    const { expression, address, range, isScalar } = source;
    return [
      {
        metric: name,
        // We read vectors only.
        expression: isScalar ? `vector(${expression}\n)` : expression,
        at,
        ...(address !== undefined && { address }),
        ...(range !== undefined && {
          range: { from: at - range.startMs, to: at - range.endMs, stepMs: range.stepMs },
        }),
      },
    ];
  });
}

/** Judges by answers, by the metrics' names. */
export function judgeArgo(
  { metrics }: ArgoGate,
  answers: ReadonlyMap<string, PrometheusAnswer>,
): GateOutcome {
  const judged = metrics.map((metric) => ({ metric, ...measure(metric, answers.get(metric.name)) }));
  const counted = judged.filter(({ metric }) => !metric.isDryRun);
  const worst = counted.toSorted((a, b) => order.indexOf(b.phase) - order.indexOf(a.phase))[0];
  const lines = judged.map((one) => lineOf(one));
  const notApplied = [...new Set(metrics.flatMap((metric) => metric.notApplied))];
  const beside = notApplied.length === 0 ? "" : `; looked once, not applied: ${notApplied.join(", ")}`;
  if (worst === undefined)
    return { result: "error", message: "every metric is a dry run, so nothing decides", lines };
  const count = counted.filter(({ phase }) => phase === "Successful").length;
  const said =
    worst.phase === "Successful" ? `${count} of ${counted.length} metrics Successful` : wordsOf(worst);
  return { result: resultOf(worst.phase), message: `${said}${beside}`, lines };
}

interface Judged extends Measured {
  readonly metric: ArgoMetric;
  readonly value?: string;
}

function measure(
  { source, conditions }: ArgoMetric,
  answer: PrometheusAnswer | undefined,
): Measured & { readonly value?: string } {
  const error = (detail: string): Measured => ({ phase: "Error", detail });
  if (source.kind === "unable") return error(source.why);
  if (answer === undefined) return error("was not asked");
  if ("error" in answer) return error(answer.error);
  const values = answer.values.map(numberIn);
  const result = resultFrom(answer.resultType, values, source.isScalar);
  if (result === undefined) return error(`Prometheus answered a ${answer.resultType}`);
  const value =
    answer.values.length > 3 ? `${answer.values.slice(0, 3).join(", ")}, …` : answer.values.join(", ");
  const shown = value === "" ? {} : { value };
  const unasked = unaskedPass(conditions, values);
  const measured = phaseOf(conditions, result);
  return measured.phase === "Successful" && unasked !== undefined
    ? { ...error(unasked), ...shown }
    : { ...measured, ...shown };
}

/** An answer as conditions see it; `undefined`: they see none of this type. */
function resultFrom(type: string, values: readonly number[], isScalar: boolean): ArgoResult | undefined {
  const [value] = values;
  if (value !== undefined && (type === "scalar" || (isScalar && values.length === 1)))
    return { kind: "scalar", value };
  return ["vector", "matrix"].includes(type) ? { kind: "vector", values } : undefined;
}

/** Why a pass would be one that nobody asked for; `undefined`: it would not. */
function unaskedPass({ success, failure }: Conditions, values: readonly number[]): string | undefined {
  const said = `${success} ${failure}`;
  if (values.length === 0) return /\blen\s*\(/.test(said) ? undefined : "no data";
  return values.some((value) => Number.isNaN(value)) && !/\bisNaN\s*\(/.test(said)
    ? "not a number"
    : undefined;
}

/** As Prometheus writes it. */
function numberIn(text: string): number {
  return Number(text.replace(/^([-+]?)Inf$/, "$1Infinity"));
}

function resultOf(phase: ArgoPhase): QualityResult {
  switch (phase) {
    case "Successful":
      return "pass";
    case "Failed":
      return "fail";
    case "Inconclusive":
    case "Error":
      return "error";
  }
}

function wordsOf({ metric, phase, detail, value }: Judged): string {
  const why = detail ?? (value === undefined ? "" : `measured ${value}`);
  return `${metric.name} is ${phase}${why === "" ? "" : `: ${why}`}`;
}

function lineOf({ metric: { name, isDryRun, conditions }, phase, value, detail }: Judged): QualityLine {
  const { success, failure } = conditions;
  const asked = [success, failure === "" ? "" : `not (${failure})`].filter((one) => one !== "").join("; ");
  const shown = value ?? (phase === "Error" ? detail : undefined);
  return {
    name: isDryRun ? `${name} (dry run)` : name,
    result: isDryRun ? "info" : resultOf(phase),
    ...(shown !== undefined && { value: shown }),
    criteria: asked,
  };
}

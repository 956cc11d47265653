/**
 * Argo Rollouts as it asks a gate and counts the answers (metricproviders/webmetric, analysis/analysis.go): what a run does with what
 * it is told, without a cluster.
 */
import { type ArgoPhase, type Conditions, phaseOf } from "../../src/quality/argo/condition.ts";
import type { MetricPlan } from "../../src/quality/argo/metric-fault.ts";
import type { Json } from "../../src/quality/argo/static-type.ts";

/** How a metric of the provider `web` asks. */
export type WebMetric = Conditions & {
  body?: string;
  jsonBody?: unknown;
  jsonPath?: string;
  timeoutSeconds?: number;
};

/** What came of asking. */
export type WebReply =
  | { kind: "answered"; status: number; body: string; tookSeconds: number }
  /** No token, no connection. */
  | { kind: "refused" };

/** The phase of a measurement, by a reply. */
export function webPhase(metric: WebMetric, reply: WebReply): ArgoPhase {
  const hasTwoBodies = metric.body !== undefined && metric.jsonBody !== undefined;
  if (hasTwoBodies || reply.kind === "refused") return "Error";
  const timeout = metric.timeoutSeconds ?? 0;
  if (reply.tookSeconds > (timeout > 0 ? timeout : 10)) return "Error";
  if (reply.status < 200 || reply.status >= 300) return "Error";
  let value: Json;
  try {
    value = JSON.parse(reply.body) as Json;
  } catch {
    return phaseOf(metric, { kind: "json", value: reply.body }).phase;
  }
  const found = fieldAt(value, metric.jsonPath ?? "{$}");
  return found === undefined ? "Error" : phaseOf(metric, { kind: "json", value: found }).phase;
}

/** A path of fields, `{$.a.b}`. */
function fieldAt(value: Json, path: string): Json | undefined {
  let found: Json | undefined = value;
  for (const [, name = ""] of path.matchAll(/\.(\w+)/g)) {
    const at: Json | undefined = found;
    found =
      typeof at === "object" && at !== null && !Array.isArray(at)
        ? (at as { readonly [key: string]: Json })[name]
        : undefined;
  }
  return found;
}

/** How a metric ends after measurements, and how many it took. */
export function metricPhase(
  plan: MetricPlan,
  measurements: readonly ArgoPhase[],
  isTerminated: boolean,
): { phase: ArgoPhase | "Running"; measurementsTaken: number } {
  const {
    failureLimit = 0,
    inconclusiveLimit = 0,
    consecutiveErrorLimit = 4,
    consecutiveSuccessLimit = 0,
  } = plan;
  const count = (plan.count ?? 0) > 0 ? plan.count : plan.interval === undefined ? 1 : undefined;
  const counts = { Successful: 0, Failed: 0, Inconclusive: 0, Error: 0 };
  const streaks = { errors: 0, successes: 0 };
  for (const [index, phase] of measurements.entries()) {
    counts[phase] += 1;
    streaks.errors = phase === "Error" ? streaks.errors + 1 : 0;
    streaks.successes = phase === "Successful" ? streaks.successes + 1 : 0;
    const ended = (end: ArgoPhase) => ({ phase: end, measurementsTaken: index + 1 });
    if (streaks.errors > consecutiveErrorLimit) return ended("Error");
    if (counts.Inconclusive > inconclusiveLimit) return ended("Inconclusive");
    if (failureLimit >= 0 && counts.Failed > failureLimit) return ended("Failed");
    if (consecutiveSuccessLimit > 0 && streaks.successes >= consecutiveSuccessLimit)
      return ended("Successful");
    if (count !== undefined && counts.Successful + counts.Failed + counts.Inconclusive >= count) {
      if (consecutiveSuccessLimit === 0) return ended("Successful");
      return ended(failureLimit === -1 ? "Failed" : "Inconclusive");
    }
  }
  return { phase: isTerminated ? "Successful" : "Running", measurementsTaken: measurements.length };
}

const fromBest: readonly ArgoPhase[] = ["Successful", "Inconclusive", "Error", "Failed"];

/** How a run ends, by its metrics. */
export function worstPhase(phases: readonly ArgoPhase[], dryRun: readonly number[]): ArgoPhase {
  const counted = phases.filter((_, index) => !dryRun.includes(index));
  return fromBest[Math.max(0, ...counted.map((phase) => fromBest.indexOf(phase)))] ?? "Error";
}

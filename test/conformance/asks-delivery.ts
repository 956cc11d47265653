import { type ArgoPhase, phaseOf } from "../../src/quality/argo/condition.ts";
import { metricFault, type MetricPlan, type MetricUse } from "../../src/quality/argo/metric-fault.ts";
import type { ArgoResult, Json } from "../../src/quality/argo/static-type.ts";
import { type FlaggerAnswer, type FlaggerMetric, judgeMetric } from "../../src/quality/flagger/metric.ts";
import { metricPhase, type WebMetric, webPhase, worstPhase } from "../world/argo-analysis.ts";
import { callHook, canaryPhase, hookEffect, type HookType } from "../world/flagger-hook.ts";
import type { Ask } from "./asks.ts";

interface TextResult {
  readonly resultType?: "scalar" | "vector";
  readonly value?: string;
  readonly values?: readonly string[];
  readonly webBodyJson?: Json;
  readonly webBodyText?: string;
}

interface PrometheusReply {
  readonly httpStatus?: number;
  readonly data?: {
    readonly resultType: string;
    readonly result: readonly { readonly value?: readonly [number, string] }[];
  };
}

/** Vectors of Argo Rollouts. */
export const argoAsks: Readonly<Record<string, Ask>> = {
  condition(vector) {
    const conditions = {
      success: textIn(vector, "successCondition"),
      failure: textIn(vector, "failureCondition"),
    };
    return { phase: phaseOf(conditions, resultOf(vector["result"] as TextResult)).phase };
  },
  web(vector) {
    const metric = vector["metric"] as Readonly<Record<string, unknown>>;
    const { status, body } = vector["response"] as { readonly status: number; readonly body: string };
    const asked = {
      ...metric,
      success: textIn(metric, "successCondition"),
      failure: textIn(metric, "failureCondition"),
    } as WebMetric;
    const tookSeconds = Number(metric["serverDelaySeconds"] ?? 0);
    const isRefused = metric["oauth2Rejected"] === true;
    const reply = isRefused
      ? ({ kind: "refused" } as const)
      : ({ kind: "answered", status, body, tookSeconds } as const);
    return { phase: webPhase(asked, reply) };
  },
  limits: (vector) =>
    metricPhase(
      vector["metric"] as MetricPlan,
      vector["measurements"] as readonly ArgoPhase[],
      vector["terminated"] === true,
    ),
  worst: (vector) => ({
    phase: worstPhase(
      vector["metricPhases"] as readonly ArgoPhase[],
      vector["dryRunIndexes"] as readonly number[],
    ),
  }),
  validate(vector) {
    const { use = "unknown", ...plan } = vector["metric"] as MetricPlan & { readonly use?: MetricUse };
    const fault = metricFault(plan, use);
    const wanted = textIn({ ...vector, ...vector.expected }, "messageContains");
    return { valid: fault === undefined, messageContains: (fault ?? "").includes(wanted) ? wanted : fault };
  },
};

/** Vectors of Flagger. */
export const flaggerAsks: Readonly<Record<string, Ask>> = {
  metric(vector) {
    const { templateRef, query, ...metric } = vector["metric"] as Omit<FlaggerMetric, "hasQuery"> & {
      readonly templateRef?: string;
      readonly query?: string;
    };
    const hasQuery = templateRef !== undefined || query !== undefined;
    const outcome = judgeMetric(
      { ...metric, hasQuery },
      flaggerAnswer(vector["prometheus"] as PrometheusReply),
    );
    const wanted = textIn({ ...vector, ...vector.expected }, "reasonContains");
    const reason = outcome.kind === "halt" ? outcome.reason : "";
    return { outcome: outcome.kind, reasonContains: reason.includes(wanted) ? wanted : reason };
  },
  webhook(vector) {
    const { status, body } = vector["response"] as { readonly status: number; readonly body: string };
    // A redirect leads where the vector says.
    const final = status >= 300 && status < 400 ? Number(/\((\d{3})\b/.exec(body)?.[1] ?? status) : status;
    return hookEffect(vector["hookType"] as HookType, final, body);
  },
  "webhook.retry": (vector) =>
    callHook(vector["responses"] as readonly (number | "timeout")[], Number(vector["retries"])),
  // Whether a hook holds it is said in the vector's name alone.
  threshold: (vector) => ({
    phase: canaryPhase(
      Number(vector["threshold"]),
      Number(vector["failedChecks"]),
      textIn(vector, "name").includes("confirm-rollout"),
    ),
  }),
};

function textIn(from: Readonly<Record<string, unknown>>, key: string): string {
  const value = from[key];
  return typeof value === "string" ? value : "";
}

function resultOf({ resultType, value, values, webBodyJson, webBodyText }: TextResult): ArgoResult {
  if (resultType === "scalar") return { kind: "scalar", value: numberIn(value ?? "") };
  if (resultType === "vector") return { kind: "vector", values: (values ?? []).map(numberIn) };
  return { kind: "json", value: webBodyText ?? webBodyJson ?? null };
}

/** As Prometheus writes it. */
function numberIn(text: string): number {
  if (text === "+Inf" || text === "Inf") return Number.POSITIVE_INFINITY;
  return text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);
}

function flaggerAnswer({ httpStatus, data }: PrometheusReply): FlaggerAnswer {
  if (httpStatus !== undefined && httpStatus >= 400) return { kind: "error", detail: `HTTP ${httpStatus}` };
  if (data?.resultType === "matrix") return { kind: "matrix" };
  if (data?.resultType !== "vector") return { kind: "scalar" };
  return {
    kind: "vector",
    values: data.result.map(({ value }) => value?.[1].replace("Inf", "Infinity") ?? "NaN"),
  };
}

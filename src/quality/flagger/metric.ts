/**
 * One metric of a Flagger canary held against its threshold, as Flagger 1.44 does (pkg/controller/scheduler_metrics.go,
 * pkg/metrics/providers/prometheus.go).
 *
 * Keeps: a range is inclusive; a duration and its limits are cut to whole milliseconds; of several series the last decides; what
 * cannot be read halts, no traffic among it.
 */

/** A metric, as far as it decides. */
export interface FlaggerMetric {
  readonly name: string;
  readonly thresholdRange?: { readonly min?: number; readonly max?: number };
  /** Of old; only looked at where there is no range. */
  readonly threshold?: number;
  /** Whether it names a template or has a query of its own. */
  readonly hasQuery: boolean;
}

/** What the metric's provider answered. */
export type FlaggerAnswer =
  | { readonly kind: "vector"; readonly values: readonly string[] }
  | { readonly kind: "matrix" | "scalar" }
  /** No usable answer at all. */
  | { readonly kind: "error"; readonly detail: string };

/** Whether the rollout goes on, and why not. */
export type FlaggerOutcome =
  | { readonly kind: "continue" }
  | { readonly kind: "halt"; readonly reason: string };

const builtIn: ReadonlySet<string> = new Set(["request-success-rate", "request-duration"]);

/** Holds a metric against what was answered. */
export function judgeMetric(metric: FlaggerMetric, answer: FlaggerAnswer): FlaggerOutcome {
  const { name, hasQuery } = metric;
  if (!hasQuery && !builtIn.has(name)) return halt(`no usable metrics template for ${name}`);
  switch (answer.kind) {
    case "error":
      return halt(`error response: ${answer.detail}`);
    case "matrix":
      return halt("query returned multiple values");
    case "scalar":
      return halt("error unmarshaling result: a scalar is none that Flagger reads");
    case "vector": {
      const last = Number(answer.values.at(-1) ?? Number.NaN);
      if (Number.isNaN(last)) return halt(`no values found for ${name}`);
      return name === "request-duration" ? judgeDuration(metric, last) : judgeValue(metric, last);
    }
  }
}

/** In milliseconds. */
function judgeDuration(metric: FlaggerMetric, value: number): FlaggerOutcome {
  if (!Number.isFinite(value)) return halt("the duration is no number of milliseconds");
  const { thresholdRange: range, threshold } = metric;
  const cut = (limit: number | undefined) => (limit === undefined ? undefined : Math.trunc(limit));
  const [min, max] = [cut(range?.min), cut(range?.max)];
  const whole = {
    name: metric.name,
    hasQuery: metric.hasQuery,
    ...(range !== undefined && {
      thresholdRange: { ...(min !== undefined && { min }), ...(max !== undefined && { max }) },
    }),
    ...(threshold !== undefined && { threshold: Math.trunc(threshold) }),
  };
  return judgeValue(whole, Math.trunc(value));
}

function judgeValue({ name, thresholdRange, threshold = 0 }: FlaggerMetric, value: number): FlaggerOutcome {
  if (thresholdRange !== undefined) {
    const { min, max } = thresholdRange;
    if (min !== undefined && value < min) return halt(`${name} ${value} < ${min}`);
    return max !== undefined && value > max ? halt(`${name} ${value} > ${max}`) : { kind: "continue" };
  }
  const isBad = name === "request-success-rate" ? threshold > value : value > threshold;
  return isBad ? halt(`${name} ${value}, threshold ${threshold}`) : { kind: "continue" };
}

function halt(reason: string): FlaggerOutcome {
  return { kind: "halt", reason };
}

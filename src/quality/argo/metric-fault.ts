/** What Argo Rollouts refuses of a metric before it measures (utils/analysis/factory.go), in its words. */

/** A metric's counts and pauses; absent: its default. */
export interface MetricPlan {
  readonly count?: number;
  readonly interval?: string;
  readonly initialDelay?: string;
  /** -1: none. */
  readonly failureLimit?: number;
  readonly inconclusiveLimit?: number;
  readonly consecutiveErrorLimit?: number;
  readonly consecutiveSuccessLimit?: number;
}

/** Where a metric is used: only in the background may it run for ever. */
export type MetricUse = "inline" | "background" | "unknown";

const goDuration = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

/** The first fault of a plan; `undefined`: there is none. */
export function metricFault(plan: MetricPlan, use: MetricUse): string | undefined {
  const { count = 0, interval, initialDelay, failureLimit = 0, inconclusiveLimit = 0 } = plan;
  const { consecutiveErrorLimit = 4, consecutiveSuccessLimit = 0 } = plan;
  if (count > 1 && interval === undefined) return "interval must be specified when count > 1";
  if (interval !== undefined && !goDuration.test(interval)) return `invalid interval string: ${interval}`;
  if (initialDelay !== undefined && !goDuration.test(initialDelay))
    return `invalid initialDelay string: ${initialDelay}`;
  if (failureLimit < -1) return "failureLimit must be >= 0, or -1 to be disabled";
  if (inconclusiveLimit < 0) return "inconclusiveLimit must be >= 0";
  if (consecutiveErrorLimit < 0) return "consecutiveErrorLimit must be >= 0";
  if (consecutiveSuccessLimit < 0) return "consecutiveSuccessLimit must be >= 0";
  if (count > 0 && failureLimit >= 0 && count < failureLimit + consecutiveSuccessLimit)
    return `count (${count}) must be >= failureLimit + consecutiveSuccessLimit (${failureLimit} + ${consecutiveSuccessLimit}) if both >= 0`;
  if (count > 0 && count < inconclusiveLimit) return "count must be >= inconclusiveLimit";
  return use === "inline" && count <= 0 && interval !== undefined
    ? "interval without count runs indefinitely"
    : undefined;
}

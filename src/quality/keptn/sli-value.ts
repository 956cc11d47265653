/** One SLI as it was measured, in Keptn's own words. */

/** What was measured of an SLI. */
export interface SliValue {
  readonly metric: string;
  /** 0 where nothing was measured. */
  readonly value: number;
  readonly success: boolean;
  /** Why nothing was measured. */
  readonly message?: string;
}

/** prometheus-service's words for an empty answer, and for one that is no number. */
export const noValues = "query did not return any values";
export const noNumber = "query did not return valid values";

/** What a Prometheus answered to an instant query, as far as it matters. */
export type PrometheusAnswer =
  | { readonly resultType: string; readonly values: readonly string[] }
  | { readonly error: string };

/**
 * What an answer makes of an SLI (prometheus-service 0.9.1): exactly one sample that is a number. An infinity is refused where
 * Keptn would lose its own event over it, since JSON has none.
 */
export function sliValueOf(metric: string, answer: PrometheusAnswer): SliValue {
  const failed = (message: string): SliValue => ({ metric, value: 0, success: false, message });
  if ("error" in answer) return failed(`unable to query prometheus api: ${answer.error}`);
  if (answer.resultType !== "vector")
    return failed(`prometheus api response is not a Vector: ${answer.resultType}`);
  const [text, ...others] = answer.values;
  if (text === undefined) return failed(noValues);
  if (others.length > 0) return failed("query did return multiple values");
  const value = Number(text);
  return Number.isFinite(value) ? { metric, value, success: true } : failed(noNumber);
}

/** What fetching all values came to. */
export interface SliRetrieval {
  readonly status: "succeeded" | "errored" | "aborted";
  readonly result: "pass" | "warning" | "fail";
  readonly message: string;
}

/** What fetching values came to, by whether each succeeded. */
export function retrievalOf(successes: readonly boolean[]): SliRetrieval {
  const failures = successes.filter((success) => !success).length;
  if (failures === 0) return { status: "succeeded", result: "pass", message: "" };
  return failures < successes.length
    ? { status: "succeeded", result: "warning", message: "" }
    : { status: "succeeded", result: "fail", message: "unable to retrieve metrics" };
}

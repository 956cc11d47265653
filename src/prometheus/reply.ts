/**
 * What Prometheus answers, read strictly:
 * https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries
 */
import { z } from "zod";
import type { Instant } from "../domain/instant.ts";
import { failed, ok, type Result } from "../gate/failure.ts";

/** How far the moment of an answer may be from the moment asked about: VictoriaMetrics rounds by up to 30 s. */
const maxSkewSeconds = 60;

/** One series of an instant vector. The value is text as it came: `NaN` and `+Inf` are not numbers yet. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
}

/** An instant vector. */
export interface Reply {
  readonly series: readonly Series[];
  /** What the server could not do: some of the data is missing. `infos` are not warnings and are not read. */
  readonly warnings: readonly string[];
}

const success = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("vector"),
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
  warnings: z.array(z.string()).nullish(),
  /** VictoriaMetrics' way of saying that some of the data is missing. */
  isPartial: z.boolean().nullish(),
});

const problem = z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() });

/**
 * Reads a reply of any status to a question about a moment. Whatever is not a vector of that moment is a failure;
 * an error that Prometheus found in the query is `rejected`.
 */
export function decodeReply(status: number, body: string, at: Instant): Result<Reply> {
  const json = parseJson(body);
  const error = problem.safeParse(json);
  if (error.success) {
    const detail = `${error.data.errorType}: ${error.data.error.slice(0, 200)}`;
    const isAboutQuery = ["bad_data", "execution"].includes(error.data.errorType);
    return failed({ kind: isAboutQuery ? "rejected" : "unreachable", detail });
  }
  if (status === 401 || status === 403)
    return failed({ kind: "refused", detail: `refused us (HTTP ${status})` });
  if (status !== 200) return failed({ kind: "unreachable", detail: `answered HTTP ${status}` });
  const answer = success.safeParse(json);
  if (!answer.success)
    return failed({ kind: "malformed", detail: "answered something that is not a query result" });
  const { data, warnings, isPartial } = answer.data;
  if (data.result.some(({ value }) => Math.abs(value[0] - at / 1000) > maxSkewSeconds))
    return failed({ kind: "malformed", detail: "answered about another moment than it was asked" });
  return ok({
    series: data.result.map(({ metric, value }) => ({ labels: metric, value: value[1] })),
    warnings: [...(warnings ?? []), ...(isPartial === true ? ["some storage nodes did not answer"] : [])],
  });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    // Not JSON: the caller's schemas refuse `undefined` like any other wrong shape.
    return undefined;
  }
}

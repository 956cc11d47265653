/**
 * What Prometheus answers, read strictly:
 * https://prometheus.io/docs/prometheus/latest/querying/api/#expression-queries
 */
import { z } from "zod";
import type { Instant } from "../domain/instant.ts";
import { failed, ok, type Result } from "../gate/failure.ts";
import { type Span, stepsIn } from "./span.ts";

/** How far the moment of an answer may be from the moment asked about: VictoriaMetrics rounds by up to 30 s. */
const maxSkewSeconds = 60;

type Labels = Readonly<Record<string, string>>;

/** One series of an instant vector. The value is text as it came: `NaN` and `+Inf` are not numbers yet. */
export interface Series {
  readonly labels: Labels;
  readonly value: string;
}

/** One series of a matrix: for each step its value as it came, or `undefined` where it has none. */
export interface StepSeries {
  readonly labels: Labels;
  readonly values: readonly (string | undefined)[];
}

/** An answer's series. */
export interface Reply<Kind = Series> {
  readonly series: readonly Kind[];
  /** What the server could not do: some of the data is missing. `infos` are not warnings and are not read. */
  readonly warnings: readonly string[];
}

const success = z.object({
  status: z.literal("success"),
  data: z.unknown(),
  warnings: z.array(z.string()).nullish(),
  /** VictoriaMetrics' way of saying that some of the data is missing. */
  isPartial: z.boolean().nullish(),
});

const metric = z.record(z.string(), z.string());
const point = z.tuple([z.number(), z.string()]);

const vector = z.object({
  resultType: z.literal("vector"),
  result: z.array(z.object({ metric, value: point })),
});

const matrix = z.object({
  resultType: z.literal("matrix"),
  result: z.array(z.object({ metric, values: z.array(point) })),
});

const problem = z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() });

/**
 * Reads a reply of any status to a question about a moment. Whatever is not a vector of that moment is a failure;
 * an error that Prometheus found in the query is `rejected`.
 */
export function decodeReply(status: number, body: string, at: Instant): Result<Reply> {
  const answer = decode(status, body, vector);
  if (!answer.ok) return answer;
  const { result, warnings } = answer.value;
  if (result.some(({ value }) => Math.abs(value[0] - at / 1000) > maxSkewSeconds)) return ofAnotherMoment;
  return ok({
    series: result.map(({ metric, value }) => ({ labels: metric, value: value[1] })),
    warnings,
  });
}

/** Reads a reply of any status to a question about a span. A point that is at no step of it makes it a failure. */
export function decodeSpanReply(status: number, body: string, span: Span): Result<Reply<StepSeries>> {
  const answer = decode(status, body, matrix);
  if (!answer.ok) return answer;
  const series: StepSeries[] = [];
  for (const { metric, values: points } of answer.value.result) {
    const values = Array.from<string | undefined>({ length: stepsIn(span) });
    for (const [seconds, value] of points) {
      const step = Math.round((seconds * 1000 - span.from) / span.stepMs);
      const skewMs = Math.abs(seconds * 1000 - (span.from + step * span.stepMs));
      const isOfStep = step in values && skewMs <= maxSkewSeconds * 1000 && values[step] === undefined;
      if (!isOfStep) return ofAnotherMoment;
      values[step] = value;
    }
    series.push({ labels: metric, values });
  }
  return ok({ series, warnings: answer.value.warnings });
}

const ofAnotherMoment = failed({
  kind: "malformed",
  detail: "answered about another moment than it was asked",
});

/** Reads what is the same for every kind of result, and the result by its schema. */
function decode<Found>(
  status: number,
  body: string,
  schema: z.ZodType<{ readonly result: Found }>,
): Result<{ readonly result: Found; readonly warnings: readonly string[] }> {
  const json = parseJson(body);
  const error = problem.safeParse(json);
  if (error.success) {
    const detail = `${error.data.errorType}: ${error.data.error.slice(0, 200)}`;
    const isAboutQuery = ["bad_data", "execution"].includes(error.data.errorType);
    return failed({ kind: isAboutQuery ? "rejected" : kindOf(status), detail });
  }
  if (status === 401 || status === 403)
    return failed({ kind: "refused", detail: `refused us (HTTP ${status})` });
  if (status !== 200) return failed({ kind: kindOf(status), detail: `answered HTTP ${status}` });
  const answer = success.safeParse(json);
  const data = schema.safeParse(answer.data?.data);
  if (!answer.success || !data.success)
    return failed({ kind: "malformed", detail: "answered something that is not a query result" });
  const { warnings, isPartial } = answer.data;
  return ok({
    result: data.data.result,
    warnings: [...(warnings ?? []), ...(isPartial === true ? ["some storage nodes did not answer"] : [])],
  });
}

/** A server that cannot answer now is as good as away; one that answers something else is there. */
function kindOf(status: number): "unreachable" | "malformed" {
  return status >= 500 ? "unreachable" : "malformed";
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    // Not JSON: the caller's schemas refuse `undefined` like any other wrong shape.
    return undefined;
  }
}

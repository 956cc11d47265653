/**
 * How the error ratios went over the last day: one question for a whole policy, asked for people who want to see
 * when it began.
 *
 * Keeps: an hour that was not measured is a gap, and no answer at all is *unmeasured*; neither is ever a number, and
 * no verdict looks here.
 */
import { type ErrorHistory, historySteps, historyStepMs } from "../domain/error-history.ts";
import type { Instant } from "../domain/instant.ts";
import type { Objective } from "../domain/objective.ts";
import type { MeasurementRequest } from "../gate/ports.ts";
import type { PrometheusClient } from "./client.ts";
import { type Expression, hourlyExpressionsOf, joined, nameLabel } from "./expressions.ts";
import { ratioOf } from "./ratio.ts";
import { askedSli } from "./slices.ts";
import type { Reply, StepSeries } from "./reply.ts";
import type { Span } from "./span.ts";
import { mayBeOnesFault } from "./unanswered.ts";

/** The histories of a request's objectives. Without a client nobody can be asked. */
export async function historyFrom(
  client: PrometheusClient | undefined,
  request: MeasurementRequest,
): Promise<readonly ErrorHistory[]> {
  if (client === undefined) return noneMeasured(request, "is not configured");
  const expressions = hourlyExpressionsOf(request);
  const reply = await client.querySpan(joined(expressions), lastDay(request));
  if (reply.ok) return readAll(request, expressions, reply.value);
  if (mayBeOnesFault(reply.failure) && request.questions.length > 1) {
    const apart = request.questions.map(async (one) => historyFrom(client, { ...request, questions: [one] }));
    return (await Promise.all(apart)).flat();
  }
  return noneMeasured(request, reply.failure.detail);
}

/** The ends of the last day's hours. */
function lastDay({ at }: MeasurementRequest): Span {
  return { from: at - (historySteps - 1) * historyStepMs, to: at, stepMs: historyStepMs };
}

function readAll(
  request: MeasurementRequest,
  expressions: readonly Expression[],
  { series, warnings }: Reply<StepSeries>,
): readonly ErrorHistory[] {
  const [warning] = warnings;
  if (warning !== undefined) return noneMeasured(request, warning.slice(0, 200));
  const byName = Map.groupBy(series, ({ labels }) => labels[nameLabel] ?? "");
  return request.questions.map(({ objective }) => {
    const answers = (roles: readonly string[]): readonly StepSeries[] =>
      expressions
        .filter((one) => one.objective === objective.name && roles.includes(one.role))
        .flatMap(({ id }) => byName.get(id) ?? []);
    return readHistory(objective, answers(["bad", "good"]), answers(["total", "ratio"]), request.at);
  });
}

function readHistory(
  objective: Objective,
  part: readonly StepSeries[],
  base: readonly StepSeries[],
  at: Instant,
): ErrorHistory {
  const sli = askedSli(objective);
  if (sli === undefined)
    return { kind: "unmeasured", objective: objective.name, at, detail: "no query may be asked for it" };
  const ratios = Array.from({ length: historySteps }, (_, step) => {
    const [counted, ...otherCounted] = valuesAt(part, step);
    const [value, ...others] = valuesAt(base, step);
    if (value === undefined || others.length > 0 || otherCounted.length > 0) return null;
    const ratio = ratioOf(sli, { base: value, part: counted });
    return typeof ratio === "number" ? ratio : null;
  });
  const { name } = objective;
  return ratios.every((one) => one === null)
    ? { kind: "unmeasured", objective: name, at, detail: "no hour of the last day was measured" }
    : { kind: "measured", objective: name, at, ratios };
}

/** Over a day series come and go; what counts is that there is one at a time. */
function valuesAt(series: readonly StepSeries[], step: number): readonly string[] {
  return series.flatMap(({ values }) => values[step] ?? []);
}

function noneMeasured({ questions, at }: MeasurementRequest, detail: string): readonly ErrorHistory[] {
  return questions.map(({ objective }) => ({ kind: "unmeasured", objective: objective.name, at, detail }));
}

/**
 * A policy's questions as PromQL, all in one request.
 *
 * Wants: one round trip per policy. Every expression gets a label that names it, and `or` joins them.
 * Keeps: bad and total events are asked for apart and divided here, never in PromQL: there a label that
 * differs makes the division vanish, and `or … * 0` would turn that into "no errors". Each user-made
 * expression stands alone in parentheses that end on a line of their own, so that neither a comment nor a
 * bracket reaches past it; that it is one whole expression was checked when the policy was read. [T28]
 */
import { type DurationMs, formatDuration } from "../domain/duration.ts";
import { historyStepMs } from "../domain/error-history.ts";
import type { Objective } from "../domain/objective.ts";
import { renderQuery } from "../domain/query-template.ts";
import type { SentQuery } from "../domain/sent-query.ts";
import type { MeasurementRequest } from "../gate/ports.ts";
import { metricIn, selectorsIn } from "../slo/promql.ts";
import { askedSli } from "./slices.ts";

/** What an expression's value is. */
export type Role =
  /** Bad events per second. */
  | "bad"
  /** All events per second. */
  | "total"
  /** Bad ÷ total. */
  | "ratio"
  /** Seconds since the newest sample of one of the objective's series. */
  | "age"
  /** Seconds since the oldest sample of one of the objective's series, within its window. */
  | "reach";

/** One expression of the request. */
export interface Expression {
  readonly id: string;
  readonly objective: string;
  /** The objective's window for `age` and `reach`. */
  readonly windowMs: DurationMs;
  readonly role: Role;
  readonly query: string;
  /** For `age` and `reach`: the metric that must be alive, empty for a total. One fresh series of it is enough. */
  readonly kin?: string;
}

/** The label that names an expression in the joined request and its answer. */
export const nameLabel = "burngate_expression";

/** How far back we look for the newest sample. */
const ageHorizon = "1h";
const maxSelectors = 6;

/** Every expression that a request needs. */
export function expressionsOf(request: MeasurementRequest): readonly Expression[] {
  let count = 0;
  const next = (): string => `e${count++}`;
  return request.questions.flatMap(({ objective, windowsMs }) => [
    ...ratesIn([{ objective, windowsMs }]).map((one) => ({ id: next(), ...one })),
    ...livenessOf(objective, Math.min(...windowsMs)).map((one) => ({
      id: next(),
      objective: objective.name,
      windowMs: objective.windowMs,
      ...one,
    })),
  ]);
}

/** What the hourly error ratios of a request's objectives are read from. */
export function hourlyExpressionsOf({ questions }: MeasurementRequest): readonly Expression[] {
  const hours = questions.map(({ objective }) => ({ objective, windowsMs: [historyStepMs] }));
  return ratesIn(hours).map((one, index) => ({ ...one, id: `e${index}` }));
}

/** The expressions that the measurements of a request are read from, as they are sent. */
export function sentQueriesOf({ questions }: MeasurementRequest): readonly SentQuery[] {
  return ratesIn(questions).map(({ objective, windowMs, role, query }) => ({
    objective,
    windowMs,
    role,
    text: query,
  }));
}

function ratesIn(questions: MeasurementRequest["questions"]) {
  return questions.flatMap(({ objective, windowsMs }) =>
    windowsMs.flatMap((windowMs) =>
      ratesOf(objective, windowMs).map((rate) => ({ objective: objective.name, windowMs, ...rate })),
    ),
  );
}

/** Joins expressions into one, each under its name. */
export function joined(expressions: readonly Pick<Expression, "id" | "query">[]): string {
  return expressions
    .map(({ id, query }) => `label_replace((\n${query}\n), "${nameLabel}", "${id}", "", "")`)
    .join("\nor\n");
}

function ratesOf(
  objective: Objective,
  windowMs: DurationMs,
): readonly { role: SentQuery["role"]; query: string }[] {
  const sli = askedSli(objective);
  switch (sli?.kind) {
    case "events":
      return [
        { role: "bad", query: renderQuery(sli.errorQuery, windowMs) },
        { role: "total", query: renderQuery(sli.totalQuery, windowMs) },
      ];
    case "ratio":
      return [{ role: "ratio", query: renderQuery(sli.errorRatioQuery, windowMs) }];
    case "good_events":
    case undefined:
      return [];
  }
}

/**
 * How old the newest and the oldest sample are, for the series that a live objective must have. A total vouches
 * as a whole: somebody asked. Of a ratio's metrics we do not know which one is the total, so each must be alive;
 * but not each selector, since the errors' series of a process are gone when it starts anew.
 */
function livenessOf(
  objective: Objective,
  shortestMs: DurationMs,
): readonly { role: Role; query: string; kin: string }[] {
  const { sli, windowMs } = objective;
  if (sli.kind !== "events" && sli.kind !== "ratio") return [];
  const query = renderQuery(sli.kind === "events" ? sli.totalQuery : sli.errorRatioQuery, shortestMs);
  const step = formatDuration(Math.max(60_000, Math.floor(windowMs / 30 / 60_000) * 60_000));
  const span = formatDuration(windowMs);
  return selectorsIn(query)
    .slice(0, maxSelectors)
    .map((selector) => ({ selector, kin: sli.kind === "events" ? "" : metricIn(selector) }))
    .flatMap(({ selector, kin }) => [
      // An instant selector sees five minutes back; the subquery finds what is older, a step at a time.
      {
        role: "age" as const,
        kin,
        query: `time() - (max(timestamp(${selector})) or max(max_over_time(timestamp(${selector})[${ageHorizon}:5m])))`,
      },
      {
        role: "reach" as const,
        kin,
        query: `time() - min(min_over_time(timestamp(${selector})[${span}:${step}]))`,
      },
    ]);
}

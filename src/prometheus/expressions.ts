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
import { renderQuery } from "../domain/query-template.ts";
import type { SentQuery } from "../domain/sent-query.ts";
import type { AskableSli } from "../domain/sli.ts";
import type { MeasurementRequest } from "../gate/ports.ts";
import { type Ask, directAsk, recordedAsk } from "./ask.ts";

/** What an expression's value is. */
export type Role =
  /** Bad events. */
  | "bad"
  /** Good events. */
  | "good"
  /** All events. */
  | "total"
  /** Bad ÷ total. */
  | "ratio"
  /** The target that another tool recorded. */
  | "target"
  /** Seconds since the newest sample of one of the objective's series. */
  | "age"
  /** Seconds since the oldest sample of one of the objective's series, within its window. */
  | "reach";

/** One expression of the request. */
export interface Expression {
  readonly id: string;
  readonly objective: string;
  /** The objective's window for `age`, `reach` and `target`. */
  readonly windowMs: DurationMs;
  readonly role: Role;
  readonly query: string;
  /** For `age` and `reach`: whose life it tells, empty for a total. One fresh series of it is enough. */
  readonly kin?: string;
}

/** The label that names an expression in the joined request and its answer. */
export const nameLabel = "burngate_expression";

/** How far back we look for the newest sample. */
const ageHorizon = "1h";

/** Every expression that is needed to answer. */
export function expressionsOf(asks: readonly Ask[]): readonly Expression[] {
  let count = 0;
  return asks.flatMap((ask) =>
    [...valuesOf(ask), ...livenessOf(ask), ...targetOf(ask)].map((one) => ({
      id: `e${count++}`,
      objective: ask.objective.name,
      ...one,
    })),
  );
}

/** What the hourly error ratios of a request's objectives are read from: always their own queries. */
export function hourlyExpressionsOf({ questions }: MeasurementRequest): readonly Expression[] {
  return questions
    .flatMap(({ objective }) => {
      const ask = directAsk(objective, [historyStepMs]);
      return ask === undefined ? [] : valuesOf(ask).map((one) => ({ objective: objective.name, ...one }));
    })
    .map((one, index) => ({ ...one, id: `e${index}` }));
}

/** The expressions that the measurements of a request may be read from, as they are sent. */
export function sentQueriesOf({ questions }: MeasurementRequest): readonly SentQuery[] {
  return questions.flatMap(({ objective, windowsMs }) => {
    const recorded = objective.measure === "direct" ? undefined : recordedAsk(objective, windowsMs);
    const direct = objective.measure === "recorded" ? undefined : directAsk(objective, windowsMs);
    return [recorded, direct].flatMap((ask) =>
      ask === undefined
        ? []
        : valuesOf(ask).map(({ windowMs, role, query }): SentQuery => ({
            objective: objective.name,
            windowMs,
            role,
            text: query,
            isRecorded: ask.way === "recorded",
          })),
    );
  });
}

/** Joins expressions into one, each under its name. */
export function joined(expressions: readonly Pick<Expression, "id" | "query">[]): string {
  return expressions
    .map(({ id, query }) => `label_replace((\n${query}\n), "${nameLabel}", "${id}", "", "")`)
    .join("\nor\n");
}

type Value = Pick<Expression, "windowMs" | "query"> & { readonly role: SentQuery["role"] };

function valuesOf({ windows }: Ask): readonly Value[] {
  return windows.flatMap(({ windowMs, sli }) =>
    valuesOver(sli, windowMs).map((value) => ({ windowMs, ...value })),
  );
}

function valuesOver(sli: AskableSli, windowMs: DurationMs): readonly Omit<Value, "windowMs">[] {
  switch (sli.kind) {
    case "events":
      return [
        { role: "bad", query: renderQuery(sli.errorQuery, windowMs) },
        { role: "total", query: renderQuery(sli.totalQuery, windowMs) },
      ];
    case "good_events":
      return [
        { role: "good", query: renderQuery(sli.goodQuery, windowMs) },
        { role: "total", query: renderQuery(sli.totalQuery, windowMs) },
      ];
    case "ratio":
      return [{ role: "ratio", query: renderQuery(sli.errorRatioQuery, windowMs) }];
  }
}

function targetOf({ objective, target }: Ask): readonly Omit<Expression, "id" | "objective">[] {
  return target === undefined ? [] : [{ windowMs: objective.windowMs, role: "target", query: target }];
}

/** How old the newest and the oldest sample are, for the series that a live objective must have. */
function livenessOf({ objective, lives }: Ask): readonly Omit<Expression, "id" | "objective">[] {
  const { windowMs } = objective;
  const step = formatDuration(Math.max(60_000, Math.floor(windowMs / 30 / 60_000) * 60_000));
  const span = formatDuration(windowMs);
  return lives.flatMap(({ selector, kin }) => [
    // An instant selector sees five minutes back; the subquery finds what is older, a step at a time.
    {
      windowMs,
      role: "age" as const,
      kin,
      query: `time() - (max(timestamp(${selector})) or max(max_over_time(timestamp(${selector})[${ageHorizon}:5m])))`,
    },
    {
      windowMs,
      role: "reach" as const,
      kin,
      query: `time() - min(min_over_time(timestamp(${selector})[${span}:${step}]))`,
    },
  ]);
}

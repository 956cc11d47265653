/**
 * Events counted over a stretch of time, for objectives whose queries count events and say in which unit. A `rate`
 * times the stretch's seconds is its `increase`.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { CountedEvents } from "../slo/counted-events.ts";
import { type NoNumber, numberOf } from "./ratio.ts";

/** Events of a stretch. */
export interface EventCount {
  readonly badEvents: number;
  /** `undefined`: the query gave nothing. */
  readonly totalEvents: number | undefined;
}

/** What was counted, or why it was not. */
export type CountAnswer = EventCount | NoNumber;

/** Whether an answer is a count. */
export function isCount(answer: CountAnswer): answer is EventCount {
  return !("why" in answer);
}

/**
 * A count may miss zero by this share of the total: errors for rounding, and what is left beside the good ones since
 * Prometheus extrapolates each series by itself.
 */
const slack = { bad: 1e-9, good: 1e-6 } as const;

/**
 * Reads the series that answered both queries over a stretch. No series of either kind is none of its events: that the
 * selectors find something is shown by the latest time, which is asked with all care.
 */
export function readCount(
  { part, unit }: CountedEvents,
  parts: readonly string[],
  totals: readonly string[],
  lengthMs: DurationMs,
): CountAnswer {
  for (const [words, { length }] of [
    [part === "bad" ? "the error query" : "the good query", parts],
    ["the total query", totals],
  ] as const)
    if (length > 1) return { why: "ambiguous", detail: `${words} gives ${length} series, must give one` };
  const scale = unit === "per_second" ? lengthMs / 1000 : 1;
  const [partText] = parts;
  const [totalText] = totals;
  const total = totalText === undefined ? undefined : numberOf(totalText);
  if (totalText !== undefined && (total === undefined || total < 0))
    return { why: "not_a_number", detail: `total is ${totalText}` };
  // 0 ÷ 0 within a query that counts nobody.
  const some = partText === undefined || (partText === "NaN" && total === 0) ? 0 : numberOf(partText);
  const bad = part === "bad" || some === undefined ? some : (total ?? 0) - some;
  if (bad === undefined || bad < -slack[part] * (total ?? 0))
    return {
      why: "not_a_number",
      detail: `${part === "bad" ? "errors are" : `of a total of ${totalText}, good are`} ${partText}`,
    };
  return {
    badEvents: Math.max(0, bad) * scale,
    totalEvents: total === undefined ? undefined : total * scale,
  };
}

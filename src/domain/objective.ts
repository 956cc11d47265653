import type { DurationMs } from "./duration.ts";
import type { QueryTemplate } from "./query-template.ts";

/** How an objective's error ratio is asked for. */
export type Sli =
  /** Bad and total events per second; the ratio is bad ÷ total, and no bad events at all is a ratio of 0. */
  | { readonly kind: "events"; readonly errorQuery: QueryTemplate; readonly totalQuery: QueryTemplate }
  /** One expression that is an error ratio, 0..1. Traffic is not known, so an empty answer is *no data*. */
  | { readonly kind: "ratio"; readonly errorRatioQuery: QueryTemplate };

/** One SLI, one target, one window, one name. */
export interface Objective {
  /** Unique within a policy. */
  readonly name: string;
  /** Share of good events promised, 0 < target < 1 (`99.9%` is 0.999). */
  readonly targetRatio: number;
  /** The rolling window over which the error budget is counted. */
  readonly windowMs: DurationMs;
  readonly sli: Sli;
}

/**
 * Reads a target written as a percentage, `99.9%`, into a ratio strictly between 0 and 1. A bare number is
 * refused: tools disagree whether 99.9 or 0.999 is meant. 100% is refused: its error budget is zero.
 */
export function parseTarget(text: string): number | undefined {
  const percent = parsePercent(text);
  if (percent === undefined || percent <= 0 || percent >= 1) return undefined;
  return percent;
}

/** Reads `12.5%` or `-3%` as a ratio (0.125, -0.03); anything else is `undefined`. */
export function parsePercent(text: string): number | undefined {
  const found = /^(-?\d{1,6}(?:\.\d{1,12})?)\s?%$/.exec(text.trim());
  return found === null ? undefined : ratioOfPercent(Number(found[1]));
}

/** A percentage as a ratio, to the 15 digits that a double keeps: 99.9 / 100 alone is 0.9990000000000001. */
export function ratioOfPercent(percent: number): number {
  return Number((percent / 100).toPrecision(15));
}

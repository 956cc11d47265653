import type { Budgeting } from "./budgeting.ts";
import type { CalendarWindow } from "./calendar-window.ts";
import type { DurationMs } from "./duration.ts";
import type { Recording } from "./recording.ts";
import type { Rule } from "./rule.ts";
import type { Sli } from "./sli.ts";

/** Which way an objective is measured: by series that another tool records, or by queries of its file. */
export type MeasureMode =
  /** Recorded where that gives an answer, else direct, and the reason is told. */
  "auto" | "recorded" | "direct";

/** One SLI, one target, one window, one name. */
export interface Objective {
  /** Unique within a policy. */
  readonly name: string;
  /** Share of good events promised, 0 < target < 1 (`99.9%` is 0.999). */
  readonly targetRatio: number;
  /** The window over which the error budget is counted; of a calendar window its length on an ordinary clock. */
  readonly windowMs: DurationMs;
  /** Where the window begins anew by the calendar; absent: it is rolling and ends now. */
  readonly calendar?: CalendarWindow;
  readonly sli: Sli;
  /** Absent: occurrences. */
  readonly budgeting?: Budgeting;
  /** Labels that split the SLI: each combination of their values has a budget of its own. Never empty. */
  readonly groupedBy?: readonly string[];
  /** The alert windows of the objective's own file as rules. Absent: the file has none. */
  readonly ownRules?: readonly Rule[];
  readonly recording?: Recording;
  /** Absent: `auto`. */
  readonly measure?: MeasureMode;
  /** The data source that the objective's own file names; which one is asked is the policy's and the operator's word. */
  readonly metricSource?: string;
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

/**
 * Reads `12.5%` or `-3%` as a ratio (0.125, -0.03), the nearest double to what is written; anything else is `undefined`.
 */
export function parsePercent(text: string): number | undefined {
  const found = /^(-?\d{1,6}(?:\.\d{1,350})?)\s?%$/.exec(text.trim());
  return found === null ? undefined : Number(`${found[1]}e-2`);
}

/** Prints a ratio as a percentage that `parsePercent` reads as the very same ratio: 0.999 as `99.9%`. */
export function formatPercent(ratio: number): string {
  if (ratio === 0) return "0%";
  const [mantissa = "", exponent = ""] = Math.abs(ratio).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const whole = Number(exponent) + 3;
  const before = whole > 0 ? digits.slice(0, whole).padEnd(whole, "0") : "0";
  const after = whole > 0 ? digits.slice(whole) : `${"0".repeat(-whole)}${digits}`;
  return `${ratio < 0 ? "-" : ""}${before}${after === "" ? "" : `.${after}`}%`;
}

/** A percentage as a ratio, to the 15 digits that a double keeps: 99.9 / 100 alone is 0.9990000000000001. */
export function ratioOfPercent(percent: number): number {
  return Number((percent / 100).toPrecision(15));
}

/** Error ratios out of what Prometheus printed. No errors at all is zero; nothing else that is missing is a number. */
import type { UnmeasuredKind } from "../domain/measurement.ts";
import type { AskableSli } from "../domain/sli.ts";

/** A rate may miss zero by this share of the total, for rounding. */
const rounding = 1e-9;

/** Why values are no ratio. */
export interface NoNumber {
  readonly why: UnmeasuredKind;
  readonly detail: string;
}

/** What was printed. */
export interface RatioParts {
  /** The total of an SLI that counts events, else the ratio itself. */
  readonly base: string;
  /** Bad or good events, whichever the SLI counts; `undefined` where there is no such series. */
  readonly part: string | undefined;
}

/** The error ratio in what was printed. */
export function ratioOf({ kind }: AskableSli, { base, part }: RatioParts): number | NoNumber {
  switch (kind) {
    case "events":
      return eventRatio(part, base);
    case "good_events":
      return goodRatio(part, base);
    case "ratio":
      return plainRatio(base);
  }
}

/** No bad series at all is zero errors: the total proves that somebody was asking. */
function eventRatio(bad: string | undefined, total: string): number | NoNumber {
  const all = numberOf(total);
  if (all === undefined || all < 0) return { why: "not_a_number", detail: `total is ${total}` };
  const failed = bad === undefined || (all === 0 && bad === "NaN") ? 0 : numberOf(bad);
  if (failed === undefined || failed < -rounding * all)
    return { why: "not_a_number", detail: `errors are ${bad}` };
  // Errors of a total of zero: the two queries do not count the same events, and an outage could look like a
  // quiet night.
  if (!Number.isFinite(failed / all) && failed > 0)
    return { why: "not_a_number", detail: `errors are ${bad} of a total of ${total}` };
  if (all === 0) return { why: "no_traffic", detail: "nobody asked" };
  return Math.max(0, failed / all);
}

/** No good series beside a total is an outage since ever, or a wrong selector: which one is not known. */
function goodRatio(good: string | undefined, total: string): number | NoNumber {
  const all = numberOf(total);
  if (all === undefined || all < 0) return { why: "not_a_number", detail: `total is ${total}` };
  if (good === undefined && all > 0)
    return { why: "no_data", detail: `nothing counts good events, of ${total} in all` };
  const passed = good === undefined || (all === 0 && good === "NaN") ? 0 : numberOf(good);
  if (passed === undefined || passed < -rounding * all || passed > all * (1 + 1e-6))
    return { why: "not_a_number", detail: `good events are ${good} of ${total}` };
  if (all === 0) return { why: "no_traffic", detail: "nobody asked" };
  return Math.min(1, Math.max(0, 1 - passed / all));
}

function plainRatio(text: string): number | NoNumber {
  const ratio = numberOf(text);
  if (ratio === undefined || ratio < -rounding)
    return { why: "not_a_number", detail: `error ratio is ${text}` };
  return Math.max(0, ratio);
}

/** A finite number in the forms that Prometheus prints (`0.001`, `1e-07`), else `undefined`. */
export function numberOf(text: string): number | undefined {
  if (!/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

import type { CheckEvidence } from "../../../src/domain/check-report.ts";
import type { Reason } from "../../../src/domain/reason.ts";
import type { ErrorHistory } from "../../../src/domain/error-history.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import type { Measurement } from "../../../src/domain/measurement.ts";
import type { Problem } from "../../../src/domain/problem.ts";
import type { Verdict } from "../../../src/domain/verdict.ts";
import {
  burning,
  day,
  exhausted,
  hour,
  madeVerdict,
  minute,
  noon,
  slowBurn,
  spent,
  stale,
  within,
} from "./made-verdict.ts";

const at = noon - minute;
const question = { dataSource: "main", query: "x", at };
const measured = (
  objective: string,
  windowMs: number,
  errorRatio: number,
  totalEvents?: number,
): Measurement => ({
  ...question,
  objective,
  windowMs,
  kind: "measured",
  errorRatio,
  ...(totalEvents === undefined ? {} : { totalEvents }),
});

/** Burns too fast. */
export const checkout: Finding = {
  ...within,
  state: "burning",
  remaining: 0.31,
  outcomes: [{ state: "tripped", rule: slowBurn, numbers: burning.numbers, since: at }],
};
/** Is not measured, and is called what nobody should be called. */
export const search: Finding = {
  ...within,
  objective: "search | @all",
  state: "unmeasured",
  remaining: undefined,
  outcomes: [
    { state: "unmeasured", rule: slowBurn, misses: [{ windowMs: 30 * minute, why: "stale", detail: "old" }] },
  ],
};
/** Has spent its budget. */
export const cart: Finding = {
  ...within,
  objective: "cart",
  state: "exhausted",
  remaining: -0.124,
  windowMs: 7 * day,
  outcomes: [{ state: "tripped", rule: spent, numbers: exhausted.numbers, since: at }],
};
/** A day with gaps and one bad hour, and a day that nobody told. */
export const history: readonly ErrorHistory[] = [
  {
    kind: "measured",
    objective: "checkout",
    at,
    ratios: Array.from({ length: 24 }, (_, index) => (index < 3 ? null : index === 20 ? 0.25 : index / 200)),
  },
  { kind: "unmeasured", objective: "cart", at, detail: "answered HTTP 503" },
];
const problem: Problem = {
  code: "bad_target",
  severity: "error",
  file: ".github/slo-policy.yml",
  key: "objectives[0].target",
  message: "must be a percentage, written with its sign: `99.9%`",
  position: { line: 4, column: 13 },
  excerpt: "",
};
/** A policy with two problems. */
export const broken: Reason = {
  kind: "policy_broken",
  problems: [problem, { ...problem, key: "" }],
  weight: "block",
};

/** A verdict of noon with `verdict`, and measurements of every objective here. */
export const evidence = (
  verdict: Partial<Verdict> = {},
  more: Partial<CheckEvidence> = {},
): CheckEvidence => ({
  verdict: madeVerdict(verdict),
  audience: "members",
  measurements: [
    measured("checkout", 30 * minute, 0.009),
    measured("checkout", 6 * hour, 0.0072),
    measured("checkout", 30 * day, 0.000_69, 4_000_000),
    {
      ...question,
      objective: "search | @all",
      windowMs: 30 * minute,
      kind: "unmeasured",
      why: "stale",
      detail: "old",
    },
    measured("cart", 7 * day, 0.001_124, 250_000),
  ],
  history: [],
  queries: [],
  policyUrl: undefined,
  waitsUntil: undefined,
  ...more,
});

/** One objective burns, one is not measured, one is spent, and one is well. */
export const three: Partial<Verdict> = {
  findings: [checkout, search, cart, { ...within, objective: "pay" }],
  decision: {
    outcome: "block",
    reasons: [burning, { ...exhausted, objective: "cart" }, { ...stale, objective: "search | @all" }],
  },
};

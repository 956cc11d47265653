import * as fc from "fast-check";
import type { Budgeting } from "../../src/domain/budgeting.ts";
import { type CalendarWindow, calendarUnits, ordinaryLength } from "../../src/domain/calendar-window.ts";
import type { Objective } from "../../src/domain/objective.ts";
import type { QueryTemplate } from "../../src/domain/query-template.ts";
import type { Recording } from "../../src/domain/recording.ts";
import type { Rule } from "../../src/domain/rule.ts";
import type { AskableSli, Sli, SliPart } from "../../src/domain/sli.ts";

const second = 1000;
const hour = 3_600_000;
const day = 24 * hour;

/** What a key is missing from does not compile: a key that is new in the domain must be printed and read as well. */
type Every<T> = { readonly [K in keyof Required<T>]: fc.Arbitrary<T[K]> };

/** A length in whole milliseconds, as often a round one as not. */
const length = (min: number, max: number) =>
  fc
    .tuple(fc.integer({ min, max }), fc.constantFrom(1, second, 60 * second, hour, day))
    .map(([ms, grain]) => Math.max(min, ms - (ms % grain)));

/** Any double strictly between two others. */
const between = (min: number, max: number) =>
  fc
    .double({ min, max, minExcluded: true, maxExcluded: true, noNaN: true })
    .filter((one) => !Object.is(one, -0));

const share = fc.oneof(fc.constantFrom(0.9, 0.99, 0.999, 0.9998999999999999, 0.9999), between(0, 1));

/** What people could write between the quotes of a selector, and what YAML could trip over. */
const labelValue = fc.oneof(
  fc.constantFrom(
    "5..",
    "a: b",
    "#",
    "- x",
    "yes",
    "null",
    "~",
    "'",
    "\\\\",
    '\\"',
    "\\n",
    "\t",
    "  ",
    "{x}",
    "%",
    "é",
    "🔥",
    "\u2028",
  ),
  fc.string({ unit: "binary", maxLength: 12 }).map((text) => text.replaceAll(/["\\\r\n{}]/g, "")),
);

const selector = fc
  .tuple(
    fc.constantFrom("x", "http_requests_total", "null", "true", "_:a"),
    fc.array(labelValue, { maxLength: 3 }),
  )
  .map(([name, values]) => `${name}{${values.map((value, index) => `l${index}="${value}"`).join(", ")}}`);

const asked: fc.Arbitrary<QueryTemplate> = selector.chain((one) =>
  fc
    .constantFrom<readonly string[]>(
      [`rate(${one}[`, "])"],
      [`sum(rate(${one}[`, "]))\n"],
      [`sum(\n  rate(${one}[`, "])\n)\n\n"],
      [`  sum(rate(${one}[`, `]))\n/\n  sum(rate(${one}[`, "]))"],
      [`# ${one.length}\n\trate(${one}[`, "]) "],
    )
    .map((pieces) => ({ pieces })),
);

const recorded: fc.Arbitrary<QueryTemplate> = selector.map((one) => ({ pieces: [one] }));

const askable = (query: fc.Arbitrary<QueryTemplate>): fc.Arbitrary<AskableSli> =>
  fc.oneof(
    fc.record(
      {
        kind: fc.constant("events" as const),
        errorQuery: query,
        totalQuery: query,
        counted: fc.constant("per_window" as const),
      } satisfies Every<Extract<AskableSli, { kind: "events" }>>,
      { requiredKeys: ["kind", "errorQuery", "totalQuery"] },
    ),
    fc.record(
      {
        kind: fc.constant("good_events" as const),
        goodQuery: query,
        totalQuery: query,
        counted: fc.constant("per_window" as const),
      } satisfies Every<Extract<AskableSli, { kind: "good_events" }>>,
      { requiredKeys: ["kind", "goodQuery", "totalQuery"] },
    ),
    fc.record({ kind: fc.constant("ratio" as const), errorRatioQuery: query }),
  );

const part: fc.Arbitrary<SliPart> = fc.record(
  {
    targetRatio: share,
    weight: fc.oneof(fc.constant(1), between(0, 1_000_000)),
    sliceTargetRatio: share,
    sli: askable(asked),
  } satisfies Every<SliPart>,
  { requiredKeys: ["targetRatio", "weight", "sli"] },
);

const line = fc
  .oneof(
    fc.constantFrom("yes", "~", "- x", "a: b # c", "1e3", " led", "tailed ", "'", '"', "{a}", "2022-01-01"),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
  )
  .filter((text) => /^[^\p{Cc}\p{Cs}\u2028\u2029]+$/u.test(text));

const sli: fc.Arbitrary<Sli> = fc.oneof(
  { arbitrary: askable(asked), weight: 3 },
  { arbitrary: fc.record({ kind: fc.constant("recorded_only" as const), why: line }), weight: 1 },
  {
    arbitrary: fc
      .tuple(part, fc.array(part, { maxLength: 3 }))
      .map(([first, others]): Sli => ({ kind: "composite", parts: [first, ...others] })),
    weight: 1,
  },
);

const quiet = fc.constantFrom("left_out" as const, "good" as const, "bad" as const);
const sliceMs = length(second, hour - 1);

const budgeting: fc.Arbitrary<Budgeting> = fc.oneof(
  fc.constant({ kind: "occurrences" as const }),
  fc.record({
    kind: fc.constant("timeslices" as const),
    sliceMs,
    sliceTargetRatio: fc.oneof(share, fc.constant(1)),
    quiet,
  }),
  fc.record({ kind: fc.constant("ratio_timeslices" as const), sliceMs, quiet }),
);

const condition: fc.Arbitrary<Rule["condition"]> = fc.oneof(
  fc.record({
    kind: fc.constant("remaining" as const),
    thresholdRatio: fc.oneof(fc.constant(0), between(-9999, 9999)),
  }),
  fc
    .tuple(between(0, 1_000_000), length(10 * second, 90 * day), length(10 * second, 90 * day))
    .map(([threshold, a, b]) => ({
      kind: "burn_rate" as const,
      threshold,
      longWindowMs: Math.max(a, b),
      shortWindowMs: Math.min(a, b),
    })),
);

const rules: fc.Arbitrary<readonly Rule[]> = fc.uniqueArray(
  fc.record({
    name: line,
    condition,
    then: fc.constantFrom("block" as const, "warn" as const),
    forMs: fc.oneof(fc.constant(0), length(1, 7 * day)),
  }),
  { minLength: 1, maxLength: 5, selector: ({ name }) => name },
);

const recording: fc.Arbitrary<Recording> = fc.record({
  tool: fc.constantFrom("sloth" as const, "pyrra" as const),
  errorRatio: selector.map((one) => ({ pieces: ["slo:sli_error:ratio_rate", one.slice(one.indexOf("{"))] })),
  windowsMs: fc.array(length(second, 366 * day), { maxLength: 5 }),
  period: fc.record({
    sli: askable(recorded),
    weighting: fc.constantFrom("events" as const, "time" as const),
  }),
  target: fc.option(selector, { nil: undefined }),
});

const calendar: fc.Arbitrary<CalendarWindow> = fc.record({
  count: fc.integer({ min: 1, max: 9 }),
  unit: fc.constantFrom(...calendarUnits),
  startLocal: fc
    .date({
      min: new Date("1970-01-01T00:00:00Z"),
      max: new Date("2100-01-01T00:00:00Z"),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString().slice(0, 19)),
  timeZone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Etc/GMT+5"),
});

const window = fc.oneof(
  length(hour, 366 * day).map((windowMs) => ({ windowMs })),
  calendar
    .map((one) => ({ windowMs: ordinaryLength(one.count, one.unit), calendar: one }))
    .filter(({ windowMs }) => windowMs <= 366 * day),
);

const labels = fc.uniqueArray(fc.constantFrom("handler", "job", "_x", "null", "on", "y"), {
  minLength: 1,
  maxLength: 4,
});

const name = fc.oneof(
  fc.constantFrom("1", "007", "1e3", "null", "true", "a-b", "0x10", "2022-01-01", "a: b".replace(":", "/")),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 _.:/-]{0,20}$/),
);

const keys: Every<Omit<Objective, "windowMs" | "calendar">> = {
  name,
  targetRatio: share,
  sli,
  budgeting,
  groupedBy: labels,
  ownRules: rules,
  recording,
  measure: fc.constantFrom("auto" as const, "recorded" as const, "direct" as const),
  metricSource: line,
};

/** Any objective that makes sense, whichever tool's file it might be from. */
export const arbitraryObjective: fc.Arbitrary<Objective> = fc
  .tuple(fc.record(keys, { requiredKeys: ["name", "targetRatio", "sli"] }), window)
  .map(([one, span]) => ({ ...one, ...span }))
  .filter(makesSense);

function makesSense({ sli, recording, measure, groupedBy, budgeting }: Objective): boolean {
  const isSliced = budgeting !== undefined && budgeting.kind !== "occurrences";
  const hasParts = sli.kind === "composite";
  if (groupedBy !== undefined && (isSliced || hasParts)) return false;
  if (recording !== undefined && hasParts) return false;
  if (sli.kind === "recorded_only") return recording !== undefined && measure !== "direct";
  return recording !== undefined || measure !== "recorded";
}

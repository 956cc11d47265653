import * as fc from "fast-check";
import { type Decision, decide } from "../../src/domain/decide.ts";
import { findingOf } from "../../src/domain/finding.ts";
import { holdKey, type Holds } from "../../src/domain/hold.ts";
import {
  type Measurement,
  type Question,
  type UnmeasuredKind,
  unmeasuredKinds,
} from "../../src/domain/measurement.ts";
import type { Objective } from "../../src/domain/objective.ts";
import type { UnmeasuredAction } from "../../src/domain/unmeasured-action.ts";
import { rulesFor, windowsOf } from "../../src/domain/objective-rules.ts";
import type { Rule } from "../../src/domain/rule.ts";

/** Everything that a decision hangs on. */
export interface Case {
  readonly objectives: readonly Objective[];
  readonly rules: readonly Rule[] | undefined;
  readonly measurements: readonly Measurement[];
  readonly holds: Holds;
  readonly whenUnmeasured: Readonly<Record<UnmeasuredKind, UnmeasuredAction>>;
  readonly at: number;
}

/** The findings of a case, objective by objective, as the gate makes them. */
export const findingsOf = ({ objectives, rules, measurements, holds, at }: Case) =>
  objectives.map((objective) => findingOf(objective, rulesFor(objective, rules), measurements, holds, at));

/** The decision of a case. */
export const decisionOf = (one: Case): Decision => decide(findingsOf(one), one.whenUnmeasured);

const minute = 60_000;
const day = 1440 * minute;
const at = Date.parse("2026-11-22T12:00:00Z");

// Few windows, names and numbers, so that rules share windows, names differ by a space only, and ratios lie on thresholds.
const windowMs = fc.constantFrom(5 * minute, 30 * minute, 60 * minute, 360 * minute, day);
const targetRatio = fc.constantFrom(0.5, 0.9, 0.99, 0.999);
const names = fc.uniqueArray(fc.constantFrom("a", "b", "a b", "b c", "a b c"), {
  minLength: 1,
  maxLength: 3,
});

const condition: fc.Arbitrary<Rule["condition"]> = fc.oneof(
  fc.record({
    kind: fc.constant("burn_rate" as const),
    threshold: fc.constantFrom(0.5, 1, 2, 6, 14.4),
    longWindowMs: windowMs,
    shortWindowMs: windowMs,
  }),
  fc.record({
    kind: fc.constant("remaining" as const),
    thresholdRatio: fc.constantFrom(-0.5, 0, 0.1, 0.5, 1),
  }),
);

const rules: fc.Arbitrary<readonly Rule[] | undefined> = fc.option(
  names.chain((all) =>
    fc.tuple(
      ...all.map((name) =>
        fc.record({
          name: fc.constant(name),
          then: fc.constantFrom("block" as const, "warn" as const),
          forMs: fc.constantFrom(0, 0, minute, 10 * minute),
          condition,
        }),
      ),
    ),
  ),
  { nil: undefined },
);

const objectives: fc.Arbitrary<readonly Objective[]> = names
  .chain((all) =>
    fc.tuple(
      ...all.map((name) =>
        fc.record({
          name: fc.constant(name),
          targetRatio,
          windowMs: fc.constantFrom(day, 7 * day, 28 * day, 30 * day),
          sli: fc.constant({ kind: "ratio" as const, errorRatioQuery: { pieces: ["x[", "]"] } }),
          isGrouped: fc.boolean(),
        }),
      ),
    ),
  )
  .map((all) =>
    all.map(({ isGrouped, ...objective }) =>
      isGrouped ? { ...objective, groupedBy: ["handler"] } : objective,
    ),
  );

/** The groups of every objective that is split into groups. */
export const groups = ['handler="/a"', 'handler="/b"', 'handler="/c"'] as const;

const ratio = fc.oneof(
  fc.constantFrom(0, 0.0005, 0.001, 0.006, 0.01, 0.0144, 0.06, 0.1, 0.5, 1),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

const answer = fc.oneof(
  { weight: 6, arbitrary: ratio.map((errorRatio) => ({ kind: "measured" as const, errorRatio })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...unmeasuredKinds)
      .map((why) => ({ kind: "unmeasured" as const, why, detail: `because ${why}` })),
  },
);

const since = fc.option(fc.constantFrom(at, at - minute, at - 5 * minute, at - 60 * minute), {
  nil: undefined,
});

const action = fc.constantFrom("allow" as const, "warn" as const, "block" as const);
const whenUnmeasured = fc.record(
  Object.fromEntries(unmeasuredKinds.map((kind) => [kind, action])) as Record<UnmeasuredKind, typeof action>,
);

/** As the reader gives them: nothing of a group without traffic, and one answer for all where none had any. */
const answersOfGroups = (question: Question): fc.Arbitrary<readonly Measurement[]> =>
  fc
    .tuple(
      ...groups.map((group) =>
        fc.option(
          answer.map((one) => ({ ...one, group })),
          { nil: undefined },
        ),
      ),
    )
    .map((found) => {
      const seen = found.flatMap((one): readonly Measurement[] =>
        one === undefined ? [] : [{ ...question, ...one }],
      );
      if (seen.length > 0) return seen;
      return [{ ...question, kind: "unmeasured", why: "no_traffic", detail: "nobody asked" }];
    });

/** Any case: every window that is needed is answered, well or not. */
export const anyCase: fc.Arbitrary<Case> = fc
  .tuple(objectives, rules, whenUnmeasured)
  .chain(([all, written, actions]) => {
    const questions = all.flatMap((objective) =>
      windowsOf(objective, written).map((window) => ({ objective, window })),
    );
    const keys = all.flatMap((objective) =>
      rulesFor(objective, written).flatMap((rule) =>
        (objective.groupedBy === undefined ? [undefined] : groups).map((group) =>
          holdKey(objective.name, rule.name, group),
        ),
      ),
    );
    const measurements = fc
      .tuple(
        ...questions.map(({ objective, window }) => {
          const question = {
            objective: objective.name,
            windowMs: window,
            dataSource: "main",
            query: "x",
            at,
          };
          return objective.groupedBy === undefined
            ? answer.map((one): readonly Measurement[] => [{ ...question, ...one }])
            : answersOfGroups(question);
        }),
      )
      .map((found) => found.flat());
    const holds = fc
      .tuple(...keys.map((key) => since.map((moment) => [key, moment] as const)))
      .map(
        (pairs) =>
          new Map(pairs.flatMap(([key, moment]) => (moment === undefined ? [] : [[key, moment] as const]))),
      );
    return fc.record({
      objectives: fc.constant(all),
      rules: fc.constant(written),
      measurements,
      holds,
      whenUnmeasured: fc.constant(actions),
      at: fc.constant(at),
    });
  });

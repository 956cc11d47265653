import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Decision, isHeld, type Outcome } from "../../src/domain/decide.ts";
import { findingOf, holdsAfter } from "../../src/domain/finding.ts";
import { holdKey, type Holds } from "../../src/domain/hold.ts";
import type { Measurement } from "../../src/domain/measurement.ts";
import { rulesFor, windowsOf } from "../../src/domain/objective-rules.ts";
import type { Rule } from "../../src/domain/rule.ts";
import { anyCase, type Case, decisionOf, findingsOf, groups } from "./arbitrary-case.ts";

const numRuns = 3000;
const severity: Readonly<Record<Outcome, number>> = { allow: 0, warn: 1, inconclusive: 2, block: 3 };
const severityOf = ({ outcome }: Decision): number => severity[outcome];

const shuffled = <T>(all: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length });

const anyShuffledCase: fc.Arbitrary<readonly [Case, Case]> = anyCase.chain((one) =>
  fc.tuple(
    fc.constant(one),
    fc.record({
      objectives: shuffled(one.objectives),
      rules: one.rules === undefined ? fc.constant(undefined) : shuffled(one.rules),
      measurements: shuffled(one.measurements),
      holds: shuffled([...one.holds]).map((entries) => new Map(entries)),
      whenUnmeasured: fc.constant(one.whenUnmeasured),
      at: fc.constant(one.at),
    }),
  ),
);

/** A case, and the same with more errors wherever something was measured. */
const anyWorsenedCase: fc.Arbitrary<readonly [Case, Case]> = anyCase.chain((one) => {
  const more = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true }));
  const worse = one.measurements.map((measurement) =>
    measurement.kind === "unmeasured"
      ? fc.constant(measurement)
      : more.map((extra): Measurement => ({ ...measurement, errorRatio: measurement.errorRatio + extra })),
  );
  return fc.tuple(
    fc.constant(one),
    fc.tuple(...worse).map((measurements) => ({ ...one, measurements })),
  );
});

describe("a decision", () => {
  it("is never milder for more errors", () => {
    fc.assert(
      fc.property(anyWorsenedCase, ([before, after]) => {
        expect(severityOf(decisionOf(after))).toBeGreaterThanOrEqual(severityOf(decisionOf(before)));
      }),
      { numRuns },
    );
  });

  it("is never milder for another objective", () => {
    fc.assert(
      fc.property(anyCase, (whole) => {
        const { objectives } = whole;
        for (let count = 1; count < objectives.length; count += 1) {
          const part = { ...whole, objectives: objectives.slice(0, count) };
          expect(severityOf(decisionOf(whole))).toBeGreaterThanOrEqual(severityOf(decisionOf(part)));
        }
      }),
      { numRuns },
    );
  });

  it("is never milder for another rule", () => {
    fc.assert(
      fc.property(anyCase, (whole) => {
        fc.pre(whole.rules !== undefined && whole.rules.length > 1);
        const part = { ...whole, rules: whole.rules?.slice(1) };
        expect(severityOf(decisionOf(whole))).toBeGreaterThanOrEqual(severityOf(decisionOf(part)));
      }),
      { numRuns },
    );
  });

  it("and its reasons do not depend on the order of objectives, rules, measurements or holds", () => {
    fc.assert(
      fc.property(anyShuffledCase, ([one, other]) => {
        expect(decisionOf(other)).toEqual(decisionOf(one));
      }),
      { numRuns },
    );
  });

  it("is the same for equal cases, and leaves the case as it was", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const copy = structuredClone(one);
        const decision = decisionOf(one);
        expect(decisionOf(copy)).toEqual(decision);
        expect(one).toEqual(copy);
      }),
    );
  });

  it("[T36] lets through what is not measured only where the policy says so of that very kind", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const decision = decisionOf(one);
        const kinds = findingsOf(one).flatMap(({ outcomes }) =>
          outcomes.flatMap((outcome) =>
            outcome.state === "unmeasured" ? outcome.misses.map(({ why }) => why) : [],
          ),
        );
        const actions = kinds.map((kind) => one.whenUnmeasured[kind]);
        if (actions.includes("block")) expect(isHeld(decision)).toBe(true);
        if (actions.includes("warn")) expect(decision.outcome).not.toBe("allow");
      }),
      { numRuns },
    );
  });

  it("[T36] is held when nothing at all was measured and the policy excuses nothing", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const whenUnmeasured = Object.fromEntries(
          Object.keys(one.whenUnmeasured).map((kind) => [kind, "block"]),
        );
        const blind = { ...one, measurements: [], whenUnmeasured: whenUnmeasured as Case["whenUnmeasured"] };
        expect(decisionOf(blind).outcome).toBe("inconclusive");
      }),
    );
  });

  it("blocks exactly when a blocking rule has tripped, and leads with its weightiest reason", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const decision = decisionOf(one);
        const tripped = findingsOf(one).flatMap(({ outcomes }) =>
          outcomes.flatMap((outcome) => (outcome.state === "tripped" ? [outcome.rule.then] : [])),
        );
        expect(decision.outcome === "block").toBe(tripped.includes("block"));
        const [first] = decision.reasons;
        if (decision.outcome !== "allow")
          expect(first?.weight).toBe(decision.outcome === "warn" ? "warn" : "block");
        if (decision.outcome === "block") expect(first?.kind).toBe("rule");
        if (decision.outcome === "inconclusive") expect(first?.kind).toBe("unmeasured");
      }),
      { numRuns },
    );
  });

  it("reaches every outcome in these cases, so that none of these laws is empty", () => {
    const outcomes = fc.sample(anyCase, { numRuns: 500, seed: 7 }).map((one) => decisionOf(one).outcome);
    expect([...new Set(outcomes)].toSorted()).toEqual(["allow", "block", "inconclusive", "warn"]);
  });
});

describe("an objective that is split into groups", () => {
  it("decides as if each group were an objective of its own, where each was measured", () => {
    let held = 0;
    fc.assert(
      fc.property(anyCase, (one) => {
        const whole = { ...one, measurements: withoutGaps(one) };
        const apart = eachGroupAlone(whole);
        expect(severityOf(decisionOf(whole))).toBe(severityOf(decisionOf(apart)));
        expect(leastOf(whole)).toEqual(leastOf(apart));
        const after = holdsAfter(findingsOf(whole), whole.holds);
        const alone = [...holdsAfter(findingsOf(apart), apart.holds)];
        expect(after).toEqual(new Map(alone.map(([key, since]) => [groupKey(key), since])));
        if (after.size > 0) held += 1;
      }),
      { numRuns },
    );
    expect(held, "cases in which something is held, or half of the law would be empty").toBeGreaterThan(100);
  });

  it("has an answer to every rule, and none that says clear beside one that is not known", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        for (const [index, { outcomes }] of findingsOf(one).entries()) {
          const rules = rulesFor(one.objectives[index]!, one.rules);
          for (const { name } of rules) {
            const states = outcomes.filter(({ rule }) => rule.name === name).map(({ state }) => state);
            expect(states.length).toBeGreaterThan(0);
            if (states.length > 1) expect(states).not.toContain("clear");
          }
        }
      }),
      { numRuns },
    );
  });

  it("is never milder for a group that is seen, whatever it says", () => {
    fc.assert(
      fc.property(anyCase, fc.nat(), (one, pick) => {
        const grouped = one.measurements.filter(({ group }) => group !== undefined);
        const { objective, group } = grouped[pick % Math.max(1, grouped.length)] ?? {};
        const others = one.measurements.filter(
          (each) => each.objective !== objective || each.group !== group,
        );
        // A window in which nobody else was seen would be no window at all.
        const windows = (all: readonly Measurement[]): number =>
          new Set(all.map((each) => `${each.objective} ${each.windowMs}`)).size;
        fc.pre(group !== undefined && windows(others) === windows(one.measurements));
        const before = decisionOf({ ...one, measurements: others });
        expect(severityOf(decisionOf(one))).toBeGreaterThanOrEqual(severityOf(before));
      }),
      { numRuns },
    );
  });
});

/** Every group of an objective measured over every window; whole answers are each group's. */
function withoutGaps({ objectives, rules, measurements }: Case): readonly Measurement[] {
  return objectives.flatMap((objective) => {
    const ours = measurements.filter((one) => one.objective === objective.name);
    if (objective.groupedBy === undefined) return ours;
    return windowsOf(objective, rules).flatMap((windowMs) => {
      const over = ours.filter((one) => one.windowMs === windowMs);
      return groups.flatMap((group) => {
        const one = over.find((each) => each.group === group) ?? over[0];
        return one === undefined ? [] : [{ ...one, group }];
      });
    });
  });
}

function eachGroupAlone(one: Case): Case {
  const objectives = one.objectives.flatMap(({ groupedBy, ...objective }) =>
    groupedBy === undefined
      ? [objective]
      : groups.map((group) => ({ ...objective, name: `${objective.name} in ${group}` })),
  );
  const measurements = one.measurements.map(({ group, objective, ...rest }) => ({
    ...rest,
    objective: group === undefined ? objective : `${objective} in ${group}`,
  }));
  const holds = new Map(
    [...one.holds].map(([key, since]) => {
      const [objective = "", rule = "", group] = key.split("\n");
      return [holdKey(group === undefined ? objective : `${objective} in ${group}`, rule), since];
    }),
  );
  return { ...one, objectives, measurements, holds };
}

function groupKey(key: string): string {
  const [, space = "", rest = key] = /^(\n\w+\n)(.*)$/s.exec(key) ?? [];
  const [name = "", rule = ""] = rest.split("\n");
  const [objective = "", group] = name.split(" in ");
  return `${space}${holdKey(objective, rule, group)}`;
}

/** The least that is left in any budget. */
function leastOf(one: Case): number {
  return Math.min(...findingsOf(one).flatMap(({ remaining }) => remaining ?? []));
}

describe("a rule that waits", () => {
  const minute = 60_000;
  const rule: Rule = {
    name: "patient",
    then: "block",
    forMs: 10 * minute,
    condition: { kind: "remaining", thresholdRatio: 0 },
  };
  const objective = {
    name: "checkout",
    targetRatio: 0.5,
    windowMs: 86_400_000,
    sli: { kind: "ratio", errorRatioQuery: { pieces: ["x[", "]"] } },
  } as const;
  const look = fc.record({
    afterMs: fc.integer({ min: 1, max: 12 * minute }),
    saw: fc.constantFrom("bad", "bad", "good", "nothing"),
  });

  it("trips exactly when its condition was true at every look that saw anything, for as long as its `for`", () => {
    fc.assert(
      fc.property(fc.array(look, { maxLength: 12 }), (looks) => {
        let holds: Holds = new Map();
        let at = 0;
        let badSince: number | undefined;
        for (const { afterMs, saw } of looks) {
          at += afterMs;
          const question = {
            objective: "checkout",
            windowMs: objective.windowMs,
            dataSource: "main",
            query: "x",
            at,
          };
          const measurement: Measurement =
            saw === "nothing"
              ? { ...question, kind: "unmeasured", why: "no_data", detail: "" }
              : { ...question, kind: "measured", errorRatio: saw === "bad" ? 1 : 0 };
          const finding = findingOf(objective, [rule], [measurement], holds, at);
          if (saw === "bad") badSince ??= at;
          if (saw === "good") badSince = undefined;
          const isDue = badSince !== undefined && at - badSince >= rule.forMs;
          const expected = { bad: isDue ? "tripped" : "holding", good: "clear", nothing: "unmeasured" }[saw];
          expect(finding.outcomes[0]?.state).toBe(expected);
          holds = holdsAfter([finding], holds);
          expect(holds.get(holdKey("checkout", "patient"))).toBe(badSince);
        }
      }),
      { numRuns },
    );
  });
});

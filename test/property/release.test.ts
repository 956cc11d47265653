import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findingOf, holdsAfter } from "../../src/domain/finding.ts";
import type { Holds } from "../../src/domain/hold.ts";
import type { Measurement } from "../../src/domain/measurement.ts";
import type { Objective } from "../../src/domain/objective.ts";
import type { Rule } from "../../src/domain/rule.ts";
import type { RuleOutcome } from "../../src/domain/rule-outcome.ts";

const minute = 60_000;
const hour = 60 * minute;
const noon = Date.parse("2026-11-22T12:00:00Z");
const holdMs = 5 * minute;

const objective: Objective = {
  name: "checkout",
  targetRatio: 0.999,
  windowMs: 720 * hour,
  sli: { kind: "ratio", query: "q" } as unknown as Objective["sli"],
};

const rule = (forMs: number): Rule => ({
  name: "fast-burn",
  then: "block",
  forMs,
  condition: { kind: "burn_rate", threshold: 10, longWindowMs: hour, shortWindowMs: 5 * minute },
});

/** What one look sees: a burn rate over both windows, or nothing. */
type Seen = number | "unknown";

interface Look {
  readonly afterMs: number;
  readonly seen: Seen;
}

function measured(windowMs: number, seen: Seen, at: number): Measurement {
  const question = { objective: "checkout", windowMs, dataSource: "main", query: "q", at };
  return seen === "unknown"
    ? { ...question, kind: "unmeasured", why: "no_data", detail: "none" }
    : { ...question, kind: "measured", errorRatio: seen * 0.001 };
}

/** The rule's state at each look of a life, as a process would see it that remembers what it must. */
function lived(
  looks: readonly Look[],
  forMs: number,
  hold = holdMs,
): { at: number; seen: Seen; outcome: RuleOutcome }[] {
  let holds: Holds = new Map();
  let at = noon;
  return looks.map(({ afterMs, seen }) => {
    at += afterMs;
    const measurements = [measured(hour, seen, at), measured(5 * minute, seen, at)];
    const finding = findingOf(objective, [rule(forMs)], measurements, holds, at, hold);
    holds = holdsAfter([finding], holds);
    return { at, seen, outcome: finding.outcomes[0]! };
  });
}

const burn = fc.oneof(
  fc.constantFrom<Seen>(0, 8.9, 9, 9.1, 9.5, 10, 10.1, 20, "unknown"),
  fc.double({ min: 0, max: 20, noNaN: true }),
);
const looks = fc.array(fc.record({ afterMs: fc.integer({ min: 1, max: 4 * minute }), seen: burn }), {
  minLength: 1,
  maxLength: 40,
});
const speaks = ({ state }: RuleOutcome): boolean => state === "tripped" || state === "releasing";

describe("a rule that has spoken", () => {
  it("lets go only after it was calm at every look for as long as it must", () => {
    fc.assert(
      fc.property(looks, (life) => {
        const told = lived(life, 0);
        for (const [index, { at, outcome }] of told.entries()) {
          const before = told[index - 1];
          if (before === undefined || !speaks(before.outcome) || outcome.state !== "clear") continue;
          // Every look within the hold was calm, and the first of them is at least that long ago.
          const hot = told.slice(0, index).findLastIndex(({ seen }) => seen !== "unknown" && seen >= 9);
          const calm = told.slice(hot + 1, index + 1).filter(({ seen }) => seen !== "unknown");
          expect(calm.every(({ seen }) => Number(seen) < 9)).toBe(true);
          expect(at - calm[0]!.at).toBeGreaterThanOrEqual(holdMs);
        }
      }),
    );
  });

  it("speaks whenever its condition is true, and says so as before", () => {
    fc.assert(
      fc.property(looks, (life) => {
        for (const { seen, outcome } of lived(life, 0))
          if (seen !== "unknown" && seen > 10.000001) expect(outcome.state).toBe("tripped");
      }),
    );
  });

  it("never speaks of what was never true for long enough", () => {
    fc.assert(
      fc.property(looks, (life) => {
        const told = lived(life, 3 * minute);
        const first = told.findIndex(({ outcome }) => speaks(outcome));
        if (first !== -1) expect(told[first]!.outcome.state).toBe("tripped");
      }),
    );
  });

  it("falls silent at once where the policy says so", () => {
    fc.assert(
      fc.property(looks, (life) => {
        for (const { outcome } of lived(life, 0, 0)) expect(outcome.state).not.toBe("releasing");
      }),
    );
  });

  it("waits for no moment while it is just below its threshold, and then for the end of its hold", () => {
    const told = lived(
      [20, 9.5, 8, 9.5, 8, 8].map((seen) => ({ afterMs: minute, seen })),
      0,
    ).map(({ outcome }) => (outcome.state === "releasing" ? (outcome.until ?? 0) - noon : outcome.state));
    expect(told).toEqual(["tripped", -noon, 8 * minute, -noon, 10 * minute, 10 * minute]);
  });

  it("is remembered through looks that see nothing", () => {
    const states = lived(
      [20, "unknown" as const, 8, "unknown" as const, 8].map((seen) => ({ afterMs: 2 * minute, seen })),
      0,
    ).map(({ outcome }) => outcome.state);
    expect(states).toEqual(["tripped", "unmeasured", "releasing", "unmeasured", "releasing"]);
  });
});

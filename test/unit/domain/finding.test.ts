import { describe, expect, it } from "vitest";
import { alikeReasons } from "../../../src/domain/alike-reasons.ts";
import { decide } from "../../../src/domain/decide.ts";
import { findingOf, holdsAfter } from "../../../src/domain/finding.ts";
import { holdKey, type Holds } from "../../../src/domain/hold.ts";
import type { Measurement, UnmeasuredKind } from "../../../src/domain/measurement.ts";
import type { Objective } from "../../../src/domain/objective.ts";
import { defaultWhenUnmeasured } from "../../../src/domain/policy.ts";
import type { Rule } from "../../../src/domain/rule.ts";
import { day, hour, minute, noon, slowBurn, spent } from "./made-verdict.ts";

const objective: Objective = {
  name: "checkout",
  targetRatio: 0.99,
  windowMs: 30 * day,
  sli: { kind: "ratio", errorRatioQuery: { pieces: ["x[", "]"] } },
};

const patient: Rule = { ...slowBurn, name: "patient", forMs: 10 * minute };
const none: Holds = new Map();

const question = (windowMs: number) => ({
  objective: "checkout",
  windowMs,
  dataSource: "main",
  query: "x",
  at: noon,
});
const measured = (windowMs: number, errorRatio: number): Measurement => ({
  ...question(windowMs),
  kind: "measured",
  errorRatio,
});
const unmeasured = (windowMs: number, why: UnmeasuredKind): Measurement => ({
  ...question(windowMs),
  kind: "unmeasured",
  why,
  detail: "why not",
});

/** What a rule says when 30m and 6h have these error ratios; a target of 99% and a threshold of 6 make 6% the limit. */
const look = (short: number, long: number, rule: Rule = slowBurn, holds: Holds = none, at = noon) =>
  findingOf(objective, [rule], [measured(30 * minute, short), measured(6 * hour, long)], holds, at);

const stateOf = (finding: ReturnType<typeof look>) => finding.outcomes[0]?.state;

describe("a burn rule", () => {
  it("trips only when both windows burn faster than it allows", () => {
    expect(stateOf(look(0.07, 0.07))).toBe("tripped");
    expect(stateOf(look(0.05, 0.07))).toBe("clear");
    expect(stateOf(look(0.07, 0.05))).toBe("clear");
  });

  it("does not take the exact threshold for more than it", () => {
    const half: Objective = { ...objective, targetRatio: 0.5 };
    const atSix = [measured(30 * minute, 3), measured(6 * hour, 3)];
    expect(findingOf(half, [slowBurn], atSix, none, noon).outcomes[0]?.state).toBe("clear");
  });

  it.each([
    ["no data", [measured(6 * hour, 0)], "no_data"],
    ["a stale one", [measured(6 * hour, 0), unmeasured(30 * minute, "stale")], "stale"],
  ] as const)(
    "is not clear while its short window has %s, however well the long one looks",
    (_, measurements, why) => {
      const finding = findingOf(objective, [slowBurn], measurements, none, noon);
      expect(finding.outcomes[0]).toMatchObject({
        state: "unmeasured",
        misses: [{ why, windowMs: 30 * minute }],
      });
      expect(finding.state).toBe("unmeasured");
    },
  );

  it("is not tripped either while one window is not measured: it speaks on numbers alone", () => {
    const finding = findingOf(
      objective,
      [slowBurn],
      [measured(30 * minute, 1), unmeasured(6 * hour, "partial")],
      none,
      noon,
    );
    expect(finding.outcomes[0]).toMatchObject({ state: "unmeasured", misses: [{ why: "partial" }] });
  });

  it("tells of every window that is missing, since a policy may excuse one way of not knowing and not another", () => {
    const both = [unmeasured(30 * minute, "no_traffic"), unmeasured(6 * hour, "not_a_number")];
    expect(findingOf(objective, [slowBurn], both, none, noon).outcomes[0]).toMatchObject({
      state: "unmeasured",
      misses: [
        { why: "no_traffic", windowMs: 30 * minute },
        { why: "not_a_number", windowMs: 6 * hour },
      ],
    });
  });

  it("does not take another objective's measurement for its own", () => {
    const other = { ...measured(30 * minute, 0), objective: "search" };
    const finding = findingOf(objective, [slowBurn], [other, measured(6 * hour, 0)], none, noon);
    expect(stateOf(finding)).toBe("unmeasured");
  });
});

describe("a rule about what is left", () => {
  const left = (errorRatio: number) =>
    findingOf(objective, [spent], [measured(30 * day, errorRatio)], none, noon);

  it("trips at its limit and below, and the budget then counts as exhausted", () => {
    const [full, empty, overdrawn] = [left(0.005), left(0.0100001), left(0.02)];
    expect(full).toMatchObject({ state: "within", outcomes: [{ state: "clear" }] });
    expect(full.remaining).toBeCloseTo(0.5, 9);
    expect(empty).toMatchObject({ state: "exhausted", outcomes: [{ state: "tripped" }] });
    expect(overdrawn.remaining).toBeCloseTo(-1, 9);
  });

  it("is not answered by a window that was not measured", () => {
    const finding = findingOf(objective, [spent], [unmeasured(30 * day, "warming_up")], none, noon);
    expect(finding).toMatchObject({ state: "unmeasured", remaining: undefined });
  });
});

describe("a rule that waits", () => {
  it("holds, then trips once its condition has lasted as long as its `for`", () => {
    const first = look(0.07, 0.07, patient);
    expect(first.outcomes[0]).toMatchObject({ state: "holding", since: noon });
    expect(first.state).toBe("within");
    const holds = holdsAfter([first], none);
    const almost = look(0.07, 0.07, patient, holds, noon + 10 * minute - 1);
    expect(almost.outcomes[0]).toMatchObject({ state: "holding", since: noon });
    const then = look(0.07, 0.07, patient, holdsAfter([almost], holds), noon + 10 * minute);
    expect(then.outcomes[0]).toMatchObject({ state: "tripped", since: noon });
    expect(then.state).toBe("burning");
  });

  it("begins again after a look at which its condition was false", () => {
    const holds = holdsAfter([look(0.07, 0.07, patient)], none);
    const clear = look(0, 0, patient, holds, noon + 5 * minute);
    const after = holdsAfter([clear], holds);
    expect(after.size).toBe(0);
    const again = look(0.07, 0.07, patient, after, noon + 10 * minute);
    expect(again.outcomes[0]).toMatchObject({ state: "holding", since: noon + 10 * minute });
  });

  it("does not begin again because a look in between saw nothing", () => {
    const holds = holdsAfter([look(0.07, 0.07, patient)], none);
    const blind = findingOf(objective, [patient], [], holds, noon + 5 * minute);
    const after = holdsAfter([blind], holds);
    expect(after.get(holdKey("checkout", "patient"))).toBe(noon);
    expect(stateOf(look(0.07, 0.07, patient, after, noon + 10 * minute))).toBe("tripped");
  });

  it("begins to wait at a blind look only if it was already waiting", () => {
    expect(holdsAfter([findingOf(objective, [patient], [], none, noon)], none).size).toBe(0);
  });

  it("is not moved into the past by a clock that went backwards", () => {
    const holds: Holds = new Map([[holdKey("checkout", "patient"), noon + hour]]);
    expect(look(0.07, 0.07, patient, holds).outcomes[0]).toMatchObject({ state: "holding", since: noon });
  });

  it("forgets rules and objectives that are no more", () => {
    const holds: Holds = new Map([[holdKey("gone", "rule"), noon]]);
    expect(holdsAfter([look(0.07, 0.07)], holds).has(holdKey("gone", "rule"))).toBe(false);
  });
});

describe("an objective that is split into groups", () => {
  const grouped: Objective = { ...objective, groupedBy: ["handler"] };
  const [pay, cart] = ['handler="/pay"', 'handler="/cart"'];
  const of = (group: string, measurement: Measurement): Measurement => ({ ...measurement, group });
  const judge = (
    measurements: readonly Measurement[],
    rule: Rule = slowBurn,
    holds: Holds = none,
    at = noon,
  ) => findingOf(grouped, [rule], measurements, holds, at);
  const burns = (group: string, short: number, long: number): readonly Measurement[] => [
    of(group, measured(30 * minute, short)),
    of(group, measured(6 * hour, long)),
  ];

  it("trips for one group alone, however well the others are, and names the worst", () => {
    const finding = judge([...burns(pay, 0.07, 0.07), ...burns(cart, 0.2, 0.3), ...burns("z", 0, 0)]);
    expect(finding).toMatchObject({
      state: "burning",
      outcomes: [{ state: "tripped", group: { name: cart } }],
    });
    expect(finding.outcomes).toHaveLength(1);
  });

  it("takes no burn of two groups for that of one", () => {
    const finding = judge([...burns(pay, 0.07, 0.01), ...burns(cart, 0.01, 0.07)]);
    expect(finding.outcomes.map(({ state }) => state)).toEqual(["clear"]);
  });

  it("has as much left as the group that has the least, and says of each what that one has", () => {
    const rest = [of(pay, measured(30 * day, 0.002)), of(cart, measured(30 * day, 0.009))];
    const finding = judge([...burns(pay, 0.07, 0.07), ...burns(cart, 0, 0), ...rest]);
    expect(finding.remaining).toBeCloseTo(0.1, 9);
    const [outcome] = finding.outcomes;
    expect(outcome?.state === "tripped" && outcome.group?.remaining).toBeCloseTo(0.8, 9);
    const [reason] = decide([finding], defaultWhenUnmeasured).reasons;
    expect(reason).toMatchObject({ kind: "rule", group: pay, remaining: expect.closeTo(0.8, 9) as number });
  });

  it("tells of what one group burns and of what is not known of another", () => {
    const unknown = [of(cart, unmeasured(30 * minute, "not_a_number")), of(cart, measured(6 * hour, 0))];
    const finding = judge([...burns(pay, 0.07, 0.07), ...unknown]);
    expect(finding.outcomes).toMatchObject([
      { state: "tripped", group: { name: pay } },
      { state: "unmeasured", misses: [{ windowMs: 30 * minute, why: "not_a_number", group: cart }] },
    ]);
    const calm = judge([...burns(pay, 0, 0), ...unknown]);
    expect(calm.outcomes.map(({ state }) => state)).toEqual(["unmeasured"]);
  });

  it("is told of each group that is not known by itself, though the cause is the same", () => {
    const unknown = [
      of(cart, unmeasured(30 * minute, "stale")),
      of(pay, measured(30 * minute, 0)),
      of(cart, measured(6 * hour, 0)),
      of(pay, unmeasured(6 * hour, "stale")),
    ];
    const { reasons } = decide([judge(unknown)], defaultWhenUnmeasured);
    expect(alikeReasons(reasons).map(([first, ...others]) => [first, others.length])).toMatchObject([
      [{ group: cart, windowMs: 30 * minute }, 0],
      [{ group: pay, windowMs: 6 * hour }, 0],
    ]);
  });

  it("leaves out a group that had no traffic lately, unless it burned before", () => {
    const quiet = (before: number) =>
      judge([...burns(pay, 0, 0), of(cart, measured(6 * hour, before))]).outcomes;
    expect(quiet(0.01).map(({ state }) => state)).toEqual(["clear"]);
    expect(quiet(0.07)).toMatchObject([
      { state: "unmeasured", misses: [{ windowMs: 30 * minute, why: "no_traffic", group: cart }] },
    ]);
  });

  it("does not know a group that is asked about now and that a longer window does not know", () => {
    const finding = judge([...burns(pay, 0, 0), of(cart, measured(30 * minute, 0))]);
    expect(finding.outcomes).toMatchObject([
      { state: "unmeasured", misses: [{ windowMs: 6 * hour, why: "no_data", group: cart }] },
    ]);
  });

  it("is not known in any group where the whole was not measured", () => {
    const finding = judge([unmeasured(30 * minute, "stale"), of(pay, measured(6 * hour, 0))]);
    expect(finding.outcomes).toMatchObject([
      { state: "unmeasured", misses: [{ windowMs: 30 * minute, why: "stale" }] },
    ]);
    expect(JSON.stringify(finding)).not.toContain("/pay");
  });

  it("waits for each group by itself: what one began, another does not end", () => {
    const first = judge(burns(pay, 0.07, 0.07), patient);
    const holds = holdsAfter([first], none);
    const [later, due] = [noon + 6 * minute, noon + 10 * minute];
    const other = judge([...burns(pay, 0, 0), ...burns(cart, 0.07, 0.07)], patient, holds, later);
    const after = holdsAfter([other], holds);
    expect([...after]).toEqual([[holdKey("checkout", "patient", cart), later]]);
    const then = judge([...burns(pay, 0.09, 0.09), ...burns(cart, 0.07, 0.07)], patient, after, due);
    expect(then.outcomes).toMatchObject([{ state: "holding" }]);
    expect(holdsAfter([then], after).get(holdKey("checkout", "patient", pay))).toBe(due);
  });

  it("takes what holds of the whole to hold of each group", () => {
    const holds: Holds = new Map([[holdKey("checkout", "patient"), noon - hour]]);
    expect(judge(burns(pay, 0.07, 0.07), patient, holds).outcomes).toMatchObject([{ state: "tripped" }]);
  });

  it("goes on waiting in every group over a look that saw nothing", () => {
    const holds = holdsAfter([judge([...burns(pay, 0.07, 0.07), ...burns(cart, 0.07, 0.07)], patient)], none);
    expect(holds.size).toBe(2);
    const blind = [unmeasured(30 * minute, "unreachable"), unmeasured(6 * hour, "unreachable")];
    const after = holdsAfter([judge(blind, patient, holds, noon + 5 * minute)], holds);
    expect(after).toEqual(holds);
    const then = judge(burns(cart, 0.07, 0.07), patient, after, noon + 10 * minute);
    expect(then.outcomes).toMatchObject([{ state: "tripped", since: noon }]);
  });
});

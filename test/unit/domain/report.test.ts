import { describe, expect, it } from "vitest";
import { decide, decideBroken, isHeld } from "../../../src/domain/decide.ts";
import { defaultWhenUnmeasured } from "../../../src/domain/policy.ts";
import { reportOf, retirementOf } from "../../../src/domain/report.ts";
import { standingOf, type Verdict } from "../../../src/domain/verdict.ts";
import { burning, cho, decisions, granted, madeVerdict, noon, within } from "./made-verdict.ts";

const refused: Verdict["bypass"] = {
  kind: "refused",
  refusal: { cause: "not_entitled", means: { kind: "label", label: "hotfix" }, actor: cho, pull: 7 },
};

const row = (decision: keyof typeof decisions, mode: Verdict["mode"], bypass: Verdict["bypass"]) => {
  const verdict = madeVerdict({ decision: decisions[decision], mode, bypass });
  return { ...reportOf(verdict, "members"), standing: standingOf(verdict) };
};

const none = { kind: "none" } as const;

describe("the state that GitHub is told", () => {
  // One line for each row of the design's table: decision × mode × bypass.
  it.each([
    ["allow", "enforce", none, "success", "open", /^checkout: 81% left/],
    ["allow", "enforce", granted, "success", "open", /^checkout: 81% left/],
    ["allow", "observe", none, "success", "open", /^checkout: 81% left/],
    ["warn", "enforce", none, "success", "open", /^Warning: checkout/],
    ["warn", "enforce", refused, "success", "open", /^Warning: checkout/],
    ["warn", "observe", none, "success", "open", /^Warning: checkout/],
    ["block", "enforce", none, "failure", "held", /^checkout: 6h burn/],
    ["block", "enforce", refused, "failure", "held", /^checkout: 6h burn.*refused/],
    ["block", "enforce", granted, "success", "bypassed", /^Bypassed by @ann until 14:05Z: INC-42$/],
    ["block", "observe", none, "success", "open", /^Would block: checkout/],
    ["block", "observe", granted, "success", "open", /^Would block: checkout/],
    ["inconclusive", "enforce", none, "error", "held", /^Not measured: checkout/],
    ["inconclusive", "enforce", refused, "error", "held", /^Not measured: checkout.*refused/],
    ["inconclusive", "enforce", granted, "success", "bypassed", /^Bypassed by @ann/],
    ["inconclusive", "observe", none, "success", "open", /^Not measured: checkout/],
    ["inconclusive", "observe", granted, "success", "open", /^Not measured: checkout/],
  ] as const)("of %s under %s", (decision, mode, bypass, state, standing, words) => {
    const report = row(decision, mode, bypass);
    expect(report.state).toBe(state);
    expect(report.standing).toBe(standing);
    expect(report.sentence).toMatch(words);
  });

  it("is red or bypassed on the last statuses that a commit can hold, and green only before", () => {
    expect(row("block", "enforce", none).isCritical).toBe(true);
    expect(row("inconclusive", "enforce", none).isCritical).toBe(true);
    expect(row("block", "enforce", granted).isCritical).toBe(true);
    expect(row("allow", "enforce", none).isCritical).toBe(false);
    expect(row("block", "observe", none).isCritical).toBe(false);
  });
});

describe("the class of a report", () => {
  const classOf = (changes: Partial<Verdict>) => reportOf(madeVerdict(changes), "members").reportClass;

  it("[T44] does not move with the numbers or with the time, so that a burning gate is not written every minute", () => {
    const worse = {
      ...burning,
      numbers: { kind: "burn_rate", longBurn: 99, shortBurn: 99 },
      remaining: -3,
    } as const;
    expect(classOf({ decision: { outcome: "block", reasons: [worse] } })).toBe(classOf({}));
    expect(classOf({ at: noon + 1, measuredAt: noon + 1 })).toBe(classOf({}));
    const better = [{ ...within, remaining: 0.2 }];
    expect(classOf({ decision: decisions.allow, findings: better })).toBe(
      classOf({ decision: decisions.allow }),
    );
  });

  it("differs wherever people must be told something else", () => {
    const search = { ...burning, objective: "search" } as const;
    const classes = [
      classOf({}),
      classOf({ mode: "observe" }),
      classOf({ bypass: granted }),
      classOf({ bypass: refused }),
      classOf({ decision: { outcome: "block", reasons: [search] } }),
      ...Object.values(decisions)
        .filter((one) => one.outcome !== "block")
        .map((decision) => classOf({ decision })),
      reportOf(madeVerdict(), "public").reportClass,
    ];
    expect(new Set(classes).size).toBe(classes.length);
  });

  it("keeps apart what spaces in names could join", () => {
    const rule = (name: string) => ({ ...burning.rule, name });
    const one = { ...burning, objective: "a b", rule: rule("c") } as const;
    const other = { ...burning, objective: "a", rule: rule("b c") } as const;
    const classes = [one, other].map((reason) =>
      classOf({ decision: { outcome: "block", reasons: [reason] } }),
    );
    expect(classes[0]).not.toBe(classes[1]);
  });
});

describe("taking our word back", () => {
  it("[T48] says why nobody need wait for us, and by which commit", () => {
    const { subject } = madeVerdict();
    const said = (["policy_removed", "branch_not_gated"] as const).map((why) =>
      retirementOf(subject, why, "abcdef0123"),
    );
    expect(said.map(({ state }) => state)).toEqual(["success", "success"]);
    expect(said.map(({ sentence }) => sentence)).toMatchInlineSnapshot(`
      [
        "Not gated: there is no error budget policy on this branch any more (since abcdef0).",
        "Not gated: the error budget policy no longer names this branch (since abcdef0).",
      ]
    `);
  });
});

describe("what nothing was found for", () => {
  it("[T36] is held: no objective, no rule that looked, no problem that says why", () => {
    const nobodyLooked = { ...within, outcomes: [] };
    const lenient = { ...defaultWhenUnmeasured, no_data: "allow" } as const;
    for (const decision of [decide([], lenient), decide([nobodyLooked], lenient), decideBroken([])]) {
      expect(decision.outcome).toBe("inconclusive");
      expect(isHeld(decision)).toBe(true);
    }
    expect(decide([within, nobodyLooked], lenient).outcome).toBe("inconclusive");
  });
});

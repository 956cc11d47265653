import { describe, expect, it } from "vitest";
import { type CheckEvidence, checkReportOf } from "../../../src/domain/check-report.ts";
import type { Reason } from "../../../src/domain/reason.ts";
import type { Verdict } from "../../../src/domain/verdict.ts";
import { decisions, granted, madeVerdict, stale } from "./made-verdict.ts";
import { cart, checkout, evidence, search, three } from "./made-evidence.ts";

describe("the conclusion and the title", () => {
  const allowed: Reason = { ...stale, why: "no_traffic", weight: "allow" };
  const warned: Reason = { ...stale, weight: "warn" };
  it.each<[string, Partial<Verdict>, string, string]>([
    ["within budget", { decision: decisions.allow }, "success", "1 of 1 objective within budget"],
    ["a warning", { decision: decisions.warn }, "neutral", "Warning: 1 of 1 objective within budget"],
    ["burning", { findings: [checkout] }, "failure", "Held: 0 of 1 objective within budget"],
    [
      "not measured",
      { decision: decisions.inconclusive },
      "action_required",
      "Held: 1 of 1 objective within budget",
    ],
    [
      "not measured, warned of",
      { decision: { outcome: "warn", reasons: [warned] } },
      "neutral",
      "Warning: 1 of 1 objective within budget",
    ],
    [
      "not measured, let through",
      { decision: { outcome: "allow", reasons: [allowed] } },
      "neutral",
      "1 of 1 objective within budget",
    ],
    [
      "bypassed",
      { bypass: granted, findings: [checkout] },
      "neutral",
      "Bypassed by ann until 14:05Z; 0 of 1 objective within budget",
    ],
    [
      "watched, and burning",
      { mode: "observe", findings: [checkout] },
      "neutral",
      "Would hold: 0 of 1 objective within budget",
    ],
    [
      "watched, and not measured",
      { mode: "observe", decision: decisions.inconclusive },
      "neutral",
      "Would hold: 1 of 1 objective within budget",
    ],
    [
      "watched, and warned of",
      { mode: "observe", decision: decisions.warn },
      "neutral",
      "Warning: 1 of 1 objective within budget",
    ],
    [
      "watched, not measured, let through",
      { mode: "observe", decision: { outcome: "allow", reasons: [allowed] } },
      "neutral",
      "1 of 1 objective within budget",
    ],
    [
      "watched, and within budget",
      { mode: "observe", decision: decisions.allow },
      "success",
      "1 of 1 objective within budget",
    ],
    [
      "no objective",
      {
        decision: { outcome: "inconclusive", reasons: [{ kind: "no_objectives", weight: "block" }] },
        findings: [],
      },
      "action_required",
      "Held: no objective was measured",
    ],
  ])("of %s", (_, verdict, conclusion, title) => {
    expect(checkReportOf(evidence(verdict))).toMatchObject({ conclusion, title });
  });
});

describe("the class of a check run", () => {
  const classOf = (verdict: Partial<Verdict>, more?: Partial<CheckEvidence>) =>
    checkReportOf(evidence(verdict, more)).reportClass;

  it("moves with the state of any objective, any reason, the policy and the audience", () => {
    const classes = [
      classOf(three),
      classOf({ ...three, findings: [search, cart] }),
      classOf({ ...three, decision: decisions.block }),
      classOf({ ...three, origin: { ...madeVerdict().origin, revision: "r2" } }),
      classOf(three, { audience: "public" }),
      classOf({ ...three, mode: "observe" }),
      classOf({ ...three, bypass: granted }),
    ];
    expect(new Set(classes).size).toBe(classes.length);
  });

  it("does not move with the commit of the same policy", () => {
    const origin = { ...madeVerdict().origin, commitSha: "c".repeat(40) };
    expect(classOf({ ...three, origin })).toBe(classOf(three));
  });
});

import { describe, expect, it } from "vitest";
import { decide, decisionClass, isUndecided } from "../../../src/domain/decide.ts";
import { reasonKey } from "../../../src/domain/reason.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import { renewedAfter } from "../../../src/domain/lease.ts";
import { type Measurement, type UnmeasuredKind, unmeasuredKinds } from "../../../src/domain/measurement.ts";
import { defaultWhenUnmeasured } from "../../../src/domain/policy.ts";
import { reportOf } from "../../../src/domain/report.ts";
import type { Gate } from "../../../src/domain/subject.ts";
import { burning, granted, madeVerdict, minute, noon, within } from "./made-verdict.ts";

const question = { objective: "checkout", windowMs: 60 * minute, dataSource: "main", query: "q", at: noon };
const number: Measurement = { ...question, kind: "measured", errorRatio: 0 };
const missing = (why: UnmeasuredKind): Measurement => ({
  ...question,
  kind: "unmeasured",
  why,
  detail: "no",
});

const leaseMs = 30 * minute;
const excused = { ...defaultWhenUnmeasured, unreachable: "allow", stale: "warn" } as const;
const unmeasured = (why: UnmeasuredKind): Finding => {
  const [outcome] = within.outcomes;
  if (outcome === undefined) throw new Error("a finding without an outcome");
  const misses = [{ windowMs: 60 * minute, why, detail: "no" }] as const;
  return { ...within, state: "unmeasured", outcomes: [{ state: "unmeasured", rule: outcome.rule, misses }] };
};
const decideAfter = (ageMs: number, findings: readonly Finding[]) =>
  decide(findings, excused, { leaseMs, renewedAt: noon - ageMs, at: noon });

describe("a lease", () => {
  it("is renewed by a look to which everything was answered, and by no other", () => {
    const before = noon - minute;
    expect(renewedAfter({ at: noon, measurements: [number, number] }, before)).toBe(noon);
    const renewing = unmeasuredKinds.filter(
      (why) => renewedAfter({ at: noon, measurements: [number, missing(why)] }, before) === noon,
    );
    expect(renewing).toEqual(["no_traffic", "warming_up"]);
    expect(renewedAfter({ at: noon, measurements: [missing("stale"), number] }, before)).toBe(before);
  });

  it("of what was never measured begins with the first look", () => {
    expect(renewedAfter({ at: noon, measurements: [missing("unreachable")] }, undefined)).toBe(noon);
  });

  it.each(["unreachable", "stale"] as const)(
    "ends what %s would leave open, a moment after its time",
    (why) => {
      const before = decideAfter(leaseMs, [unmeasured(why)]);
      expect(before.outcome).toBe(why === "stale" ? "warn" : "allow");
      const after = decideAfter(leaseMs + 1, [unmeasured(why)]);
      expect(after.outcome).toBe("inconclusive");
      expect(after.reasons.map(reasonKey)).toEqual(["lease ended", ...before.reasons.map(reasonKey)]);
      expect(isUndecided(after)).toBe(true);
      expect(decisionClass(after)).not.toBe(decisionClass(before));
    },
  );

  it("says nothing of a gate that is held anyway", () => {
    for (const ageMs of [0, 365 * 24 * 60 * minute])
      expect(decideAfter(ageMs, [unmeasured("no_data")])).toEqual(decide([unmeasured("no_data")], excused));
    const [clear] = within.outcomes;
    if (clear === undefined || clear.state === "unmeasured" || burning.kind !== "rule")
      throw new Error("made up");
    const tripped: Finding = {
      ...within,
      outcomes: [{ state: "tripped", since: noon, rule: burning.rule, numbers: burning.numbers }],
    };
    expect(decideAfter(leaseMs + 1, [tripped])).toEqual(decide([tripped], excused));
  });
});

describe("a gate whose lease has ended", () => {
  const decision = decideAfter(leaseMs + 1, [unmeasured("unreachable")]);
  const stateAt = (gate: Gate, changes: Partial<Parameters<typeof madeVerdict>[0]> = {}) => {
    const verdict = madeVerdict({ decision, ...changes });
    return reportOf({ ...verdict, subject: { ...verdict.subject, gate } }, "members").state;
  };

  it("is pending, but for a merge queue, which must hear an end", () => {
    expect(stateAt({ kind: "pull_request" })).toBe("pending");
    expect(stateAt({ kind: "deployment", environment: "production" })).toBe("pending");
    expect(stateAt({ kind: "merge_group" })).toBe("error");
  });

  it("is open for who has a bypass, and where the policy only observes", () => {
    expect(stateAt({ kind: "pull_request" }, { bypass: granted })).toBe("success");
    expect(stateAt({ kind: "pull_request" }, { mode: "observe" })).toBe("success");
  });
});

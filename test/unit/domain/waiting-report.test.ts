import { describe, expect, it } from "vitest";
import { decide, decideBroken, isUndecided } from "../../../src/domain/decide.ts";
import { defaultWhenUnmeasured } from "../../../src/domain/policy.ts";
import { isPending, pendingReport, unreadReport, waitingReport } from "../../../src/domain/report.ts";
import { decisions, madeVerdict, noon } from "./made-verdict.ts";

const verdict = madeVerdict({ decision: decisions.inconclusive });
const until = noon + 36 * 60_000;

describe("what is said to whom we ask to wait", () => {
  it("is why, and until when it is asked again", () => {
    expect(waitingReport(verdict, "members", until)).toMatchObject({
      state: "pending",
      sentence: expect.stringMatching(/^Not measured: checkout .*\. Asking again until 12:36Z\.$/) as string,
    });
  });

  it("is one class as long as the reason stays, whatever the hour", () => {
    const later = madeVerdict({ decision: decisions.inconclusive, at: noon + 15_000 });
    expect(waitingReport(later, "members", until + 1).reportClass).toBe(
      waitingReport(verdict, "members", until).reportClass,
    );
    expect(waitingReport(verdict, "public", until).reportClass).not.toBe(
      waitingReport(verdict, "members", until).reportClass,
    );
  });

  it("may use the last statuses of a commit, since it shuts the gate", () => {
    expect(pendingReport(verdict.subject).isCritical).toBe(true);
    expect(waitingReport(verdict, "members", until).isCritical).toBe(true);
  });

  it("is told apart from every answer", () => {
    const classes = [pendingReport(verdict.subject), waitingReport(verdict, "members", until)];
    expect(classes.map(({ reportClass }) => isPending(reportClass))).toEqual([true, true]);
    expect(isPending(unreadReport(verdict.subject, "GitHub answered 502").reportClass)).toBe(false);
    expect(isPending(undefined)).toBe(false);
  });
});

describe("a policy that GitHub never gave", () => {
  it("is an error that names why, in 140 characters whatever that is", () => {
    const report = unreadReport(verdict.subject, "x".repeat(500));
    expect(report).toMatchObject({ state: "error", isCritical: true });
    expect([...report.sentence]).toHaveLength(140);
  });
});

describe("a decision that another look may change", () => {
  it("is one that only lacks a number", () => {
    expect(isUndecided(decisions.inconclusive)).toBe(true);
    expect(isUndecided(decisions.block)).toBe(false);
    expect(isUndecided(decisions.allow)).toBe(false);
    expect(isUndecided(decide([], defaultWhenUnmeasured))).toBe(false);
    expect(isUndecided(decideBroken([]))).toBe(false);
  });
});

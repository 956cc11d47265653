import { describe, expect } from "vitest";
import type { Law } from "./ledger-contract.ts";
import { intentOf, noon, sha, subject } from "./ledger-samples.ts";

/** What is promised of reports. */
export function reportLaws(law: Law): void {
  const context = "error-budget: main";

  describe("reports", () => {
    law("an intent is known before anything is told, and counts for nothing", async ({ reports }) => {
      expect(await reports.last(subject, context)).toBeUndefined();
      await reports.intend(subject, context, intentOf("red"));
      const last = await reports.last(subject, context);
      expect(last).toEqual({ reportClass: undefined, verdictAt: 0, written: 0, intent: intentOf("red") });
    });

    law("a confirmed intent is what GitHub was told; confirming twice counts once", async ({ reports }) => {
      await reports.intend(subject, context, intentOf("red", noon));
      await reports.confirm(subject, context);
      await reports.confirm(subject, context);
      expect(await reports.last(subject, context)).toEqual({
        reportClass: "red",
        verdictAt: noon,
        written: 1,
        intent: undefined,
      });
      await reports.intend(subject, context, intentOf("green", noon + 1));
      await reports.confirm(subject, context);
      expect(await reports.last(subject, context)).toMatchObject({
        reportClass: "green",
        verdictAt: noon + 1,
        written: 2,
      });
    });

    law("a withdrawn intent leaves what was told before", async ({ reports }) => {
      await reports.intend(subject, context, intentOf("red"));
      await reports.confirm(subject, context);
      await reports.intend(subject, context, intentOf("green", noon + 1));
      await reports.withdraw(subject, context);
      await reports.confirm(subject, context);
      expect(await reports.last(subject, context)).toEqual({
        reportClass: "red",
        verdictAt: noon,
        written: 1,
        intent: undefined,
      });
    });

    law("commits, contexts and repositories are kept apart", async ({ reports }) => {
      await reports.intend(subject, context, intentOf("red"));
      await reports.confirm(subject, context);
      for (const other of [
        { ...subject, headSha: sha(2) },
        { ...subject, repositoryId: 8 },
      ]) {
        await reports.confirm(other, context);
        expect(await reports.last(other, context)).toBeUndefined();
      }
      expect(await reports.last(subject, "error-budget: other")).toBeUndefined();
    });
  });
}

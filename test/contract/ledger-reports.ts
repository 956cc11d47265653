import { describe, expect } from "vitest";
import type { Law } from "./ledger-contract.ts";
import { intentOf, noon, sha, subject } from "./ledger-samples.ts";

/** What is promised of reports. */
export function reportLaws(law: Law): void {
  const context = "error-budget: main";

  const told = (reportClass: string, verdictAt: number, written: number) => ({
    reportClass,
    verdictAt,
    written,
    intent: undefined,
  });

  describe("reports", () => {
    law("an intent is known before anything is told, and counts for nothing", async ({ reports }) => {
      expect(await reports.last(subject, context)).toBeUndefined();
      await reports.intend(subject, context, intentOf("red"));
      const last = await reports.last(subject, context);
      expect(last).toEqual({ reportClass: undefined, verdictAt: 0, written: 0, intent: intentOf("red") });
    });

    law("a confirmed intent is what GitHub was told; confirming twice counts once", async ({ reports }) => {
      const [red, green] = [intentOf("red", noon), intentOf("green", noon + 1)];
      await reports.intend(subject, context, red);
      await reports.confirm(subject, context, red);
      await reports.confirm(subject, context, red);
      expect(await reports.last(subject, context)).toEqual(told("red", noon, 1));
      await reports.intend(subject, context, green);
      await reports.confirm(subject, context, green);
      expect(await reports.last(subject, context)).toEqual(told("green", noon + 1, 2));
    });

    law("a withdrawn intent leaves what was told before", async ({ reports }) => {
      const [red, green] = [intentOf("red", noon), intentOf("green", noon + 1)];
      await reports.intend(subject, context, red);
      await reports.confirm(subject, context, red);
      await reports.intend(subject, context, green);
      await reports.withdraw(subject, context, green);
      expect(await reports.last(subject, context)).toEqual(told("red", noon, 1));
    });

    law("of two hands at once only the one whose intent stands confirms it", async ({ reports }) => {
      const [late, current] = [intentOf("red", noon), intentOf("green", noon + 1)];
      await reports.intend(subject, context, current);
      await reports.intend(subject, context, late);
      expect(await reports.confirm(subject, context, current)).toBe(false);
      await reports.withdraw(subject, context, current);
      const last = await reports.last(subject, context);
      expect(last).toEqual({ reportClass: undefined, verdictAt: 0, written: 0, intent: late });
      expect(await reports.confirm(subject, context, late)).toBe(true);
      expect(await reports.confirm(subject, context, current)).toBe(false);
      expect(await reports.last(subject, context)).toEqual(told("red", noon, 1));
    });

    law("one that was found to have arrived is known as that to who sent it", async ({ reports }) => {
      const [red, green] = [intentOf("red", noon), intentOf("green", noon + 1)];
      await reports.intend(subject, context, red);
      await reports.confirm(subject, context, red);
      await reports.intend(subject, context, green);
      expect(await reports.confirm(subject, context, red)).toBe(true);
      expect(await reports.last(subject, context)).toEqual({ ...told("red", noon, 1), intent: green });
    });

    law("one that was doubted on its way is not confirmed", async ({ reports }) => {
      await reports.intend(subject, context, intentOf("red"));
      await reports.doubt(subject, context);
      expect(await reports.confirm(subject, context, intentOf("red"))).toBe(false);
      expect(await reports.last(subject, context)).toMatchObject({
        reportClass: undefined,
        intent: undefined,
      });
    });

    law(
      "[T49] what is doubted is no longer known to be told, and still counts; others are left alone",
      async ({ reports }) => {
        const elsewhere = { ...subject, repositoryId: 8 };
        for (const one of [subject, elsewhere]) {
          await reports.intend(one, context, intentOf("green"));
          await reports.confirm(one, context, intentOf("green"));
        }
        await reports.intend(subject, context, intentOf("red", noon + 1));
        await reports.doubtAll(subject.repositoryId);
        expect(await reports.last(subject, context)).toEqual({
          ...told("green", noon, 1),
          reportClass: undefined,
          intent: intentOf("red", noon + 1),
        });
        expect(await reports.last(elsewhere, context)).toEqual(told("green", noon, 1));
      },
    );

    law("commits, contexts and repositories are kept apart", async ({ reports }) => {
      await reports.intend(subject, context, intentOf("red"));
      await reports.confirm(subject, context, intentOf("red"));
      for (const other of [
        { ...subject, headSha: sha(2) },
        { ...subject, repositoryId: 8 },
      ]) {
        await reports.confirm(other, context, intentOf("red"));
        expect(await reports.last(other, context)).toBeUndefined();
      }
      expect(await reports.last(subject, "error-budget: other")).toBeUndefined();
    });
  });
}

import { describe, expect } from "vitest";
import { subjectOf } from "../../src/domain/subject.ts";
import type { Ledger } from "../../src/gate/ledger.ts";
import type { Law } from "./ledger-contract.ts";
import { noon, pullAt, sha, shop } from "./ledger-samples.ts";

const at = (number: number) => subjectOf(pullAt(noon, { number, headSha: sha(number), baseRef: "main" }));
const red = { repositoryId: shop.id, baseRef: "main", revision: "r", toldClass: "r block", isRed: true };
const green = { ...red, toldClass: "r allow", isRed: false };
const none = { written: 0, spared: 0, superseded: 0, failed: 0 };

/** Buries the job of a subject. */
async function giveUp({ queue }: Ledger, number: number): Promise<void> {
  const job = {
    task: { kind: "subject", subject: at(number) },
    installationId: 70,
    priority: 99,
    notBefore: noon,
    revive: false,
  } as const;
  await queue.enqueue(job, noon);
  const claimed = await queue.claim(noon, 1000, []);
  if (claimed === undefined) throw new Error("nothing is due");
  await queue.bury(claimed, "gone", noon);
}

/** What is promised of the records of flips. */
export function flipLaws(law: Law): void {
  describe("flips", () => {
    law("a flip is finished when the last of its subjects is settled, and not sooner", async (ledger) => {
      const { flips, subjects } = ledger;
      await flips.notice(red, [at(1), at(2), at(3)], noon);
      expect(await flips.open()).toMatchObject([{ ...red, noticedAt: noon, open: 3, settled: none }]);
      await subjects.told(at(1), "r block", undefined, { outcome: "written", at: noon + 1 });
      await flips.settle(at(2), "superseded", noon + 2);
      expect(await flips.finished(9)).toEqual([]);
      await subjects.told(at(3), "r block", undefined, { outcome: "spared", at: noon + 3 });
      expect(await flips.open()).toEqual([]);
      expect(await flips.finished(9)).toMatchObject([
        { open: 0, finishedAt: noon + 3, settled: { written: 1, spared: 1, superseded: 1, failed: 0 } },
      ]);
    });

    law("each subject is settled once: later words change nothing", async ({ flips, subjects }) => {
      await flips.notice(red, [at(1), at(2)], noon);
      await flips.settle(at(1), "superseded", noon + 1);
      await subjects.told(at(1), "r block", undefined, { outcome: "written", at: noon + 2 });
      await flips.settle(at(1), "failed", noon + 3);
      expect(await flips.open()).toMatchObject([{ open: 1, settled: { ...none, superseded: 1 } }]);
    });

    law("who is told something newer than the flip is superseded in it", async ({ flips, subjects }) => {
      await flips.notice(red, [at(1)], noon);
      await subjects.told(at(1), "r allow", undefined, { outcome: "written", at: noon + 1 });
      expect(await flips.finished(9)).toMatchObject([{ settled: { ...none, superseded: 1 } }]);
    });

    law("the next looks go on with an open record and add who is newly due", async ({ flips }) => {
      await flips.notice(red, [at(1)], noon);
      await flips.notice(red, [at(1), at(2)], noon + 1);
      expect(await flips.open()).toMatchObject([{ noticedAt: noon, open: 2 }]);
    });

    law("a newer class ends what an older record left open", async ({ flips }) => {
      await flips.notice(red, [at(1), at(2)], noon);
      await flips.notice(green, [at(1)], noon + 1);
      expect(await flips.open()).toMatchObject([{ ...green, open: 1 }]);
      expect(await flips.finished(9)).toMatchObject([{ ...red, settled: { ...none, superseded: 2 } }]);
    });

    law("what was told or left before anybody noted it is settled by the next look", async (ledger) => {
      const { flips, subjects } = ledger;
      await flips.notice(red, [at(1), at(2)], noon);
      await subjects.told(at(1), "r block", undefined);
      await flips.notice(red, [], noon + 1);
      expect(await flips.finished(9)).toMatchObject([{ settled: { ...none, written: 1, superseded: 1 } }]);
    });

    law("who is due after the record was finished opens another one", async ({ flips }) => {
      await flips.notice(red, [at(1)], noon);
      await flips.settle(at(1), "superseded", noon);
      await flips.notice(red, [at(1)], noon + 1);
      expect(await flips.open()).toMatchObject([{ noticedAt: noon + 1, open: 1 }]);
      expect(await flips.finished(9)).toHaveLength(1);
    });

    law(
      "what was given up is failed, opens no record of its own, and is written if it is",
      async (ledger) => {
        const { flips, subjects } = ledger;
        await giveUp(ledger, 1);
        await flips.notice(red, [at(1)], noon);
        expect(await flips.open()).toEqual([]);
        await flips.notice(red, [at(1), at(2)], noon);
        expect(await flips.open()).toMatchObject([{ open: 1, settled: { ...none, failed: 1 } }]);
        await flips.settle(at(2), "failed", noon + 1);
        await flips.notice(red, [at(1)], noon + 2);
        expect(await flips.open()).toEqual([]);
        await subjects.told(at(1), "r block", undefined, { outcome: "written", at: noon + 3 });
        expect(await flips.finished(9)).toMatchObject([{ settled: { ...none, written: 1, failed: 1 } }]);
      },
    );

    law("what failed stays failed while others are open, though it is due", async ({ flips }) => {
      await flips.notice(red, [at(1), at(2)], noon);
      await flips.settle(at(1), "failed", noon);
      await flips.notice(red, [at(1), at(2)], noon + 1);
      expect(await flips.open()).toMatchObject([{ open: 1, settled: { ...none, failed: 1 } }]);
    });

    law("what is open in a repository that is left is superseded", async ({ flips }) => {
      await flips.notice(red, [at(1)], noon);
      await flips.leave(8, noon);
      expect(await flips.open()).toHaveLength(1);
      await flips.leave(shop.id, noon + 1);
      expect(await flips.finished(9)).toMatchObject([{ finishedAt: noon + 1 }]);
    });

    law("two that settle the last two at once finish the flip", async ({ flips, subjects }) => {
      const all = [1, 2, 3, 4, 5, 6, 7, 8].map(at);
      await flips.notice(red, all, noon);
      const told = { outcome: "written", at: noon } as const;
      await Promise.all(all.map(async (one) => subjects.told(one, "r block", undefined, told)));
      expect(await flips.finished(9)).toMatchObject([{ settled: { ...none, written: 8 } }]);
    });
  });
}

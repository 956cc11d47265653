import { describe, expect } from "vitest";
import type { Law } from "./ledger-contract.ts";
import { jobFor, noon, pullAt, shop, subject, verdictAt } from "./ledger-samples.ts";

/** So many do the same thing at once. */
const crowd = Array.from({ length: 12 }, (_, index) => index);

const together = async <T>(each: (index: number) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(crowd.map(each));

/** What is promised where several processes do one thing at once. */
export function raceLaws(law: Law): void {
  describe("several at once", () => {
    law("reach one verdict, which is kept once", async ({ verdicts }, db) => {
      const evidence = { at: noon, measurements: [] };
      const kept = await together(async () => verdicts.record(verdictAt(noon), "success a", evidence));
      expect(kept.filter(Boolean)).toHaveLength(1);
      expect(await db.selectFrom("verdicts").select("id").execute()).toHaveLength(1);
    });

    law("[T17] describe one pull request, and the newest description stays", async ({ pulls }) => {
      const order = [5, 0, 11, 3, 7, 1, 9, 2, 10, 4, 8, 6];
      await together(async (index) => pulls.observe(pullAt(noon + 1000 * order[index]!), undefined));
      expect((await pulls.openFor(subject)).map(({ updatedAt }) => updatedAt)).toEqual([noon + 11_000]);
    });

    law("read one pull request live, and the newest description stays", async ({ pulls }) => {
      await together(async (index) => pulls.settle(pullAt(noon + 1000 * (11 - index))));
      expect((await pulls.openIn(shop.id)).map(({ updatedAt }) => updatedAt)).toEqual([noon + 11_000]);
    });

    law("take jobs, and each job is in one hand", async ({ queue }) => {
      for (const number of crowd) await queue.enqueue(jobFor(number), noon);
      const taken = (await together(async () => queue.claim(noon, 1000, []))).flatMap((job) => job ?? []);
      const keys = taken.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
      // Whoever found nothing looked while others were taking; nothing is lost to anybody who looks again.
      for (
        let job = await queue.claim(noon, 1000, []);
        job !== undefined;
        job = await queue.claim(noon, 1000, [])
      )
        keys.push(job.key);
      expect(keys.toSorted()).toEqual(crowd.map((number) => `pull:${shop.id}:${number}`).toSorted());
    });

    law("queue one key while it is finished, and it waits or is done, never lost", async ({ queue }) => {
      for (const round of crowd) {
        await queue.enqueue(jobFor(1), noon + round);
        const job = await queue.claim(noon + round, 1000, []);
        await Promise.all([queue.finish(job!), queue.enqueue(jobFor(1), noon + round)]);
        expect(await queue.counts()).toEqual({ waiting: 1, running: 0, buried: 0 });
        await queue.finish((await queue.claim(noon + round, 1000, []))!);
      }
    });

    law(
      "queue one key while it is buried, and the new wish is not buried with the old",
      async ({ queue }) => {
        for (const round of crowd) {
          await queue.enqueue(jobFor(1), noon + round);
          const job = await queue.claim(noon + round, 1000, []);
          await Promise.all([queue.bury(job!, "a bug", noon), queue.enqueue(jobFor(1), noon + round)]);
          expect(await queue.counts()).toEqual({ waiting: 1, running: 0, buried: 0 });
          await queue.finish((await queue.claim(noon + round, 1000, []))!);
        }
      },
    );
  });
}

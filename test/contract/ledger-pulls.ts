import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../../src/gate/ledger.ts";
import type { HeadSight } from "../../src/domain/head-history.ts";
import type { Pull } from "../../src/domain/subject.ts";
import type { Law, OpenLedger } from "./ledger-contract.ts";
import { ann, bob, noon, pullAt, sha, shop, subject } from "./ledger-samples.ts";

/** What is promised of pull requests. */
export function pullLaws(law: Law, open: () => Promise<OpenLedger>): void {
  describe("pull requests", () => {
    law("a description is newer, the same, older or disputed by GitHub's own time", async ({ pulls }) => {
      const first = pullAt(noon, { labels: ["b", "a"] });
      expect(await pulls.observe(first, bob)).toBe("newer");
      expect(await pulls.observe({ ...first, labels: ["a", "b"] }, undefined)).toBe("same");
      expect(await pulls.observe(pullAt(noon - 1000, { headSha: sha(2) }), undefined)).toBe("older");
      expect(await pulls.observe({ ...first, headSha: sha(3) }, undefined)).toBe("disputed");
      expect(await pulls.openIn(shop.id)).toEqual([{ ...first, labels: ["a", "b"] }]);
      expect(await pulls.observe(pullAt(noon + 1000, { isOpen: false }), undefined)).toBe("newer");
      expect(await pulls.openIn(shop.id)).toEqual([]);
    });

    law("what was read live wins over its own second and never over a later one", async ({ pulls }) => {
      await pulls.observe(pullAt(noon), bob);
      await pulls.settle(pullAt(noon, { headSha: sha(2) }));
      expect(await pulls.openIn(shop.id)).toEqual([pullAt(noon, { headSha: sha(2) })]);
      await pulls.observe(pullAt(noon + 1000, { headSha: sha(3) }), bob);
      await pulls.settle(pullAt(noon, { headSha: sha(4) }));
      expect(await pulls.openIn(shop.id)).toEqual([pullAt(noon + 1000, { headSha: sha(3) })]);
      await pulls.settle(pullAt(noon, { number: 2 }));
      expect(await pulls.openIn(shop.id)).toHaveLength(2);
    });

    law("[T3] open pull requests are found by subject, by base and by repository", async ({ pulls }) => {
      const all = [
        pullAt(noon, { number: 2 }),
        pullAt(noon, { number: 1 }),
        pullAt(noon, { number: 3, headSha: sha(3) }),
        pullAt(noon, { number: 4, baseRef: "main" }),
        pullAt(noon, { number: 5, isOpen: false }),
        pullAt(noon, { number: 6, repositoryId: 8 }),
      ];
      for (const pull of all) await pulls.observe(pull, undefined);
      const numbers = (found: readonly Pull[]): number[] => found.map(({ number }) => number);
      expect(numbers(await pulls.openFor(subject))).toEqual([1, 2]);
      expect(numbers(await pulls.openInto(shop.id, subject.baseRef))).toEqual([1, 2, 3]);
      expect(numbers(await pulls.openIn(shop.id))).toEqual([1, 2, 3, 4]);
    });

    law("which are approved is what the newest list told, whatever descriptions come", async ({ pulls }) => {
      const all = [1, 2, 3].map((number) => pullAt(noon, { number }));
      const elsewhere = [pullAt(noon, { number: 4, baseRef: "next" }), pullAt(noon, { repositoryId: 8 })];
      for (const pull of [...all, ...elsewhere]) await pulls.observe(pull, undefined);
      const approved = async () =>
        [...(await pulls.approvedInto(shop.id, subject.baseRef))].toSorted((a, b) => a - b);
      expect(await approved()).toEqual([]);
      await pulls.noteApproved(shop.id, new Set([1, 2, 4, 99]));
      expect(await approved()).toEqual([1, 2]);
      expect([...(await pulls.approvedInto(shop.id, "next"))]).toEqual([4]);
      expect([...(await pulls.approvedInto(8, subject.baseRef))]).toEqual([]);
      await pulls.observe(pullAt(noon + 1000, { number: 1, headSha: sha(3) }), bob);
      await pulls.observe(pullAt(noon + 1000, { number: 2, isOpen: false }), bob);
      expect(await approved()).toEqual([1]);
      await pulls.noteApproved(shop.id, new Set([3]));
      expect(await approved()).toEqual([3]);
      await pulls.noteApproved(shop.id, new Set());
      expect(await approved()).toEqual([]);
    });

    law("every sight of a head is kept, with the pusher wherever one was told", async ({ pulls }) => {
      await pulls.observe(pullAt(noon + 1000, { headSha: sha(2) }), ann);
      await pulls.observe(pullAt(noon), undefined);
      await pulls.observe(pullAt(noon), bob);
      await pulls.observe(pullAt(noon, { labels: ["x"] }), undefined);
      await pulls.settle(pullAt(noon + 2000, { headSha: sha(3) }));
      const sights = await pulls.sights(shop.id, 1);
      expect(sights.toSorted((a, b) => a.seenAt - b.seenAt)).toEqual([
        { headSha: sha(1), seenAt: noon, pusher: bob },
        { headSha: sha(2), seenAt: noon + 1000, pusher: ann },
        { headSha: sha(3), seenAt: noon + 2000, pusher: undefined },
      ]);
      expect(await pulls.sights(shop.id, 2)).toEqual([]);
    });

    it("[T17] descriptions in any order, doubled or not, end in one state once disputes are settled", async () => {
      await fc.assert(
        fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (descriptions, dice) => {
          const last = descriptions.at(-1)!;
          const straight = await stateAfter(open, descriptions, last);
          const shuffled = [...descriptions, ...descriptions]
            .map((one) => ({ one, rank: Number(dice.next().value) }))
            .toSorted((a, b) => a.rank - b.rank)
            .map(({ one }) => one);
          expect(await stateAfter(open, shuffled, last)).toEqual(straight);
          expect(straight.open).toEqual(last.isOpen ? [last] : []);
        }),
        { numRuns: 60 },
      );
    });
  });
}

/** A pull request's life as descriptions, in order, several in one second. */
const history = fc
  .array(
    fc.record({
      head: fc.nat({ max: 3 }),
      label: fc.boolean(),
      isOpen: fc.boolean(),
      gap: fc.nat({ max: 2 }),
    }),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((steps) => {
    let at = noon;
    return steps.map(({ head, label, isOpen, gap }): Pull => {
      at += 1000 * gap;
      return pullAt(at, { headSha: sha(head), labels: label ? ["hotfix"] : [], isOpen });
    });
  });

async function stateAfter(
  open: () => Promise<OpenLedger>,
  descriptions: readonly Pull[],
  live: Pull,
): Promise<{ open: readonly Pull[]; sights: readonly HeadSight[] }> {
  const opened = await open();
  const { ledger } = opened;
  try {
    for (const one of descriptions) {
      // GitHub, read live, is at the end of the story.
      if ((await ledger.pulls.observe(one, undefined)) === "disputed") await ledger.pulls.settle(live);
    }
    return { open: await ledger.pulls.openIn(shop.id), sights: await sightsOf(ledger) };
  } finally {
    await opened.close();
  }
}

async function sightsOf({ pulls }: Ledger): Promise<readonly HeadSight[]> {
  const sights = await pulls.sights(shop.id, 1);
  return sights.toSorted((a, b) => a.seenAt - b.seenAt || (a.headSha < b.headSha ? -1 : 1));
}

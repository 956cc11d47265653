import { describe, expect } from "vitest";
import type { Ledger } from "../../src/gate/ledger.ts";
import { subjectOf } from "../../src/domain/subject.ts";
import type { Law } from "./ledger-contract.ts";
import { groupAt, noon, pullAt, sha, shop } from "./ledger-samples.ts";

/** What is promised of where subjects stand. */
export function subjectLaws(law: Law): void {
  const pull = (number: number, more = {}) =>
    pullAt(noon, { number, headSha: sha(number), baseRef: "main", ...more });
  const numbers = async (ledger: Ledger, toldClass: string): Promise<string[]> => {
    const subjects = await ledger.subjects.outOfDate(shop.id, "main", toldClass);
    return subjects.map(({ headSha }) => headSha).toSorted();
  };

  describe("subjects", () => {
    law(
      "out of date are the open subjects of the branch that were told something else, or nothing",
      async (ledger) => {
        const { pulls, subjects } = ledger;
        const all = [pull(1), pull(2), pull(3), pull(4, { isOpen: false }), pull(5, { baseRef: "Main" })];
        for (const one of all) await pulls.observe(one, undefined);
        await subjects.told(subjectOf(pull(1)), "green", undefined);
        await subjects.told(subjectOf(pull(2)), "red", undefined);
        await subjects.told(subjectOf(pull(4)), "red", undefined);
        expect(await numbers(ledger, "green")).toEqual([sha(2), sha(3)]);
        await subjects.told(subjectOf(pull(2)), "green", undefined);
        expect(await numbers(ledger, "green")).toEqual([sha(3)]);
        expect(await numbers(ledger, "red")).toEqual([sha(1), sha(2), sha(3)]);
      },
    );

    law("those of a commit are told while somebody waits, each once", async (ledger) => {
      const { pulls, askers, subjects } = ledger;
      const twin = pull(2, { headSha: sha(1) });
      const lax = pull(3, { headSha: sha(1), baseRef: "lax" });
      const closed = pull(4, { headSha: sha(1), baseRef: "old", isOpen: false });
      for (const one of [pull(1), twin, lax, closed, pull(5)]) await pulls.observe(one, undefined);
      const group = groupAt(noon, 1);
      await askers.ask(group, "once");
      const found = await subjects.wantedAt(shop.id, sha(1));
      expect(found).toHaveLength(3);
      expect(found).toEqual(expect.arrayContaining([subjectOf(pull(1)), subjectOf(lax), group.subject]));
      expect(await subjects.wantedAt(8, sha(1))).toEqual([]);
      await askers.end(group, noon);
      expect(await subjects.wantedAt(shop.id, sha(1))).toHaveLength(2);
    });

    law("[T3] pull requests that share a commit and a base are one subject", async (ledger) => {
      for (const number of [1, 2]) await ledger.pulls.observe(pull(number, { headSha: sha(1) }), undefined);
      expect(await ledger.subjects.outOfDate(shop.id, "main", "green")).toEqual([subjectOf(pull(1))]);
    });

    law(
      "due are the open subjects whose own time has come, until they are told again",
      async ({ pulls, subjects }) => {
        for (const number of [1, 2, 3]) await pulls.observe(pull(number), undefined);
        await subjects.told(subjectOf(pull(1)), "open", noon + 10);
        await subjects.told(subjectOf(pull(2)), "open", noon + 20);
        await subjects.told(subjectOf(pull(3)), "open", undefined);
        expect(await subjects.due(noon + 9)).toEqual([]);
        expect(await subjects.due(noon + 10)).toEqual([subjectOf(pull(1))]);
        expect(await subjects.due(noon + 20)).toHaveLength(2);
        await subjects.told(subjectOf(pull(1)), "shut", undefined);
        expect(await subjects.due(noon + 20)).toEqual([subjectOf(pull(2))]);
      },
    );

    law("a subject whose pull request was closed is never due again", async ({ pulls, subjects }) => {
      await pulls.observe(pull(1), undefined);
      await subjects.told(subjectOf(pull(1)), "open", noon + 10);
      await pulls.observe(
        pullAt(noon + 1000, { ...pull(1), updatedAt: noon + 1000, isOpen: false }),
        undefined,
      );
      expect(await subjects.due(noon + 10_000)).toEqual([]);
    });
  });
}

import { describe, expect } from "vitest";
import { bypassMark } from "../../src/domain/bypass.ts";
import type { Law } from "./ledger-contract.ts";
import { bob, bypass, noon, sha, shop, sightAt, subject, verdictAt } from "./ledger-samples.ts";

/** What is promised of grants, of words on pull requests, and of tags. */
export function bypassLaws(law: Law): void {
  const of = (number: number) => ({ ...bypass, commitSha: sha(number) });
  const places = (max: number, since = noon) => ({ max, since });

  describe("grants", () => {
    law("[T6] two who want the last place at once: one gets it", async ({ grants }) => {
      const all = await Promise.all(
        Array.from({ length: 12 }, async (_, index) =>
          grants.take(shop.id, [of(index)], places(3), noon + index),
        ),
      );
      const taken = all.filter(({ kind }) => kind === "taken").map(({ used }) => used);
      // Who comes first is not promised.
      expect(taken.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
      expect(all.filter(({ kind }) => kind === "full").map(({ used }) => used)).toEqual(
        Array.from({ length: 9 }, () => 3),
      );
    });

    law("what was granted is granted again, and takes no further place", async ({ grants }) => {
      expect(await grants.take(shop.id, [of(1)], places(1), noon)).toEqual({ kind: "taken", used: 1 });
      expect(await grants.take(shop.id, [of(1)], places(1), noon + 1)).toEqual({ kind: "taken", used: 1 });
      const anew = { ...of(1), appliedAt: noon };
      expect(await grants.take(shop.id, [anew], places(1), noon + 2)).toEqual({ kind: "taken", used: 1 });
      expect(await grants.take(shop.id, [of(2)], places(1), noon + 3)).toEqual({ kind: "full", used: 1 });
      expect(await grants.take(shop.id, [of(1)], places(0), noon + 4)).toEqual({ kind: "taken", used: 1 });
    });

    law("several are granted together or not at all", async ({ grants }) => {
      expect(await grants.take(shop.id, [of(1), of(2), of(3)], places(2), noon)).toEqual({
        kind: "full",
        used: 0,
      });
      expect(await grants.take(shop.id, [of(1), of(2)], places(2), noon)).toEqual({ kind: "taken", used: 2 });
    });

    law("periods and repositories are counted apart, and without a quota nothing is", async ({ grants }) => {
      await grants.take(shop.id, [of(1)], undefined, noon - 1);
      await grants.take(8, [of(2)], undefined, noon);
      await grants.take(shop.id, [of(3)], undefined, noon);
      expect(await grants.take(shop.id, [of(4)], places(2), noon)).toEqual({ kind: "taken", used: 2 });
      expect(await grants.take(shop.id, [of(5)], places(2), noon)).toEqual({ kind: "full", used: 2 });
      expect(await grants.take(shop.id, [of(5)], places(4, 0), noon)).toEqual({ kind: "taken", used: 4 });
    });

    law("[T49] a repository's wishes count since it changed hands last", async ({ grants }) => {
      expect(await grants.since(shop.id)).toBe(0);
      await grants.transferred(shop.id, noon);
      await grants.transferred(shop.id, noon + 1);
      expect([await grants.since(shop.id), await grants.since(8)]).toEqual([noon + 1, 0]);
    });
  });

  describe("bypasses that ended", () => {
    law(
      "are told of their own subject, whole, from the moment on at which they end",
      async ({ verdicts }) => {
        const second = { actor: bob, means: { kind: "comment" }, entitledThrough: "role admin" } as const;
        const tag = { kind: "tag", tag: "hotfix-1" } as const;
        const other = { ...of(2), means: tag, actor: undefined, pull: undefined, second, reason: undefined };
        for (const one of [bypass, other]) await verdicts.recordBypass(verdictAt(noon, one), one);
        expect(await verdicts.endedBypasses(subject, bypass.until - 1)).toEqual([]);
        expect(await verdicts.endedBypasses(subject, bypass.until)).toEqual([bypass, other]);
        const elsewhere = { ...subject, gate: { kind: "merge_group" } } as const;
        expect(await verdicts.endedBypasses(elsewhere, bypass.until)).toEqual([]);
        expect(bypassMark(bypass)).not.toBe(bypassMark(other));
      },
    );

    law("are no longer among those that stand", async ({ verdicts }) => {
      await verdicts.recordBypass(verdictAt(noon, bypass), bypass);
      const before = bypass.until - 1;
      expect(await verdicts.standingBypasses(subject, [], before)).toEqual([bypass]);
      expect(await verdicts.standingBypasses(subject, [], bypass.until)).toEqual([]);
      const atGroup = { ...subject, gate: { kind: "merge_group" } } as const;
      expect(await verdicts.standingBypasses(atGroup, [bypass.pull ?? 0], before)).toEqual([]);
    });

    law("stand for their pull request at its other commits, and for no other's", async ({ verdicts }) => {
      await verdicts.recordBypass(verdictAt(noon, bypass), bypass);
      const moved = { ...subject, headSha: sha(2) };
      const { pull = 0, until } = bypass;
      expect(await verdicts.standingBypasses(moved, [pull], until - 1)).toEqual([bypass]);
      expect(await verdicts.standingBypasses(moved, [pull + 1], until - 1)).toEqual([]);
      expect(await verdicts.standingBypasses({ ...moved, repositoryId: 8 }, [pull], until - 1)).toEqual([]);
    });
  });

  describe("words on pull requests", () => {
    law("are to be read from when they were heard until they are read", async ({ remarks }) => {
      expect(await remarks.of(shop.id, 1)).toEqual({ heardAt: undefined, readTo: 0, changedTo: 0 });
      await remarks.note(shop.id, 1, noon);
      expect(await remarks.of(shop.id, 1)).toEqual({ heardAt: noon, readTo: 0, changedTo: 0 });
      await remarks.settle(shop.id, 1, { heardAt: noon, readTo: noon - 5 });
      expect(await remarks.of(shop.id, 1)).toEqual({ heardAt: undefined, readTo: noon - 5, changedTo: 0 });
      expect(await remarks.of(shop.id, 2)).toEqual({ heardAt: undefined, readTo: 0, changedTo: 0 });
      expect(await remarks.of(8, 1)).toEqual({ heardAt: undefined, readTo: 0, changedTo: 0 });
    });

    law("changes that no event told are kept beside what was heard and read", async ({ remarks }) => {
      await remarks.missed(shop.id, 1, noon);
      expect(await remarks.of(shop.id, 1)).toEqual({ heardAt: undefined, readTo: 0, changedTo: noon });
      await remarks.note(shop.id, 1, noon + 1);
      await remarks.settle(shop.id, 1, { heardAt: noon + 1, readTo: noon + 2 });
      await remarks.missed(shop.id, 1, noon + 3);
      expect(await remarks.of(shop.id, 1)).toEqual({
        heardAt: undefined,
        readTo: noon + 2,
        changedTo: noon + 3,
      });
    });

    law("what is said during a reading stays to be read", async ({ remarks }) => {
      await remarks.note(shop.id, 1, noon);
      await remarks.note(shop.id, 1, noon + 1);
      await remarks.settle(shop.id, 1, { heardAt: noon, readTo: noon });
      expect(await remarks.of(shop.id, 1)).toEqual({ heardAt: noon + 1, readTo: noon, changedTo: 0 });
      await remarks.settle(shop.id, 1, { heardAt: undefined, readTo: noon });
      expect((await remarks.of(shop.id, 1)).heardAt).toBe(noon + 1);
    });
  });

  describe("tags", () => {
    law("the newest push of a tag is told, a deletion too, and a redelivery is none", async ({ tags }) => {
      expect(await tags.newest(shop.id, sightAt(noon).tag)).toBeUndefined();
      const pushes = [sightAt(noon), sightAt(noon + 1, { pusher: bob, objectSha: sha(6) })];
      for (const push of pushes) await tags.note(push);
      await tags.note({ ...sightAt(noon + 2), deliveryId: `d-${noon}` });
      expect(await tags.newest(shop.id, sightAt(noon).tag)).toEqual(pushes[1]);
      const gone = sightAt(noon + 3, { objectSha: undefined });
      await tags.note(gone);
      expect(await tags.newest(shop.id, gone.tag)).toEqual(gone);
      expect(await tags.newest(8, gone.tag)).toBeUndefined();
      expect(await tags.newest(shop.id, "hotfix-ü")).toBeUndefined();
    });

    law(
      "[T12] the newest push is the one that was told last, in whatever order they are noted",
      async ({ tags }) => {
        const gone = sightAt(noon + 3, { objectSha: undefined });
        for (const push of [gone, sightAt(noon)]) await tags.note(push);
        expect(await tags.newest(shop.id, gone.tag)).toEqual(gone);
      },
    );

    law("a tag names an object since its first sight or look", async ({ tags }) => {
      const { tag } = sightAt(noon);
      expect(await tags.firstSeen(shop.id, tag, sha(1), noon)).toBe(noon);
      expect(await tags.firstSeen(shop.id, tag, sha(1), noon + 9)).toBe(noon);
      await tags.note(sightAt(noon + 1, { objectSha: sha(2) }));
      expect(await tags.firstSeen(shop.id, tag, sha(2), noon + 9)).toBe(noon + 1);
      expect(await tags.firstSeen(8, tag, sha(1), noon + 9)).toBe(noon + 9);
    });
  });
}

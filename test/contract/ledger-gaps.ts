import { describe, expect } from "vitest";
import type { LostDelivery } from "../../src/domain/delivery-gap.ts";
import type { Law } from "./ledger-contract.ts";
import { noon } from "./ledger-samples.ts";

/** A lost webhook. */
function lostAt(at: number, more: Partial<LostDelivery> = {}): LostDelivery {
  return { id: 1, guid: "d-1", at, event: "push", action: undefined, installationId: undefined, ...more };
}

/** What is promised of lost deliveries. */
export function gapLaws(law: Law): void {
  describe("gaps", () => {
    law("a lost delivery is found once, and is open as it was told", async ({ gaps }) => {
      const second = lostAt(noon - 1, { id: 2, guid: "d-2", action: "opened", installationId: 70 });
      expect(await gaps.note([lostAt(noon), second], noon)).toBe(2);
      expect(await gaps.note([lostAt(noon)], noon + 1)).toBe(0);
      expect(await gaps.open()).toEqual([
        { ...second, asked: 0, askedAt: undefined },
        { ...lostAt(noon), asked: 0, askedAt: undefined },
      ]);
    });

    law(
      "[T22] of a lost delivery the newest attempt is known, in whatever order they are told",
      async ({ gaps }) => {
        await gaps.note([lostAt(noon)], noon);
        await gaps.asking("d-1", noon + 5);
        await gaps.note([lostAt(noon + 10, { id: 9 })], noon);
        await gaps.note([lostAt(noon + 1, { id: 5 })], noon);
        expect(await gaps.open()).toEqual([{ ...lostAt(noon + 10, { id: 9 }), asked: 1, askedAt: noon + 5 }]);
      },
    );

    law("[T45] every asking is counted", async ({ gaps }) => {
      await gaps.note([lostAt(noon), lostAt(noon, { guid: "d-2" })], noon);
      await gaps.asking("d-1", noon + 1);
      await gaps.asking("d-1", noon + 2);
      const asked = (await gaps.open()).map(({ guid, asked: times, askedAt }) => [guid, times, askedAt]);
      expect(asked).toEqual(
        expect.arrayContaining([
          ["d-1", 2, noon + 2],
          ["d-2", 0, undefined],
        ]),
      );
    });

    law("what was closed stays closed, as it was closed first, and is counted", async ({ gaps }) => {
      expect(await gaps.health()).toEqual({ scannedAt: undefined, found: 0, repaired: 0, givenUp: 0 });
      const three = ["d-1", "d-2", "d-3"].map((guid) => lostAt(noon, { guid }));
      await gaps.note(three, noon);
      await gaps.close("d-1", "repaired", noon);
      await gaps.close("d-1", "given_up", noon);
      await gaps.close("d-2", "given_up", noon);
      expect(await gaps.note(three, noon + 1)).toBe(0);
      expect((await gaps.open()).map(({ guid }) => guid)).toEqual(["d-3"]);
      expect(await gaps.health()).toMatchObject({ found: 3, repaired: 1, givenUp: 1 });
    });

    law("the place in the log is kept, and when a scan last went well", async ({ gaps }) => {
      expect(await gaps.mark()).toBeUndefined();
      const walk = { cursor: "v1_7", newest: noon };
      await gaps.setMark({ readTo: noon - 1, walk }, undefined);
      expect(await gaps.mark()).toEqual({ readTo: noon - 1, walk });
      expect(await gaps.health()).toMatchObject({ scannedAt: undefined });
      await gaps.setMark({ readTo: noon, walk: undefined }, noon + 1);
      await gaps.setMark({ readTo: noon + 2, walk }, undefined);
      expect(await gaps.mark()).toEqual({ readTo: noon + 2, walk });
      expect(await gaps.health()).toMatchObject({ scannedAt: noon + 1 });
    });
  });
}

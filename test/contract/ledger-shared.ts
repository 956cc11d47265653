import { describe, expect } from "vitest";
import { nextTurn, takeTurn } from "../../src/domain/lane.ts";
import { lanesIn } from "../../src/store/lanes.ts";
import type { Law } from "./ledger-contract.ts";
import { noon } from "./ledger-samples.ts";

/** What is promised of what several processes share. */
export function sharedLaws(law: Law): void {
  describe("lanes", () => {
    law("give each turn once, to whichever of many processes takes it", async (_, db) => {
      const taken = await Promise.all(
        Array.from({ length: 12 }, async () => {
          let isTaken = false;
          await lanesIn(db).change(70, (lane) => {
            isTaken = nextTurn(lane, noon, 1000) <= noon;
            return isTaken ? takeTurn(lane, noon, 1000, 0) : undefined;
          });
          return isTaken;
        }),
      );
      expect(taken.filter(Boolean)).toHaveLength(1);
    });

    law("are each installation's own, and nobody is sent away by what he remembers", async (_, db) => {
      const [one, other] = [lanesIn(db), lanesIn(db)];
      await one.change(70, (lane) => ({ ...lane, heldUntil: noon }));
      await other.change(70, (lane) => ({ ...lane, heldUntil: 0, heldInARow: 1 }));
      expect(await one.change(70, (lane) => (lane.heldUntil > 0 ? undefined : lane))).toMatchObject({
        heldUntil: 0,
        heldInARow: 1,
      });
      expect(await one.change(71, () => undefined)).toMatchObject({ heldUntil: 0, heldInARow: 0 });
    });
  });

  describe("rounds", () => {
    law("are taken by one of many, and again when the time is over", async ({ rounds }) => {
      const take = async (at: number): Promise<number> => {
        const taken = await Promise.all(
          Array.from({ length: 12 }, async () => rounds.take("sweep", at, 1000)),
        );
        return taken.filter(Boolean).length;
      };
      expect(await take(noon)).toBe(1);
      expect(await take(noon + 999)).toBe(0);
      expect(await take(noon + 1000)).toBe(1);
      expect(await rounds.take("scan", noon + 1000, 1000)).toBe(true);
    });

    law("that a clock set back has left in the future hold nobody up", async ({ rounds }) => {
      await rounds.take("sweep", noon + 60_000, 1000);
      expect(await rounds.take("sweep", noon, 1000)).toBe(true);
      expect(await rounds.take("sweep", noon, 1000)).toBe(false);
    });
  });
}

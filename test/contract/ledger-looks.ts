import { describe, expect } from "vitest";
import type { Look } from "../../src/gate/looks.ts";
import type { Law } from "./ledger-contract.ts";
import { noon } from "./ledger-samples.ts";

/** What is promised of who looks at which policy. */
export function lookLaws(law: Law): void {
  const look: Look = { repositoryId: 7, revision: "r1", cause: "tick" };

  describe("looks", () => {
    law("are taken by one of many, and again when the time is over", async ({ looks }) => {
      const take = async (at: number): Promise<number> => {
        const taken = await Promise.all(Array.from({ length: 12 }, async () => looks.take(look, at, 1000)));
        return taken.filter(Boolean).length;
      };
      expect(await take(noon)).toBe(1);
      expect(await take(noon + 999)).toBe(0);
      expect(await take(noon + 1000)).toBe(1);
    });

    law("of another repository, revision or cause have turns of their own", async ({ looks }) => {
      expect(await looks.take(look, noon, 1000)).toBe(true);
      const others = [{ repositoryId: 8 }, { revision: "r2" }, { cause: "alert" }] as const;
      for (const other of others) expect(await looks.take({ ...look, ...other }, noon, 1000)).toBe(true);
    });

    law("that a clock set back has left in the future count as never", async ({ looks }) => {
      await looks.take(look, noon + 60_000, 1000);
      expect(await looks.takenAt(look, noon)).toBeUndefined();
      expect(await looks.taken("tick", 0, noon)).toEqual([]);
      expect(await looks.take(look, noon, 1000)).toBe(true);
      expect(await looks.take(look, noon, 1000)).toBe(false);
    });

    law("are told with the moment at which they were last taken", async ({ looks }) => {
      expect(await looks.takenAt(look, noon)).toBeUndefined();
      await looks.take(look, noon, 1000);
      await looks.take({ ...look, revision: "r2" }, noon + 1, 1000);
      await looks.take({ ...look, cause: "alert" }, noon + 1, 1000);
      expect(await looks.takenAt(look, noon)).toBe(noon);
      expect(await looks.taken("tick", noon, noon + 1)).toEqual([
        { ...look, revision: "r2", takenAt: noon + 1 },
      ]);
      await looks.take(look, noon + 1000, 1000);
      expect(await looks.taken("tick", noon + 1, noon + 1000)).toEqual([{ ...look, takenAt: noon + 1000 }]);
    });
  });
}

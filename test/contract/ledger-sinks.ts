import { describe, expect } from "vitest";
import type { Law } from "./ledger-contract.ts";
import { measurementsAt, noon, verdictAt } from "./ledger-samples.ts";

/** What is promised of how far receivers of events were told. */
export function sinkLaws(law: Law): void {
  const evidence = measurementsAt(noon);

  describe("sinks", () => {
    law("a new one begins after what is decided by now, and is told the rest in order", async (ledger) => {
      const { sinks, verdicts } = ledger;
      await verdicts.record(verdictAt(noon), "red", evidence);
      const { verdictId } = await sinks.find("tekton");
      expect(await sinks.after(verdictId, noon + 60_000, 10)).toEqual([]);
      await verdicts.record(verdictAt(noon + 1), "green", evidence);
      await verdicts.record(verdictAt(noon + 2), "red", evidence);
      const all = await sinks.after(verdictId, noon + 60_000, 10);
      expect(all.map(({ verdict }) => verdict.at)).toEqual([noon + 1, noon + 2]);
      expect(all[0]).toEqual({ id: verdictId + 1, verdict: verdictAt(noon + 1), evidence });
      expect(await sinks.after(verdictId, noon + 60_000, 1)).toHaveLength(1);
      expect(await sinks.find("tekton")).toMatchObject({ verdictId });
    });

    law("what is too young holds back what comes after it", async ({ sinks, verdicts }) => {
      const { verdictId } = await sinks.find("tekton");
      for (const [at, one] of [
        [noon, "red"],
        [noon + 9, "green"],
        [noon + 1, "red"],
      ] as const)
        await verdicts.record(verdictAt(at), one, evidence);
      const told = await sinks.after(verdictId, noon + 5, 10);
      expect(told.map(({ verdict }) => verdict.at)).toEqual([noon]);
    });

    law(
      "of many who claim a place at once one gets it, and who is overtaken moves nothing",
      async (ledger) => {
        const { sinks } = ledger;
        const place = await sinks.find("tekton");
        const claim = { ...place, notBefore: noon + 60_000 };
        const moved = await Promise.all(
          Array.from({ length: 8 }, async (_, index) =>
            sinks.move("tekton", place, { ...claim, notBefore: claim.notBefore + index }),
          ),
        );
        expect(moved.filter(Boolean)).toHaveLength(1);
        const mine = await sinks.find("tekton");
        const open = ["7 main check'out"];
        expect(await sinks.move("tekton", place, { ...place, open })).toBe(false);
        expect(await sinks.move("tekton", mine, { ...mine, failures: 2, open })).toBe(true);
        expect(await sinks.find("tekton")).toEqual({ ...mine, failures: 2, open });
        expect(await sinks.find("other")).toMatchObject({ failures: 0, open: [] });
      },
    );
  });
}

import { describe, expect } from "vitest";
import type { Law } from "./ledger-contract.ts";
import { measurementsAt, noon, shop } from "./ledger-samples.ts";

/** What is promised of measurements. */
export function measurementLaws(law: Law): void {
  const at = (moment: number, toldClass = `told at ${moment}`) => ({
    set: measurementsAt(moment),
    holds: new Map([["objective > rule", moment]]),
    renewedAt: moment - 60_000,
    toldClass,
  });

  describe("measurements", () => {
    law("what is kept comes back whole, holds included", async ({ measurements }) => {
      expect(await measurements.find(shop.id, "r1")).toBeUndefined();
      await measurements.keep(shop.id, "r1", at(noon), noon + 1);
      expect(await measurements.find(shop.id, "r1")).toEqual(at(noon));
      expect(await measurements.measuredAt(shop.id, "r1")).toBe(noon);
      expect(await measurements.find(shop.id, "r2")).toBeUndefined();
      expect(await measurements.measuredAt(shop.id, "r2")).toBeUndefined();
      expect(await measurements.find(shop.id + 1, "r1")).toBeUndefined();
    });

    law("of two writers the newer set stays, whoever comes last", async ({ measurements }) => {
      await measurements.keep(shop.id, "r1", at(noon), noon + 1);
      await measurements.keep(shop.id, "r1", at(noon - 1), noon + 1);
      expect(await measurements.find(shop.id, "r1")).toEqual(at(noon));
      await measurements.keep(shop.id, "r1", at(noon + 1), noon + 1);
      expect(await measurements.find(shop.id, "r1")).toEqual(at(noon + 1));
      await measurements.keep(shop.id, "r1", at(noon + 1, "again"), noon + 1);
      expect(await measurements.find(shop.id, "r1")).toMatchObject({ toldClass: "again" });
    });

    law("what a clock that has been set back dated in the future gives way", async ({ measurements }) => {
      await measurements.keep(shop.id, "r1", at(noon + 3_600_000), noon + 3_600_000);
      await measurements.keep(shop.id, "r1", at(noon), noon);
      expect(await measurements.find(shop.id, "r1")).toEqual(at(noon));
    });
  });
}

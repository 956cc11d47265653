import { describe, expect } from "vitest";
import type { Law } from "./ledger-contract.ts";
import { lineAt, noon, shop } from "./ledger-samples.ts";

/** What is promised of the audit log. */
export function auditLaws(law: Law): void {
  describe("the audit log", () => {
    law("a happening is noted once, and its first words stay", async ({ audit }) => {
      expect(await audit.note(lineAt(noon))).toBe(true);
      expect(await audit.note(lineAt(noon + 1, { detail: "other words" }))).toBe(false);
      expect(await audit.lines(shop.id, undefined, 10)).toEqual([lineAt(noon)]);
    });

    law("repositories, kinds and happenings are kept apart", async ({ audit }) => {
      const lines = [
        lineAt(noon),
        lineAt(noon + 1, { repositoryId: 8 }),
        lineAt(noon + 2, { kind: "bypass_granted" }),
        lineAt(noon + 3, { mark: "twice", actor: undefined }),
      ];
      for (const line of lines) expect(await audit.note(line)).toBe(true);
      expect(await audit.lines(shop.id, "bypass_used", 10)).toEqual([lines[3], lines[0]]);
      expect(await audit.lines(shop.id, undefined, 2)).toEqual([lines[3], lines[2]]);
      expect(await audit.lines(8, undefined, 10)).toEqual([lines[1]]);
    });

    law("a happening is known again by repository, kind and mark", async ({ audit }) => {
      const line = lineAt(noon);
      expect(await audit.has(line)).toBe(false);
      await audit.note(line);
      expect(await audit.has(line)).toBe(true);
      for (const other of [{ repositoryId: 8 }, { kind: "bypass_granted" }, { mark: "twice" }] as const)
        expect(await audit.has({ ...line, ...other })).toBe(false);
    });

    law("happenings of one moment are told in the order in which they were noted", async ({ audit }) => {
      const lines = ["b", "a", "c"].map((mark) => lineAt(noon, { mark }));
      for (const line of lines) await audit.note(line);
      expect(await audit.lines(shop.id, undefined, 10)).toEqual(lines.toReversed());
    });

    law("happenings are counted by repository, kind and what they are about", async ({ audit }) => {
      const lines = [
        lineAt(noon),
        lineAt(noon + 1, { mark: "twice" }),
        lineAt(noon + 2, { repositoryId: 8 }),
        lineAt(noon + 3, { kind: "bypass_granted" }),
        lineAt(noon + 4, { mark: "other", about: "another" }),
      ];
      for (const line of lines) await audit.note(line);
      expect(await audit.count(shop.id, "bypass_used", "o'brien")).toBe(2);
      expect(await audit.count(shop.id, "foreign_status", "o'brien")).toBe(0);
    });
  });
}

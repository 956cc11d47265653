import { describe, expect } from "vitest";
import type { Law } from "./ledger-contract.ts";
import { bypass, measurementsAt, noon, sha, verdictAt } from "./ledger-samples.ts";

/** What is promised of verdicts. */
export function verdictLaws(law: Law): void {
  const evidence = measurementsAt(noon);

  describe("verdicts", () => {
    law(
      "a verdict is added when its class differs from the newest one's, and only then",
      async ({ verdicts }, db) => {
        const classes = ["red", "red", "green", "green", "red"];
        const added: boolean[] = [];
        for (const [index, one] of classes.entries())
          added.push(await verdicts.record(verdictAt(noon + index), one, evidence));
        expect(added).toEqual([true, false, true, false, true]);
        const rows = await db.selectFrom("verdicts").selectAll().orderBy("id").execute();
        expect(rows.map((row) => [row.report_class, row.reached_at])).toEqual([
          ["red", noon],
          ["green", noon + 2],
          ["red", noon + 4],
        ]);
        expect(rows[0]).toMatchObject({
          outcome: "inconclusive",
          standing: "held",
          evidence: JSON.stringify(evidence),
        });
        expect(JSON.parse(rows[0]!.body)).toEqual(verdictAt(noon));
      },
    );

    law("subjects are told apart by repository, commit and base", async ({ verdicts }) => {
      const { subject } = verdictAt(noon);
      const others = [{ repositoryId: 8 }, { headSha: sha(2) }, { baseRef: "main" }, {}];
      for (const other of others) {
        const verdict = { ...verdictAt(noon), subject: { ...subject, ...other } };
        expect(await verdicts.record(verdict, "red", evidence)).toBe(true);
        expect(await verdicts.record(verdict, "red", evidence)).toBe(false);
      }
    });

    law("of many recordings of one class at once, one adds", async ({ verdicts }) => {
      const all = await Promise.all(
        Array.from({ length: 10 }, async () => verdicts.record(verdictAt(noon), "red", evidence)),
      );
      expect(all.filter(Boolean)).toHaveLength(1);
    });

    law(
      "a bypass is recorded once for each label, commit and moment, with what it overrode",
      async ({ verdicts }, db) => {
        for (const at of [noon, noon + 1]) await verdicts.recordBypass(verdictAt(at, bypass), bypass);
        await verdicts.recordBypass(verdictAt(noon + 2, bypass), {
          ...bypass,
          reason: undefined,
          appliedAt: noon,
        });
        const rows = await db.selectFrom("bypasses").selectAll().orderBy("id").execute();
        expect(rows.map((row) => [row.applied_at, row.used_at, row.reason])).toEqual([
          [bypass.appliedAt, noon, bypass.reason],
          [noon, noon + 2, null],
        ]);
        expect(rows[0]).toMatchObject({
          actor_id: 1,
          actor_login: "ann",
          means: JSON.stringify(bypass.means),
          entitled_through: "team acme/sre",
        });
        expect(JSON.parse(rows[0]!.overrode)).toEqual(verdictAt(noon).decision);
      },
    );
  });
}

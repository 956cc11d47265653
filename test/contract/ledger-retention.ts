import { type Kysely, sql } from "kysely";
import { describe, expect } from "vitest";
import { dayMs } from "../../src/domain/budget-day.ts";
import type { Ledger } from "../../src/gate/ledger.ts";
import { checkPlace, commentPlace, welcomePlace } from "../../src/gate/postings.ts";
import { taskKey } from "../../src/gate/queue.ts";
import { cleanLedger } from "../../src/gate/retention.ts";
import type { Tables } from "../../src/store/schema.ts";
import { walkingClock } from "../world/clock.ts";
import type { Law } from "./ledger-contract.ts";
import {
  deliveryOf,
  fill,
  groupAt,
  intentOf,
  jobFor,
  noon,
  pullAt,
  sha,
  shop,
  sightAt,
  subject,
  verdictAt,
} from "./ledger-samples.ts";

type Db = Kysely<Tables>;

const times = { deliveriesMs: 7 * dayMs, evidenceMs: 400 * dayMs };

/** Cleans once at a moment; gives how many rows of each table went. */
async function cleanAt(
  { retention }: Ledger,
  at: number,
  more: Partial<Parameters<typeof cleanLedger>[0]> = {},
): Promise<Readonly<Record<string, number>>> {
  let found = new Map<string, number>();
  const events = { cleaned: (deleted: ReadonlyMap<string, number>) => void (found = new Map(deleted)) };
  const world = { retention, clock: walkingClock(at), events, times, ...more };
  await cleanLedger(world, new AbortController().signal);
  return Object.fromEntries([...found].filter(([, count]) => count > 0));
}

async function countOf(db: Db, table: string): Promise<number> {
  const { rows } = await sql<{
    count: number | string;
  }>`select count(*) as count from ${sql.table(table)}`.execute(db);
  return Number(rows[0]?.count);
}

/** Everything of the sample is over a moment after noon: the pull request closed, nobody waits, all is posted. */
async function endAll(ledger: Ledger, db: Db): Promise<void> {
  await fill(ledger);
  await ledger.deliveries.worked("d-1", noon);
  await ledger.pulls.observe(pullAt(noon + 1, { isOpen: false }), undefined);
  await ledger.askers.end(groupAt(noon), noon);
  await ledger.reports.confirm(subject, "error-budget: main", intentOf("red"));
  await ledger.presses.note({ ...press, at: noon });
  await ledger.gaps.close("d-2", "repaired", noon);
  await ledger.flips.leave(shop.id, noon);
  await db.updateTable("jobs").set({ buried_at: noon, is_waiting: 0 }).execute();
  const draft = { kind: "comment", postingClass: "o'brien", body: "ü" } as const;
  await ledger.postings.confirm(commentPlace(shop.id, 1), draft, 5);
}

const press = {
  repositoryId: shop.id,
  headSha: subject.headSha,
  deliveryId: "d-9",
  actor: { id: 1, login: "ann", isBot: false },
  about: undefined,
};

/** What is kept as long as the ledger: one row each, or what an old wish would be new without. */
const kept = ["installations", "acceptances", "repositories", "welcomes", "tag_looks", "scans"];

/** After how many days each table's row of the sample goes, once it is over. */
const lifetimes: Readonly<Record<string, number>> = {
  deliveries: 7,
  jobs: 90,
  askers: 90,
  pulls: 90,
  remarks: 90,
  policies: 30,
  verdicts: 400,
  bypasses: 400,
  audit: 400,
  grants: 400,
  transfers: 90,
  presses: 90,
  tag_sights: 90,
  reports: 90,
  gaps: 30,
  flips: 90,
  flip_subjects: 90,
};

/** What is promised of what the ledger lets go of. */
export function retentionLaws(law: Law): void {
  describe("retention", () => {
    law("nothing that somebody waits for is let go, however old it is", async (ledger, db) => {
      await fill(ledger);
      await ledger.wishes.grant(subject, noon);
      const later = noon + 1000 * dayMs;
      const gone = await cleanAt(ledger, later);
      expect(Object.keys(gone).toSorted()).toEqual([
        "audit",
        "budget_days",
        "bypasses",
        "flip_subjects",
        "flips",
        "grants",
        "tag_sights",
        "transfers",
      ]);
      for (const table of ["pulls", "head_sights", "subjects", "reports", "wishes", "verdicts", "policies"])
        expect([table, await countOf(db, table)]).toEqual([table, 1]);
      expect(await ledger.deliveries.find("d-1")).toBeDefined();
      expect(await ledger.askers.waiting()).toHaveLength(1);
      expect(await ledger.measurements.find(shop.id, "abc+def")).toBeDefined();
    });

    for (const [table, days] of Object.entries(lifetimes)) {
      law(`of ${table} what is over is kept for ${days} days`, async (ledger, db) => {
        await endAll(ledger, db);
        const before = await countOf(db, table);
        expect(before).toBeGreaterThan(0);
        await cleanAt(ledger, noon + days * dayMs);
        expect(await countOf(db, table)).toBe(before);
        await cleanAt(ledger, noon + days * dayMs + 2);
        expect(await countOf(db, table)).toBe(0);
      });
    }

    law("in the end nothing is left but what is kept", async (ledger, db) => {
      await endAll(ledger, db);
      // Postings hang on reports, and measurements on policies, which went in the round before.
      for (const days of [401, 402]) await cleanAt(ledger, noon + days * dayMs);
      for (const table of kept) expect([table, await countOf(db, table)]).toEqual([table, 1]);
      for (const table of ledger.retention.tables)
        expect([table, await countOf(db, table)]).toEqual([table, 0]);
    });

    law("a commit's statuses are counted for as long as the count matters [T44]", async (ledger, db) => {
      await endAll(ledger, db);
      await db.updateTable("reports").set({ written: 51 }).execute();
      await cleanAt(ledger, noon + 400 * dayMs);
      expect((await ledger.reports.last(subject, "error-budget: main"))?.written).toBe(51);
      await cleanAt(ledger, noon + 401 * dayMs);
      expect(await countOf(db, "reports")).toBe(0);
    });

    law("of an open subject's verdicts the newest stays, and no other", async (ledger, db) => {
      await fill(ledger);
      await ledger.verdicts.record(verdictAt(noon + 1), "second", { at: noon, measurements: [] });
      await ledger.verdicts.record(verdictAt(noon + 2), "third", { at: noon, measurements: [] });
      expect(await cleanAt(ledger, noon + 1000 * dayMs)).toMatchObject({ verdicts: 2 });
      const left = await db.selectFrom("verdicts").select("report_class").execute();
      expect(left).toEqual([{ report_class: "third" }]);
    });

    law("a delivery that was not worked goes with its job, and not before", async (ledger, db) => {
      await ledger.deliveries.accept(deliveryOf("d-1"), noon);
      await cleanAt(ledger, noon + 1000 * dayMs);
      expect(await ledger.deliveries.find("d-1")).toBeDefined();
      await db
        .deleteFrom("jobs")
        .where("key", "=", taskKey({ kind: "delivery", id: "d-1" }))
        .execute();
      await cleanAt(ledger, noon + 400 * dayMs);
      expect(await ledger.deliveries.find("d-1")).toBeDefined();
      await cleanAt(ledger, noon + 401 * dayMs);
      expect(await ledger.deliveries.find("d-1")).toBeUndefined();
    });

    law("only buried jobs grow old", async ({ queue, ...ledger }, db) => {
      await queue.enqueue(jobFor(1), noon);
      await cleanAt({ queue, ...ledger }, noon + 1000 * dayMs);
      expect(await countOf(db, "jobs")).toBe(1);
    });

    law("what hangs on a repository that is served no more goes, open or not", async (ledger, db) => {
      await fill(ledger);
      await ledger.registry.setInstallation(shop.installationId, "suspended", noon);
      await cleanAt(ledger, noon + 91 * dayMs);
      expect(await countOf(db, "pulls")).toBe(1);
      await ledger.registry.setInstallation(shop.installationId, "deleted", noon);
      expect(await cleanAt(ledger, noon + 90 * dayMs)).not.toHaveProperty("pulls");
      expect(await cleanAt(ledger, noon + 91 * dayMs)).toMatchObject({ pulls: 1, askers: 1, head_sights: 1 });
    });

    law("evidence is kept as long as the operator says", async (ledger, db) => {
      await endAll(ledger, db);
      const month = { times: { ...times, evidenceMs: 30 * dayMs } };
      await cleanAt(ledger, noon + 30 * dayMs, month);
      expect(await countOf(db, "verdicts")).toBe(1);
      const gone = await cleanAt(ledger, noon + 31 * dayMs, month);
      expect(gone).toMatchObject({ verdicts: 1, bypasses: 1, audit: 1 });
      // A year's quota still counts its places.
      expect(await countOf(db, "grants")).toBe(1);
    });

    law(
      "[T12] since when a tag was seen is never forgotten: an old tag would be a new wish",
      async (ledger) => {
        await ledger.tags.note(sightAt(noon));
        const { tag, objectSha = "" } = sightAt(noon);
        await cleanAt(ledger, noon + 4000 * dayMs);
        expect(await ledger.tags.newest(shop.id, tag)).toBeUndefined();
        expect(await ledger.tags.firstSeen(shop.id, tag, objectSha, noon + 4000 * dayMs)).toBe(noon);
      },
    );

    law(
      "what was posted goes with what it hangs on, and what is still to be posted stays",
      async (ledger, db) => {
        await endAll(ledger, db);
        const { postings } = ledger;
        const notice = { kind: "notice", postingClass: "a", title: "a", summary: "a" } as const;
        const [waiting, sent] = [commentPlace(shop.id, 2), commentPlace(shop.id, 3)];
        for (const place of [checkPlace(subject), welcomePlace(subject), waiting, sent])
          await postings.draft(place, notice);
        for (const place of [checkPlace(subject), welcomePlace(subject), sent])
          await postings.confirm(place, notice, 5);
        await postings.intend(sent, notice);
        // The comment of the pull request that is still known, and the check run of the commit that was reported on.
        expect(await cleanAt(ledger, noon + 2)).toMatchObject({ postings: 1 });
        expect(await postings.find(welcomePlace(subject))).toBeUndefined();
        await db.deleteFrom("reports").execute();
        expect(await cleanAt(ledger, noon + 2)).toEqual({ postings: 1 });
        expect(await postings.find(checkPlace(subject))).toBeUndefined();
        expect(await cleanAt(ledger, noon + 91 * dayMs)).toMatchObject({ postings: 1, pulls: 1 });
        expect(await postings.find(waiting)).toBeDefined();
        expect(await postings.find(sent)).toBeDefined();
      },
    );

    law("a check run of a commit that somebody waits for stays without a report", async (ledger) => {
      await fill(ledger);
      const { postings } = ledger;
      const draft = { kind: "notice", postingClass: "a", title: "a", summary: "a" } as const;
      const places = [checkPlace(groupAt(noon).subject), checkPlace({ ...subject, headSha: sha(9) })];
      await ledger.pulls.observe(pullAt(noon, { number: 9, headSha: sha(9) }), undefined);
      for (const place of places) {
        await postings.draft(place, draft);
        await postings.confirm(place, draft, 5);
      }
      await cleanAt(ledger, noon + 1000 * dayMs);
      for (const place of places) expect(await postings.find(place)).toBeDefined();
    });

    law("measurements go a day after no policy has their revision", async (ledger) => {
      await fill(ledger);
      await ledger.policies.forget(shop.id);
      expect(await cleanAt(ledger, noon + dayMs)).not.toHaveProperty("measurements");
      expect(await cleanAt(ledger, noon + dayMs + 1)).toMatchObject({ measurements: 1 });
    });

    law("a day of a budget is kept for as long as the longest window can ask for it", async (ledger, db) => {
      const days = [0, 1, 2].map((day) => ({ day, badEvents: 0, totalEvents: 1 }));
      await ledger.budgetDays.keep("one", days);
      await ledger.budgetDays.keep("other", days);
      expect(await cleanAt(ledger, 401 * dayMs)).toEqual({ budget_days: 2 });
      expect(await countOf(db, "budget_days")).toBe(4);
    });

    law(
      "a long run is many short ones: nobody waits, and each page is gone before the next",
      async (ledger, db) => {
        const total = 1203;
        for (let number = 0; number < total; number += 1)
          await ledger.deliveries.accept(deliveryOf(`d-${number}`), noon);
        await db.updateTable("deliveries").set({ worked_at: noon }).execute();
        await db.deleteFrom("jobs").execute();
        const left: number[] = [];
        const clock = {
          now: () => noon + 8 * dayMs,
          async wait() {
            // Held back by a transaction that is still open, this would never end, or not see what is gone.
            await ledger.registry.setInstallation(left.length, "active", noon);
            left.push(await countOf(db, "deliveries"));
          },
        };
        await cleanAt(ledger, noon, { clock });
        expect(left).toEqual([703, 203]);
        expect(await countOf(db, "deliveries")).toBe(0);
      },
    );

    law("pages begin where the last one ended, so what stays is not looked at twice", async (ledger, db) => {
      const rows = Array.from({ length: 1100 }, (_, index) => ({
        repository_id: shop.id,
        number: index % 2,
        head_sha: "a",
        seen_at: noon + index,
        pusher: null,
      }));
      await ledger.registry.remember(shop);
      await ledger.pulls.observe(pullAt(noon, { number: 1 }), undefined);
      await db.deleteFrom("head_sights").execute();
      for (const row of rows) await db.insertInto("head_sights").values(row).execute();
      let pauses = 0;
      const wait = (): Promise<void> => ((pauses += 1), Promise.resolve());
      const gone = await cleanAt(ledger, noon, { clock: { now: () => noon + 91 * dayMs, wait } });
      expect(gone).toEqual({ head_sights: 550 });
      expect(pauses).toBe(2);
    });
  });
}

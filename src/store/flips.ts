import { type Kysely, sql } from "kysely";
import type { Subject } from "../domain/subject.ts";
import { type FlipOutcome, flipOutcomes, type FlipProgress, type Flips } from "../gate/flips.ts";
import { taskKey } from "../gate/queue.ts";
import { inTurn } from "./dialect.ts";
import { add, begin, endOthers, givenUp } from "./flip-record.ts";
import { end, finish, openOf, turnOf } from "./flip-settling.ts";
import type { Tables } from "./schema.ts";

/** Records of flips over SQL. */
export function flipsIn(db: Kysely<Tables>): Flips {
  const progress = async (which: ReturnType<typeof sql<boolean>>): Promise<readonly FlipProgress[]> => {
    const count = (outcome: FlipOutcome) =>
      sql<number | string>`sum(case when outcome = ${sql.lit(outcome)} then 1 else 0 end)`.as(outcome);
    const rows = await db
      .selectFrom("flips")
      .innerJoin("flip_subjects", "flip_subjects.flip_id", "flips.id")
      .selectAll("flips")
      .select(sql<number | string>`sum(case when outcome is null then 1 else 0 end)`.as("open"))
      .select(flipOutcomes.map(count))
      .where(which)
      .groupBy("flips.id")
      .orderBy("flips.id")
      .execute();
    return rows.map((row) => ({
      id: row.id,
      repositoryId: row.repository_id,
      baseRef: row.base_ref,
      revision: row.revision,
      toldClass: row.told_class,
      isRed: row.is_red === 1,
      noticedAt: row.noticed_at,
      finishedAt: row.finished_at ?? undefined,
      open: Number(row.open),
      settled: {
        written: Number(row.written),
        spared: Number(row.spared),
        superseded: Number(row.superseded),
        failed: Number(row.failed),
      },
    }));
  };

  return {
    async notice(flip, due, now) {
      const { repositoryId, baseRef, toldClass } = flip;
      const openIn = (on: Kysely<Tables>) =>
        on
          .selectFrom("flips")
          .select(["id", "told_class"])
          .where("repository_id", "=", repositoryId)
          .where("base_ref", "=", baseRef)
          .where("finished_at", "is", null)
          .orderBy("id", "desc")
          .execute();
      // Most looks find that nobody must be told anything: they cost a read.
      if (due.length === 0 && (await openIn(db)).length === 0) return;
      await inTurn(db, turnOf(repositoryId), async (trx) => {
        const records = await openIn(trx);
        const same = records.find((one) => one.told_class === toldClass);
        const given = await givenUp(trx, repositoryId);
        const isGivenUp = (subject: Subject): boolean => given.has(taskKey({ kind: "subject", subject }));
        for (const { id } of records) {
          const wanted = id === same?.id ? due.filter((one) => !isGivenUp(one)) : [];
          await endOthers(trx, { id, wanted, given, toldClass }, now);
        }
        if (same !== undefined || due.some((one) => !isGivenUp(one))) {
          const id = same?.id ?? (await begin(trx, flip, now));
          await add(trx, id, due, isGivenUp, now);
        }
        for (const { id } of records) await finish(trx, id, now);
      });
    },

    settle: async (subject, outcome, now) => {
      const open = await openOf(db, subject);
      if (open.length === 0) return;
      await inTurn(db, turnOf(subject.repositoryId), async (trx) => {
        for (const { id } of open) await end(trx, id, subject, outcome, now);
      });
    },

    leave: (repositoryId, now) =>
      inTurn(db, turnOf(repositoryId), async (trx) => {
        const open = await trx
          .selectFrom("flips")
          .select("id")
          .where("repository_id", "=", repositoryId)
          .where("finished_at", "is", null)
          .orderBy("id")
          .execute();
        for (const { id } of open) {
          await trx
            .updateTable("flip_subjects")
            .set({ outcome: "superseded", settled_at: now })
            .where("flip_id", "=", id)
            .where("outcome", "is", null)
            .execute();
          await finish(trx, id, now);
        }
      }),

    open: () => progress(sql`finished_at is null`),

    async finished(atMost) {
      const newest = sql`select id from flips where finished_at is not null order by finished_at desc, id desc limit ${atMost}`;
      const found = await progress(sql`flips.id in (${newest})`);
      return found.toSorted((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0) || b.id - a.id);
    },
  };
}

import type { Kysely } from "kysely";
import type { Deliveries } from "../gate/ledger.ts";
import type { Hint } from "../domain/delivery.ts";
import { priority, taskKey } from "../gate/queue.ts";
import { durably } from "./dialect.ts";
import { putJob } from "./jobs.ts";
import type { Tables } from "./schema.ts";

/** Webhooks over SQL. */
export function deliveriesIn(db: Kysely<Tables>): Deliveries {
  return {
    accept: (delivery, now) =>
      durably(db, async (trx) => {
        const { id, name, hint } = delivery;
        const row = { id, name, hint: JSON.stringify(hint), accepted_at: now, worked_at: null };
        const stored = await trx
          .insertInto("deliveries")
          .values(row)
          .onConflict((conflict) => conflict.column("id").doNothing())
          .returning("id")
          .executeTakeFirst();
        const key = taskKey({ kind: "delivery", id });
        if (stored === undefined && !(await isBuried(trx, key))) return "known";
        await putJob(
          trx,
          { key, installation_id: null, priority: priority.delivery, run_at: now },
          true,
          now,
        );
        return stored === undefined ? "known" : "stored";
      }),

    async find(id) {
      const row = await db
        .selectFrom("deliveries")
        .select(["id", "name", "hint"])
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined
        ? undefined
        : { id: row.id, name: row.name, hint: JSON.parse(row.hint) as Hint };
    },

    async toldAt(id) {
      const row = await db
        .selectFrom("deliveries")
        .leftJoin("gaps", "gaps.guid", "deliveries.id")
        .select(["deliveries.accepted_at", "gaps.attempted_at"])
        .where("deliveries.id", "=", id)
        .executeTakeFirst();
      return row === undefined ? undefined : Math.min(row.accepted_at, row.attempted_at ?? row.accepted_at);
    },

    async waiting(most) {
      const some = db
        .selectFrom("jobs")
        .select((eb) => eb.lit(1).as("one"))
        .where("is_waiting", "=", 1)
        .where("priority", "=", priority.delivery)
        .limit(most);
      const row = await db
        .selectFrom(some.as("some"))
        .select((eb) => eb.fn.countAll().as("count"))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },

    async worked(id, now) {
      await db.updateTable("deliveries").set({ worked_at: now }).where("id", "=", id).execute();
    },
  };
}

/** Whether the job was given up: a redelivery is somebody's wish that it be tried again. */
async function isBuried(db: Kysely<Tables>, key: string): Promise<boolean> {
  const row = await db
    .selectFrom("jobs")
    .select("key")
    .where("key", "=", key)
    .where("buried_at", "is not", null)
    .executeTakeFirst();
  return row !== undefined;
}

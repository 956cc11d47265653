import type { Kysely } from "kysely";
import type { Deliveries, Ledger } from "../gate/ledger.ts";
import type { Hint } from "../domain/delivery.ts";
import { priority, taskKey } from "../gate/queue.ts";
import { durably } from "./dialect.ts";
import { putReviving } from "./job-statements.ts";
import type { Tables } from "./schema.ts";
import { change, statement } from "./statement.ts";

const add = statement((db, row: Tables["deliveries"]) =>
  db
    .insertInto("deliveries")
    .values({ ...columns(row) })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning("id"),
);

const find = statement((db, { id }: { id: string }) =>
  db.selectFrom("deliveries").select(["id", "name", "hint"]).where("id", "=", id),
);

const noteWorked = change((db, { id, now }: { id: string; now: number }) =>
  db.updateTable("deliveries").set({ worked_at: now }).where("id", "=", id),
);

/** A row's values by name: stand-ins cannot be spread. */
function columns({ id, name, hint, accepted_at, worked_at }: Tables["deliveries"]): Tables["deliveries"] {
  return { id, name, hint, accepted_at, worked_at };
}

/** Webhooks over SQL. `ledgerIn` gives the ledger that works within a transaction. */
export function deliveriesIn(db: Kysely<Tables>, ledgerIn: (trx: Kysely<Tables>) => Ledger): Deliveries {
  return {
    accept: (delivery, now, work) =>
      durably(db, async (trx) => {
        const { id, name, hint } = delivery;
        const worked_at = work === undefined ? null : now;
        const row = { id, name, hint: JSON.stringify(hint), accepted_at: now, worked_at };
        const [stored] = await add(trx, row);
        if (stored !== undefined && work !== undefined) {
          await work(ledgerIn(trx));
          return "stored";
        }
        const key = taskKey({ kind: "delivery", id });
        if (stored === undefined && !(await isBuried(trx, key))) return "known";
        await putReviving(trx, {
          key,
          installation_id: null,
          repository_id: null,
          priority: priority.delivery,
          turn: 0,
          run_at: now,
          now,
        });
        return stored === undefined ? "known" : "stored";
      }),

    async find(id) {
      const [row] = await find(db, { id });
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
      await noteWorked(db, { id, now });
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

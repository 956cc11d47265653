import { type Kysely, sql } from "kysely";
import type { Gap } from "../domain/delivery-gap.ts";
import type { Gaps } from "../gate/gaps.ts";
import { inTransaction } from "./dialect.ts";
import type { Tables } from "./schema.ts";

/** There is one log of deliveries, so one row tells how far it was read. */
const theOnly = 1;

/** Lost deliveries over SQL. */
export function gapsIn(db: Kysely<Tables>): Gaps {
  return {
    async mark() {
      const row = await db.selectFrom("scans").selectAll().where("id", "=", theOnly).executeTakeFirst();
      if (row === undefined) return undefined;
      const { read_to: readTo, walk_cursor: cursor, walk_newest: newest } = row;
      return { readTo, walk: cursor === null || newest === null ? undefined : { cursor, newest } };
    },

    async setMark({ readTo, walk }, scannedAt) {
      const row = {
        read_to: readTo,
        walk_cursor: walk?.cursor ?? null,
        walk_newest: walk?.newest ?? null,
        ...(scannedAt === undefined ? {} : { scanned_at: scannedAt }),
      };
      await db
        .insertInto("scans")
        .values({ id: theOnly, scanned_at: null, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },

    note: (lost, now) =>
      inTransaction(db, async (trx) => {
        let found = 0;
        for (const { guid, id, at, event, action, installationId } of lost) {
          const attempt = { attempt_id: id, attempted_at: at };
          const told = { guid, event, action: action ?? null, installation_id: installationId ?? null };
          const fresh = { found_at: now, asked: 0, asked_at: null, closed: null, closed_at: null };
          const inserted = await trx
            .insertInto("gaps")
            .values({ ...attempt, ...told, ...fresh })
            .onConflict((conflict) => conflict.column("guid").doNothing())
            .returning("guid")
            .executeTakeFirst();
          if (inserted !== undefined) found += 1;
          else
            await trx
              .updateTable("gaps")
              .set(attempt)
              .where("guid", "=", guid)
              .where("attempted_at", "<=", at)
              .execute();
        }
        return found;
      }),

    async open() {
      const rows = await db
        .selectFrom("gaps")
        .selectAll()
        .where("closed", "is", null)
        .orderBy("attempted_at")
        .orderBy("attempt_id")
        .execute();
      return rows.map(gapOf);
    },

    async asking(guid, now) {
      await db
        .updateTable("gaps")
        .set((eb) => ({ asked: eb("asked", "+", 1), asked_at: now }))
        .where("guid", "=", guid)
        .execute();
    },

    async close(guid, how, now) {
      await db
        .updateTable("gaps")
        .set({ closed: how, closed_at: now })
        .where("guid", "=", guid)
        .where("closed", "is", null)
        .execute();
    },

    async health() {
      const count = (where: ReturnType<typeof sql<boolean>>) =>
        sql<number | string>`coalesce(sum(case when ${where} then 1 else 0 end), 0)`;
      const scan = await db.selectFrom("scans").select("scanned_at").executeTakeFirst();
      const row = await db
        .selectFrom("gaps")
        .select([
          count(sql`true`).as("found"),
          count(sql`closed = 'repaired'`).as("repaired"),
          count(sql`closed = 'given_up'`).as("givenUp"),
        ])
        .executeTakeFirstOrThrow();
      return {
        scannedAt: scan?.scanned_at ?? undefined,
        found: Number(row.found),
        repaired: Number(row.repaired),
        givenUp: Number(row.givenUp),
      };
    },
  };
}

function gapOf(row: Tables["gaps"]): Gap {
  return {
    id: row.attempt_id,
    guid: row.guid,
    at: row.attempted_at,
    event: row.event,
    action: row.action ?? undefined,
    installationId: row.installation_id ?? undefined,
    asked: row.asked,
    askedAt: row.asked_at ?? undefined,
  };
}

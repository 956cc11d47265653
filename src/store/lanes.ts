import type { Kysely } from "kysely";
import { freshLane, type Lane } from "../domain/lane.ts";
import type { Instant } from "../domain/instant.ts";
import type { Lanes } from "../gate/lanes.ts";
import type { Tables } from "./schema.ts";

/** When each installation may be written to next, as far as the processes share it: see `nextTurn`. */
export async function nextWrites(db: Kysely<Tables>): Promise<ReadonlyMap<number, Instant>> {
  const rows = await db.selectFrom("lanes").selectAll().orderBy("installation_id").execute();
  return new Map(
    rows.map(({ installation_id: id, body }) => {
      const { nextWriteAt, heldUntil } = JSON.parse(body) as Lane;
      return [id, Math.max(nextWriteAt, heldUntil)];
    }),
  );
}

/**
 * Lanes over SQL. A change is written only over what it was made from, which this process remembers: so most changes are
 * one statement, and who was slower makes his from what the other has written.
 */
export function lanesIn(db: Kysely<Tables>): Lanes {
  const known = new Map<number, string>();
  const read = async (installationId: number): Promise<string> => {
    const body = JSON.stringify(freshLane);
    await db
      .insertInto("lanes")
      .values({ installation_id: installationId, body })
      .onConflict((conflict) => conflict.column("installation_id").doNothing())
      .execute();
    const row = await db
      .selectFrom("lanes")
      .select("body")
      .where("installation_id", "=", installationId)
      .executeTakeFirstOrThrow();
    return row.body;
  };
  return {
    async change(installationId, step) {
      for (let isRead = false; ; isRead = true) {
        const text = (isRead ? undefined : known.get(installationId)) ?? (await read(installationId));
        const before = JSON.parse(text) as Lane;
        const after = step(before);
        // What was only remembered may be old: nobody is sent away by it.
        if (after === undefined && !isRead && known.delete(installationId)) continue;
        const body = after === undefined ? text : JSON.stringify(after);
        known.set(installationId, body);
        if (after === undefined) return before;
        const written = await db
          .updateTable("lanes")
          .set({ body })
          .where("installation_id", "=", installationId)
          .where("body", "=", text)
          .returning("installation_id")
          .executeTakeFirst();
        if (written !== undefined) return after;
      }
    },
  };
}

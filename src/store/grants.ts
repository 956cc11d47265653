import type { Kysely } from "kysely";
import { bypassMark, placeOf } from "../domain/bypass.ts";
import type { Grants } from "../gate/bypass-memory.ts";
import { inTurn } from "./dialect.ts";
import type { Tables } from "./schema.ts";

/** Granted bypasses and their places over SQL: rows are added, never edited. */
export function grantsIn(db: Kysely<Tables>): Grants {
  return {
    take: (repositoryId, bypasses, places, now) =>
      // Two who ask at once are counted one after the other.
      inTurn(db, `grants:${repositoryId}`, async (trx) => {
        const marks = bypasses.map((bypass) => bypassMark(bypass));
        const known =
          marks.length === 0
            ? []
            : await trx
                .selectFrom("grants")
                .select("mark")
                .where("repository_id", "=", repositoryId)
                .where("mark", "in", marks)
                .execute();
        const isKnown = new Set(known.map(({ mark }) => mark));
        const fresh = bypasses.filter((bypass) => !isKnown.has(bypassMark(bypass)));
        const taken = places === undefined ? [] : await placesSince(trx, repositoryId, places.since);
        const after = new Set([...taken, ...fresh.map((bypass) => placeOf(bypass))]);
        if (places !== undefined && after.size > taken.length && after.size > places.max)
          return { kind: "full", used: taken.length };
        for (const bypass of fresh) {
          await trx
            .insertInto("grants")
            .values({
              repository_id: repositoryId,
              mark: bypassMark(bypass),
              place: placeOf(bypass),
              granted_at: now,
            })
            .onConflict((conflict) => conflict.columns(["repository_id", "mark"]).doNothing())
            .execute();
        }
        return { kind: "taken", used: after.size };
      }),

    async transferred(repositoryId, now) {
      await db
        .insertInto("transfers")
        .values({ repository_id: repositoryId, heard_at: now })
        .onConflict((conflict) => conflict.column("repository_id").doUpdateSet({ heard_at: now }))
        .execute();
    },

    async since(repositoryId) {
      const row = await db
        .selectFrom("transfers")
        .select("heard_at")
        .where("repository_id", "=", repositoryId)
        .executeTakeFirst();
      return row?.heard_at ?? 0;
    },
  };
}

async function placesSince(
  db: Kysely<Tables>,
  repositoryId: number,
  since: number,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("grants")
    .select("place")
    .distinct()
    .where("repository_id", "=", repositoryId)
    .where("granted_at", ">=", since)
    .execute();
  return rows.map(({ place }) => place);
}

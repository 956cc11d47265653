import type { Kysely } from "kysely";
import type { Looks } from "../gate/looks.ts";
import type { Tables } from "./schema.ts";

/** Who looks at which policy, over SQL. */
export function looksIn(db: Kysely<Tables>): Looks {
  return {
    async take({ repositoryId, revision, cause }, now, everyMs) {
      const taken = await db
        .insertInto("looks")
        .values({ repository_id: repositoryId, revision, cause, taken_at: now })
        .onConflict((conflict) =>
          conflict
            .columns(["repository_id", "revision", "cause"])
            .doUpdateSet({ taken_at: now })
            .where((eb) =>
              eb.or([eb("looks.taken_at", "<=", now - everyMs), eb("looks.taken_at", ">", now)]),
            ),
        )
        .returning("repository_id")
        .executeTakeFirst();
      return taken !== undefined;
    },

    async takenAt({ repositoryId, revision, cause }, now) {
      const row = await db
        .selectFrom("looks")
        .select("taken_at")
        .where("repository_id", "=", repositoryId)
        .where("revision", "=", revision)
        .where("cause", "=", cause)
        .where("taken_at", "<=", now)
        .executeTakeFirst();
      return row?.taken_at;
    },

    async taken(cause, since, now) {
      const rows = await db
        .selectFrom("looks")
        .select(["repository_id", "revision", "taken_at"])
        .where("cause", "=", cause)
        .where("taken_at", ">", since)
        .where("taken_at", "<=", now)
        .execute();
      return rows.map((row) => ({
        repositoryId: row.repository_id,
        revision: row.revision,
        cause,
        takenAt: row.taken_at,
      }));
    },
  };
}

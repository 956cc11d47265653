import type { Kysely } from "kysely";
import type { Welcomes } from "../gate/postings.ts";
import type { Tables } from "./schema.ts";

/** Who was welcomed, over SQL. */
export function welcomesIn(db: Kysely<Tables>): Welcomes {
  return {
    async has({ id, installationId }, what) {
      const row = await db
        .selectFrom("welcomes")
        .select("what")
        .where("repository_id", "=", id)
        .where("installation_id", "=", installationId)
        .where("what", "=", what)
        .executeTakeFirst();
      return row !== undefined;
    },

    async note({ id, installationId }, what) {
      await db
        .insertInto("welcomes")
        .values({ repository_id: id, installation_id: installationId, what })
        .onConflict((conflict) => conflict.columns(["repository_id", "installation_id", "what"]).doNothing())
        .execute();
    },
  };
}

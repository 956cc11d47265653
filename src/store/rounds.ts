import type { Kysely } from "kysely";
import type { Rounds } from "../gate/rounds.ts";
import type { Tables } from "./schema.ts";

/** Whose turn it is, over SQL. */
export function roundsIn(db: Kysely<Tables>): Rounds {
  return {
    async take(name, now, everyMs) {
      const taken = await db
        .insertInto("rounds")
        .values({ name, taken_at: now })
        .onConflict((conflict) =>
          conflict
            .column("name")
            .doUpdateSet({ taken_at: now })
            .where((eb) =>
              eb.or([eb("rounds.taken_at", "<=", now - everyMs), eb("rounds.taken_at", ">", now)]),
            ),
        )
        .returning("name")
        .executeTakeFirst();
      return taken !== undefined;
    },
  };
}

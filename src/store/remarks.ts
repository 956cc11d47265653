import type { Kysely } from "kysely";
import type { Remarks } from "../gate/bypass-memory.ts";
import { inTransaction } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { statement } from "./statement.ts";

const heardOf = statement((db, at: { repositoryId: number; number: number }) =>
  db
    .selectFrom("remarks")
    .select(["heard_at", "read_to", "changed_to"])
    .where("repository_id", "=", at.repositoryId)
    .where("number", "=", at.number),
);

/** Which pull requests were spoken to, over SQL. */
export function remarksIn(db: Kysely<Tables>): Remarks {
  return {
    async note(repositoryId, number, now) {
      await db
        .insertInto("remarks")
        .values({ repository_id: repositoryId, number, heard_at: now, read_to: null, changed_to: null })
        .onConflict((conflict) =>
          conflict.columns(["repository_id", "number"]).doUpdateSet({ heard_at: now }),
        )
        .execute();
    },

    async missed(repositoryId, number, updatedAt) {
      await db
        .insertInto("remarks")
        .values({ repository_id: repositoryId, number, heard_at: null, read_to: null, changed_to: updatedAt })
        .onConflict((conflict) =>
          conflict.columns(["repository_id", "number"]).doUpdateSet({ changed_to: updatedAt }),
        )
        .execute();
    },

    async of(repositoryId, number) {
      const [row] = await heardOf(db, { repositoryId, number });
      return {
        heardAt: row?.heard_at ?? undefined,
        readTo: row?.read_to ?? 0,
        changedTo: row?.changed_to ?? 0,
      };
    },

    settle: (repositoryId, number, { heardAt, readTo }) =>
      inTransaction(db, async (trx) => {
        await trx
          .insertInto("remarks")
          .values({ repository_id: repositoryId, number, heard_at: null, read_to: readTo, changed_to: null })
          .onConflict((conflict) =>
            conflict.columns(["repository_id", "number"]).doUpdateSet({ read_to: readTo }),
          )
          .execute();
        await trx
          .updateTable("remarks")
          .set({ heard_at: null })
          .where("repository_id", "=", repositoryId)
          .where("number", "=", number)
          .where("heard_at", "<=", heardAt ?? 0)
          .execute();
      }),
  };
}

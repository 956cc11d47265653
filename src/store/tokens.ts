import type { Kysely, Selectable } from "kysely";
import type { GateToken, Tokens } from "../gate/tokens.ts";
import type { Tables } from "./schema.ts";

/** How exactly it is known when a token was last used: a write an hour, not one a question. */
const usedWithinMs = 3_600_000;

/** Tokens over SQL. */
export function tokensIn(db: Kysely<Tables>): Tokens {
  return {
    async add({ id, name, repositories, environments, createdAt, expiresAt }, hash) {
      await db
        .insertInto("gate_tokens")
        .values({
          id,
          name,
          hash,
          repositories: JSON.stringify(repositories),
          environments: environments === undefined ? null : JSON.stringify(environments),
          created_at: createdAt,
          expires_at: expiresAt ?? null,
          revoked_at: null,
          last_used_at: null,
        })
        .execute();
    },

    async find(id) {
      const row = await db.selectFrom("gate_tokens").selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? undefined : { token: tokenOf(row), hash: row.hash };
    },

    async list() {
      const rows = await db
        .selectFrom("gate_tokens")
        .selectAll()
        .orderBy("created_at", "desc")
        .orderBy("id")
        .execute();
      return rows.map(tokenOf);
    },

    async revoke(id, now) {
      const found = await db
        .updateTable("gate_tokens")
        .set({ revoked_at: now })
        .where("id", "=", id)
        .where("revoked_at", "is", null)
        .returning("id")
        .executeTakeFirst();
      return found !== undefined;
    },

    async used(id, now) {
      await db
        .updateTable("gate_tokens")
        .set({ last_used_at: now })
        .where("id", "=", id)
        .where((eb) => eb.or([eb("last_used_at", "is", null), eb("last_used_at", "<", now - usedWithinMs)]))
        .execute();
    },

    async see(mark, until, now) {
      const row = { mark, until_at: until };
      // What could not be shown any more when it was noted again is as good as new.
      const added = await db
        .insertInto("seen_tokens")
        .values(row)
        .onConflict((conflict) =>
          conflict.column("mark").doUpdateSet(row).where("seen_tokens.until_at", "<", now),
        )
        .returning("mark")
        .executeTakeFirst();
      return added !== undefined;
    },
  };
}

function tokenOf(row: Selectable<Tables["gate_tokens"]>): GateToken {
  return {
    id: row.id,
    name: row.name,
    repositories: JSON.parse(row.repositories) as string[],
    environments: row.environments === null ? undefined : (JSON.parse(row.environments) as string[]),
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}

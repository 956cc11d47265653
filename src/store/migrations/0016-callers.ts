import type { Kysely } from "kysely";
import { shortText } from "../dialect.ts";

/** Tokens of callers, and marks of tokens that may be shown once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("gate_tokens")
    .addColumn("id", shortText(db, 32), (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("hash", shortText(db, 64), (column) => column.notNull())
    .addColumn("repositories", "text", (column) => column.notNull())
    .addColumn("environments", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint")
    .addColumn("revoked_at", "bigint")
    .addColumn("last_used_at", "bigint")
    .execute();
  await schema
    .createTable("seen_tokens")
    .addColumn("mark", shortText(db, 64), (column) => column.primaryKey())
    .addColumn("until_at", "bigint", (column) => column.notNull())
    .execute();
}

import type { Kysely } from "kysely";
import { shortText } from "../dialect.ts";

/**
 * What is told beside the status (check runs, comments), how often people asked to be told again, and who was
 * welcomed.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("postings")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("place", "text", (column) => column.notNull())
    .addColumn("github_id", "bigint")
    .addColumn("told_class", "text")
    .addColumn("intent", "text")
    .addColumn("draft", "text")
    .addPrimaryKeyConstraint("postings_key", ["repository_id", "place"])
    .execute();
  await schema
    .createTable("wishes")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("head_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("gate", "text", (column) => column.notNull())
    .addColumn("granted", "integer", (column) => column.notNull())
    .addColumn("granted_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("wishes_key", ["repository_id", "head_sha", "gate"])
    .execute();
  await schema
    .createTable("welcomes")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("installation_id", "bigint", (column) => column.notNull())
    .addColumn("what", shortText(db, 20), (column) => column.notNull())
    .addPrimaryKeyConstraint("welcomes_key", ["repository_id", "installation_id", "what"])
    .execute();
}

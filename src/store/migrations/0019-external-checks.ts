import type { Kysely } from "kysely";
import { shortText } from "../dialect.ts";

/** Status checks that a forge elsewhere asks for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("external_checks")
    .addColumn("id", shortText(db, 64), (column) => column.primaryKey())
    .addColumn("project_id", "bigint", (column) => column.notNull())
    .addColumn("merge_request", "bigint", (column) => column.notNull())
    .addColumn("head_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("check_id", "bigint", (column) => column.notNull())
    .addColumn("repository", "text", (column) => column.notNull())
    .addColumn("environment", "text")
    .addColumn("service", "text")
    .addColumn("asked_at", "bigint", (column) => column.notNull())
    .addColumn("due_at", "bigint", (column) => column.notNull())
    .addColumn("told", "text")
    .addColumn("failures", "integer", (column) => column.notNull())
    .execute();
  await schema.createIndex("external_checks_due").on("external_checks").column("due_at").execute();
}

import type { Kysely } from "kysely";
import { shortText } from "../dialect.ts";

/** Deployments that are looked at after they have happened. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("verifications")
    .addColumn("id", shortText(db, 64), (column) => column.primaryKey())
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("environment", "text", (column) => column.notNull())
    .addColumn("head_sha", shortText(db, 64))
    .addColumn("deployed_at", "bigint", (column) => column.notNull())
    .addColumn("told_by", "text", (column) => column.notNull())
    .addColumn("due_at", "bigint", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("outcome", "text")
    .addColumn("finished_at", "bigint")
    .execute();
  await schema.createIndex("verifications_due").on("verifications").columns(["state", "due_at"]).execute();
  await schema
    .createIndex("verifications_by_environment")
    .on("verifications")
    .columns(["repository_id", "environment"])
    .execute();
}

import type { Kysely } from "kysely";
import { shortText } from "../dialect.ts";

/** What was lost between GitHub and us, how far we looked, and what was accepted for each installation. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("gaps")
    .addColumn("guid", shortText(db, 100), (column) => column.primaryKey())
    .addColumn("attempt_id", "bigint", (column) => column.notNull())
    .addColumn("attempted_at", "bigint", (column) => column.notNull())
    .addColumn("event", shortText(db, 100), (column) => column.notNull())
    .addColumn("action", shortText(db, 100))
    .addColumn("installation_id", "bigint")
    .addColumn("found_at", "bigint", (column) => column.notNull())
    .addColumn("asked", "integer", (column) => column.notNull())
    .addColumn("asked_at", "bigint")
    .addColumn("closed", shortText(db, 20))
    .addColumn("closed_at", "bigint")
    .execute();
  await schema.createIndex("gaps_open").on("gaps").columns(["closed", "attempted_at"]).execute();
  await schema
    .createTable("scans")
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("read_to", "bigint", (column) => column.notNull())
    .addColumn("walk_cursor", "text")
    .addColumn("walk_newest", "bigint")
    .addColumn("scanned_at", "bigint")
    .execute();
  await schema
    .createTable("acceptances")
    .addColumn("installation_id", "bigint", (column) => column.primaryKey())
    .addColumn("accepted", "text", (column) => column.notNull())
    .addColumn("told_at", "bigint", (column) => column.notNull())
    .execute();
}

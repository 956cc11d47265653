import { type Kysely, sql } from "kysely";
import { shortText } from "../dialect.ts";

/** Evaluations of quality gates, with which later ones are compared. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("evaluations")
    .addColumn("id", shortText(db, 36), (column) => column.primaryKey())
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("series", "text", (column) => column.notNull())
    .addColumn("gate", "text", (column) => column.notNull())
    .addColumn("environment", "text")
    .addColumn("head_sha", shortText(db, 64))
    .addColumn("evaluated_at", "bigint", (column) => column.notNull())
    .addColumn("result", "text", (column) => column.notNull())
    .addColumn("score", sql`double precision`, (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addColumn("invalidated_at", "bigint")
    .addColumn("invalidated_because", "text")
    .execute();
  await schema
    .createIndex("evaluations_by_series")
    .on("evaluations")
    .columns(["repository_id", "series", "evaluated_at"])
    .execute();
  await schema.createIndex("evaluations_by_time").on("evaluations").columns(["evaluated_at", "id"]).execute();
}

import type { Kysely } from "kysely";
import { shortText } from "../dialect.ts";

/** How far each receiver of events was told. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("sinks")
    .addColumn("id", shortText(db, 64), (column) => column.primaryKey())
    .addColumn("verdict_id", "bigint", (column) => column.notNull())
    .addColumn("failures", "integer", (column) => column.notNull())
    .addColumn("not_before", "bigint", (column) => column.notNull())
    .addColumn("open_budgets", "text", (column) => column.notNull())
    .execute();
}

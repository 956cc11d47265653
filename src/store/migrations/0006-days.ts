import type { Kysely } from "kysely";
import { shortText } from "../dialect.ts";

/** The days that budgets were counted on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("budget_days")
    .addColumn("series", shortText(db, 64), (column) => column.notNull())
    .addColumn("day", "integer", (column) => column.notNull())
    .addColumn("bad_events", "double precision", (column) => column.notNull())
    .addColumn("total_events", "double precision")
    .addPrimaryKeyConstraint("budget_days_key", ["series", "day"])
    .execute();
}

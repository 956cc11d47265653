import type { Kysely } from "kysely";

/** The days that budgets were counted on. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("budget_days")
    .addColumn("series", "varchar(64)", (column) => column.notNull())
    .addColumn("day", "integer", (column) => column.notNull())
    .addColumn("bad_events", "double precision", (column) => column.notNull())
    .addColumn("total_events", "double precision")
    .addPrimaryKeyConstraint("budget_days_key", ["series", "day"])
    .execute();
}

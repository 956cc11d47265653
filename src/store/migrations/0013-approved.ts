import type { Kysely } from "kysely";

/** Which pull requests reviewers have approved: these are told a flip before the others. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("pulls")
    .addColumn("is_approved", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
}

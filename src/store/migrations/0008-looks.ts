import type { Kysely } from "kysely";

/** Who looked at which policy, so that of several processes one measures it. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("looks")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("revision", "text", (column) => column.notNull())
    .addColumn("cause", "text", (column) => column.notNull())
    .addColumn("taken_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("looks_key", ["repository_id", "revision", "cause"])
    .execute();
  await schema.createIndex("looks_by_time").on("looks").columns(["taken_at"]).execute();
}

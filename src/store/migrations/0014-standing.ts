import { type Kysely, sql } from "kysely";

/** Who waits in a repository, and which bypasses stand there, is found without walking through those that are over. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index askers_waiting on askers (repository_id, asked_at) where ended_at is null`.execute(
    db,
  );
  await db.schema
    .createIndex("bypasses_by_end")
    .on("bypasses")
    .columns(["repository_id", "until_at"])
    .execute();
}

import { type Kysely, sql } from "kysely";

/** Jobs are found in the order in which they are taken, however many wait. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex("jobs_ready").execute();
  const waits = sql`is_waiting = 1 and lease_until is null and buried_at is null`;
  await sql`create index jobs_waiting on jobs (priority desc, run_at, key, installation_id) where ${waits}`.execute(
    db,
  );
  await sql`create index jobs_due on jobs (run_at) where ${waits}`.execute(db);
  await sql`create index jobs_leased on jobs (lease_until) where lease_until is not null`.execute(db);
}

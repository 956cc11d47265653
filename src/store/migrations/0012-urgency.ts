import { type Kysely, sql } from "kysely";

/** The most urgent jobs of all installations are found by one look. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const waits = sql`is_waiting = 1 and lease_until is null and buried_at is null`;
  await sql`create index jobs_by_urgency on jobs (priority desc, turn, run_at, key) where ${waits}`.execute(
    db,
  );
}

import { type Kysely, sql } from "kysely";
import { shortText, numbered } from "../dialect.ts";

/** Records of flips, and turns by which an installation's repositories share it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createFlips(db);
  await addTurns(db);
}

async function createFlips(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("flips")
    .addColumn("id", ...numbered(db))
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("base_ref", "text", (column) => column.notNull())
    .addColumn("revision", "text", (column) => column.notNull())
    .addColumn("told_class", "text", (column) => column.notNull())
    .addColumn("is_red", "integer", (column) => column.notNull())
    .addColumn("noticed_at", "bigint", (column) => column.notNull())
    .addColumn("finished_at", "bigint")
    .execute();
  await sql`create index flips_open on flips (repository_id, id) where finished_at is null`.execute(db);
  await schema.createIndex("flips_finished").on("flips").columns(["finished_at", "id"]).execute();
  await schema
    .createTable("flip_subjects")
    .addColumn("flip_id", "bigint", (column) => column.notNull())
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("head_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("gate", "text", (column) => column.notNull())
    .addColumn("outcome", "text")
    .addColumn("settled_at", "bigint")
    .addPrimaryKeyConstraint("flip_subjects_key", ["flip_id", "head_sha", "gate"])
    .execute();
  await schema
    .createIndex("flip_subjects_by_subject")
    .on("flip_subjects")
    .columns(["repository_id", "head_sha", "gate"])
    .execute();
  await sql`create index flip_subjects_open on flip_subjects (flip_id) where outcome is null`.execute(db);
}

async function addTurns(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema.alterTable("jobs").addColumn("repository_id", "bigint").execute();
  await schema
    .alterTable("jobs")
    .addColumn("turn", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
  await schema.dropIndex("jobs_waiting").execute();
  const waits = sql`is_waiting = 1 and lease_until is null and buried_at is null`;
  await sql`create index jobs_in_turn on jobs (installation_id, priority desc, turn, run_at, key) where ${waits}`.execute(
    db,
  );
  await sql`create index jobs_by_repository on jobs (repository_id, priority, turn) where ${waits}`.execute(
    db,
  );
  await sql`create index jobs_buried on jobs (key) where buried_at is not null`.execute(db);
}

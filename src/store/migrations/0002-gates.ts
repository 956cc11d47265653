import { type Kysely, sql } from "kysely";
import { shortText } from "../dialect.ts";

/**
 * More gates than pull requests: what is remembered of a subject is keyed by its gate, and who else waits has a
 * table. What can be found again by looking (where subjects stand, policies, waiting jobs) is dropped and not
 * moved: the sweep at the start queues everything.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  for (const table of ["verdicts", "bypasses"]) {
    await schema.alterTable(table).addColumn("gate", "text").execute();
    await sql`update ${sql.table(table)} set gate = 'pull_request:' || base_ref`.execute(db);
  }
  await schema.dropIndex("verdicts_by_subject").execute();
  await schema
    .createIndex("verdicts_by_subject")
    .on("verdicts")
    .columns(["repository_id", "head_sha", "gate", "id"])
    .execute();
  await schema.dropTable("subjects").execute();
  await schema
    .createTable("subjects")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("head_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("gate", "text", (column) => column.notNull())
    .addColumn("told_class", "text", (column) => column.notNull())
    .addColumn("due_at", "bigint")
    .addPrimaryKeyConstraint("subjects_key", ["repository_id", "head_sha", "gate"])
    .execute();
  await schema.createIndex("subjects_due").on("subjects").column("due_at").execute();
  await sql`delete from policies`.execute(db);
  await sql`delete from jobs where key like 'subject:%'`.execute(db);
  await schema.alterTable("repositories").addColumn("default_branch", "text").execute();
  await createAskers(db);
  await createPresses(db);
  await schema
    .createTable("audit")
    .addColumn("mark", "text", (column) => column.primaryKey())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("kind", shortText(db, 40), (column) => column.notNull())
    .addColumn("actor", "text")
    .addColumn("about", "text", (column) => column.notNull())
    .addColumn("detail", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("audit_by_repository").on("audit").columns(["repository_id", "at"]).execute();
}

/** Buttons under the report: told once, by an event, and by no list of GitHub's. */
async function createPresses(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("presses")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("head_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("delivery", shortText(db, 100), (column) => column.notNull())
    .addColumn("actor", "text", (column) => column.notNull())
    .addColumn("about", "text")
    .addColumn("pressed_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("presses_key", ["repository_id", "head_sha", "delivery"])
    .execute();
}

async function createAskers(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("askers")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("head_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("base_ref", "text", (column) => column.notNull())
    .addColumn("gate", "text", (column) => column.notNull())
    .addColumn("who", "text", (column) => column.notNull())
    .addColumn("asked_at", "bigint", (column) => column.notNull())
    .addColumn("ended_at", "bigint")
    .addColumn("told_count", "integer", (column) => column.notNull())
    .addColumn("told_class", "text")
    .addPrimaryKeyConstraint("askers_key", ["repository_id", "key"])
    .execute();
  await schema
    .createIndex("askers_by_subject")
    .on("askers")
    .columns(["repository_id", "head_sha", "gate"])
    .execute();
}

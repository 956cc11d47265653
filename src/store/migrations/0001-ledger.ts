import type { Kysely } from "kysely";
import { numbered, shortText } from "../dialect.ts";

/** The first ledger: everything from delivery to report. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("deliveries")
    .addColumn("id", shortText(db, 100), (column) => column.primaryKey())
    .addColumn("name", shortText(db, 100), (column) => column.notNull())
    .addColumn("hint", "text", (column) => column.notNull())
    .addColumn("accepted_at", "bigint", (column) => column.notNull())
    .addColumn("worked_at", "bigint")
    .execute();
  await schema
    .createTable("installations")
    .addColumn("id", "bigint", (column) => column.primaryKey())
    .addColumn("standing", shortText(db, 20), (column) => column.notNull())
    .addColumn("changed_at", "bigint", (column) => column.notNull())
    .execute();
  await schema
    .createTable("repositories")
    .addColumn("id", "bigint", (column) => column.primaryKey())
    .addColumn("owner", shortText(db, 100), (column) => column.notNull())
    .addColumn("name", shortText(db, 200), (column) => column.notNull())
    .addColumn("is_public", "integer", (column) => column.notNull())
    .addColumn("installation_id", "bigint", (column) => column.notNull())
    .execute();
  await schema
    .createTable("pulls")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("number", "bigint", (column) => column.notNull())
    .addColumn("head_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("base_ref", "text", (column) => column.notNull())
    .addColumn("is_open", "integer", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("pulls_key", ["repository_id", "number"])
    .execute();
  await schema
    .createIndex("pulls_by_subject")
    .on("pulls")
    .columns(["repository_id", "base_ref", "head_sha"])
    .execute();
  await schema
    .createTable("head_sights")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("number", "bigint", (column) => column.notNull())
    .addColumn("head_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("seen_at", "bigint", (column) => column.notNull())
    .addColumn("pusher", "text")
    .addPrimaryKeyConstraint("head_sights_key", ["repository_id", "number", "head_sha", "seen_at"])
    .execute();
  await schema
    .createTable("policies")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("base_ref", "text", (column) => column.notNull())
    .addColumn("kind", shortText(db, 20), (column) => column.notNull())
    .addColumn("revision", "text")
    .addColumn("answer", "text", (column) => column.notNull())
    .addColumn("paths", "text", (column) => column.notNull())
    .addColumn("read_at", "bigint", (column) => column.notNull())
    .addColumn("stale_at", "bigint")
    .addPrimaryKeyConstraint("policies_key", ["repository_id", "base_ref"])
    .execute();
  await schema
    .createTable("measurements")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("revision", "text", (column) => column.notNull())
    .addColumn("measured_at", "bigint", (column) => column.notNull())
    .addColumn("told_class", "text", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("measurements_key", ["repository_id", "revision"])
    .execute();
  await createRecords(db);
  await createWork(db);
}

async function createRecords(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("verdicts")
    .addColumn("id", ...numbered(db))
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("head_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("base_ref", "text", (column) => column.notNull())
    .addColumn("reached_at", "bigint", (column) => column.notNull())
    .addColumn("outcome", shortText(db, 20), (column) => column.notNull())
    .addColumn("standing", shortText(db, 20), (column) => column.notNull())
    .addColumn("report_class", "text", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addColumn("evidence", "text", (column) => column.notNull())
    .execute();
  await schema
    .createIndex("verdicts_by_subject")
    .on("verdicts")
    .columns(["repository_id", "head_sha", "base_ref", "id"])
    .execute();
  await schema
    .createTable("bypasses")
    .addColumn("id", ...numbered(db))
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("head_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("base_ref", "text", (column) => column.notNull())
    .addColumn("pull", "bigint", (column) => column.notNull())
    .addColumn("label", "text", (column) => column.notNull())
    .addColumn("actor_id", "bigint", (column) => column.notNull())
    .addColumn("actor_login", shortText(db, 100), (column) => column.notNull())
    .addColumn("applied_at", "bigint", (column) => column.notNull())
    .addColumn("until_at", "bigint", (column) => column.notNull())
    .addColumn("reason", "text")
    .addColumn("entitled_through", "text", (column) => column.notNull())
    .addColumn("overrode", "text", (column) => column.notNull())
    .addColumn("used_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("bypasses_once", [
      "repository_id",
      "head_sha",
      "base_ref",
      "pull",
      "actor_id",
      "applied_at",
    ])
    .execute();
}

async function createWork(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("subjects")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("head_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("base_ref", "text", (column) => column.notNull())
    .addColumn("told_class", "text", (column) => column.notNull())
    .addColumn("due_at", "bigint")
    .addPrimaryKeyConstraint("subjects_key", ["repository_id", "head_sha", "base_ref"])
    .execute();
  await schema.createIndex("subjects_due").on("subjects").column("due_at").execute();
  await schema
    .createTable("reports")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("head_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("context", "text", (column) => column.notNull())
    .addColumn("report_class", "text")
    .addColumn("verdict_at", "bigint", (column) => column.notNull())
    .addColumn("written", "integer", (column) => column.notNull())
    .addColumn("intent", "text")
    .addPrimaryKeyConstraint("reports_key", ["repository_id", "head_sha", "context"])
    .execute();
  await schema
    .createTable("jobs")
    .addColumn("key", "text", (column) => column.primaryKey())
    .addColumn("installation_id", "bigint")
    .addColumn("priority", "integer", (column) => column.notNull())
    .addColumn("run_at", "bigint", (column) => column.notNull())
    .addColumn("is_waiting", "integer", (column) => column.notNull())
    .addColumn("lease_until", "bigint")
    .addColumn("claim", "bigint", (column) => column.notNull())
    .addColumn("failures", "integer", (column) => column.notNull())
    .addColumn("faults", "integer", (column) => column.notNull())
    .addColumn("last_failure", "text")
    .addColumn("buried_at", "bigint")
    .execute();
  await schema.createIndex("jobs_ready").on("jobs").columns(["is_waiting", "run_at", "priority"]).execute();
}

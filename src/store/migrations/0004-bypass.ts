import type { Kysely } from "kysely";
import { numbered, shortText } from "../dialect.ts";

/** The columns by which rows are moved; the others go along as they are. */
interface Moved {
  bypasses: { id: number; label: string; head_sha: string };
}

/**
 * More ways to a bypass than a label. What was decided moves along; policies are dropped, since they are read
 * again with the keys they have now.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const old = db as Kysely<Moved>;
  const rows = await old.selectFrom("bypasses").selectAll().orderBy("id").execute();
  await schema.dropTable("bypasses").execute();
  await createBypasses(db);
  for (const { label, ...row } of rows) {
    const means = JSON.stringify({ kind: "label", label });
    const moved = { ...row, means, mark: `before 0004: ${row.id}`, commit_sha: row.head_sha };
    await old
      .insertInto("bypasses")
      .values(moved as never)
      .execute();
  }
  await (db as Kysely<{ policies: object }>).deleteFrom("policies").execute();
  await schema
    .createTable("grants")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("mark", shortText(db, 1000), (column) => column.notNull())
    .addColumn("place", shortText(db, 200), (column) => column.notNull())
    .addColumn("granted_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("grants_key", ["repository_id", "mark"])
    .execute();
  await schema.createIndex("grants_in_time").on("grants").columns(["repository_id", "granted_at"]).execute();
  await schema
    .createTable("transfers")
    .addColumn("repository_id", "bigint", (column) => column.primaryKey())
    .addColumn("heard_at", "bigint", (column) => column.notNull())
    .execute();
  await schema
    .createTable("remarks")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("number", "bigint", (column) => column.notNull())
    .addColumn("heard_at", "bigint")
    .addColumn("read_to", "bigint")
    .addColumn("changed_to", "bigint")
    .addPrimaryKeyConstraint("remarks_key", ["repository_id", "number"])
    .execute();
  await createTags(db);
}

async function createBypasses(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("bypasses")
    .addColumn("id", ...numbered(db))
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("head_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("base_ref", "text", (column) => column.notNull())
    .addColumn("gate", "text", (column) => column.notNull())
    .addColumn("mark", shortText(db, 1000), (column) => column.notNull())
    .addColumn("pull", "bigint")
    .addColumn("commit_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("means", "text", (column) => column.notNull())
    .addColumn("actor_id", "bigint")
    .addColumn("actor_login", shortText(db, 100))
    .addColumn("second", "text")
    .addColumn("applied_at", "bigint", (column) => column.notNull())
    .addColumn("until_at", "bigint", (column) => column.notNull())
    .addColumn("reason", "text")
    .addColumn("entitled_through", "text", (column) => column.notNull())
    .addColumn("overrode", "text", (column) => column.notNull())
    .addColumn("used_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("bypasses_once", ["repository_id", "head_sha", "gate", "mark"])
    .execute();
}

/** What pushes of tags told, and when a tag was first seen to name what it names. */
async function createTags(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("tag_sights")
    .addColumn("id", ...numbered(db))
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("tag", "text", (column) => column.notNull())
    .addColumn("delivery", shortText(db, 100), (column) => column.notNull())
    .addColumn("object_sha", shortText(db, 64))
    .addColumn("pusher", "text", (column) => column.notNull())
    .addColumn("heard_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("tag_sights_once", ["repository_id", "tag", "delivery"])
    .execute();
  await schema
    .createTable("tag_looks")
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("tag", shortText(db, 250), (column) => column.notNull())
    .addColumn("object_sha", shortText(db, 64), (column) => column.notNull())
    .addColumn("seen_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("tag_looks_key", ["repository_id", "tag", "object_sha"])
    .execute();
}

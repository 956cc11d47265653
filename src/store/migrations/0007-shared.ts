import { type Kysely, sql } from "kysely";
import { dialectOf, numbered } from "../dialect.ts";

/**
 * What several processes share: the lanes on which they write, and whose turn it is to look around. The audit log counts
 * its lines, since only SQLite has numbers of its own for rows.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema.alterTable("audit").renameTo("audit_before").execute();
  await schema.dropIndex("audit_by_repository").execute();
  await schema
    .createTable("audit")
    .addColumn("id", ...numbered(db))
    .addColumn("mark", "text", (column) => column.notNull().unique())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("actor", "text")
    .addColumn("about", "text", (column) => column.notNull())
    .addColumn("detail", "text", (column) => column.notNull())
    .execute();
  const columns = sql.raw("mark, at, repository_id, kind, actor, about, detail");
  const order = sql.raw(dialectOf(db) === "sqlite" ? "rowid" : "at");
  await sql`insert into audit (${columns}) select ${columns} from audit_before order by ${order}`.execute(db);
  await schema.dropTable("audit_before").execute();
  await schema
    .createIndex("audit_by_repository")
    .on("audit")
    .columns(["repository_id", "at", "id"])
    .execute();
  await schema
    .createTable("lanes")
    .addColumn("installation_id", "bigint", (column) => column.primaryKey())
    .addColumn("body", "text", (column) => column.notNull())
    .execute();
  await schema
    .createTable("rounds")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("taken_at", "bigint", (column) => column.notNull())
    .execute();
}

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { migrate } from "../../../src/store/migrate.ts";
import { retentionIn } from "../../../src/store/retention.ts";
import { openSqlite } from "../../../src/store/sqlite.ts";

const page = readFileSync(new URL("../../../docs/retention.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `([a-z_]+)` \|.*\| ([^|]+) \|$/gm)];
const told = new Map(rows.map(([, table = "", when = ""]) => [table, when]));

it("tells people the law of every table of the ledger, and which are never cleaned", async () => {
  const database = openSqlite(":memory:");
  const { db } = database;
  await migrate(db);
  const tables = (await db.introspection.getTables()).map(({ name }) => name);
  const cleaned = retentionIn(db).tables;
  await database.close();
  expect([...told.keys()].toSorted()).toEqual(
    tables.filter((name) => !name.startsWith("kysely_")).toSorted(),
  );
  const never = [...told].filter(([, when]) => when.startsWith("never")).map(([table]) => table);
  expect(tables.filter((name) => told.has(name) && !cleaned.includes(name)).toSorted()).toEqual(
    [...never, "repositories"].toSorted(),
  );
});

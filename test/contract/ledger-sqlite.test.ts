import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { ledgerIn } from "../../src/store/ledger.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { deliveryOf, noon } from "./ledger-samples.ts";
import { ledgerContract, type OpenLedger } from "./ledger-contract.ts";

async function openAt(path: string): Promise<OpenLedger> {
  const database = openSqlite(path);
  const { db } = database;
  await migrate(db);
  return { ledger: ledgerIn(db), db, close: async () => database.close() };
}

async function openFile(): Promise<OpenLedger> {
  const folder = await mkdtemp(join(tmpdir(), "burngate-ledger-"));
  const opened = await openAt(join(folder, "new", "ledger.sqlite"));
  return {
    ...opened,
    async close() {
      await opened.close();
      await rm(folder, { recursive: true });
    },
  };
}

describe("the ledger on SQLite, in a file", () => ledgerContract(openFile));
describe("the ledger on SQLite, in memory", () => ledgerContract(async () => openAt(":memory:")));

it("has on the disk what is acknowledged, and what was noted before something leaves the machine", async () => {
  const opened = await openFile();
  const { db, ledger } = opened;
  expect((await sql`pragma journal_mode`.execute(db)).rows).toEqual([{ journal_mode: "wal" }]);
  // 2 is FULL, which syncs the whole log at a commit; 1 is NORMAL, which may lose the newest when the power fails.
  const modeAt = async (table: string, event: string, write: () => Promise<unknown>): Promise<unknown> => {
    await sql`create table seen (mode integer)`.execute(db);
    await sql
      .raw(
        `create trigger see after ${event} on ${table} begin insert into seen select synchronous from pragma_synchronous; end`,
      )
      .execute(db);
    await write();
    const { rows } = await sql<{ mode: number }>`select distinct mode from seen`.execute(db);
    for (const text of ["drop trigger see", "drop table seen"]) await sql.raw(text).execute(db);
    return rows.map(({ mode }) => mode);
  };
  const accept = async () => ledger.deliveries.accept(deliveryOf("a"), noon);
  expect(await modeAt("deliveries", "insert", accept)).toEqual([2]);
  const job = await ledger.queue.claim(noon, 1000, []);
  expect(await modeAt("jobs", "update", async () => ledger.queue.renew(job!, noon, 1000))).toEqual([2]);
  expect(await modeAt("jobs", "delete", async () => ledger.queue.finish(job!))).toEqual([1]);
  await opened.close();
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { ledgerIn } from "../../src/store/ledger.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
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

it("writes to the disk before a commit is acknowledged, through the connection that the ledger itself uses", async () => {
  const opened = await openFile();
  const { db } = opened;
  expect((await sql`pragma journal_mode`.execute(db)).rows).toEqual([{ journal_mode: "wal" }]);
  // 2 is FULL: in WAL mode anything less may lose what was acknowledged when the power fails.
  expect((await sql`pragma synchronous`.execute(db)).rows).toEqual([{ synchronous: 2 }]);
  await opened.close();
});

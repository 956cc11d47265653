import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "kysely";
import { Secret } from "../../src/domain/secret.ts";
import { systemClock } from "../../src/compose.ts";
import type { Database } from "../../src/store/database.ts";
import { ledgerIn } from "../../src/store/ledger.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openPostgres } from "../../src/store/postgres.ts";
import { startPostgres, type TestPostgres } from "../world/postgres.ts";
import { ledgerContract, type OpenLedger } from "./ledger-contract.ts";

let server: TestPostgres;
/** Migrated databases that no test uses at the moment. */
const idle: Database[] = [];
const all: Database[] = [];
const lost: unknown[] = [];

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await Promise.all(all.map(async (database) => database.close()));
  await server.stop();
});

function open(url: string): Database {
  const database = openPostgres(new Secret(() => url), systemClock, (error) => lost.push(error));
  all.push(database);
  return database;
}

async function made(): Promise<Database> {
  const database = open(await server.schema(`ledger_${all.length}`));
  await migrate(database.db);
  return database;
}

async function emptied(database: Database): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = current_schema() and tablename not like 'kysely%'
  `.execute(database.db);
  await sql`truncate ${sql.join(rows.map(({ name }) => sql.table(name)))} restart identity`.execute(database.db);
}

/** An empty ledger; making a schema anew for each of hundreds of tests would take minutes. */
async function openEmpty(): Promise<OpenLedger> {
  const database = idle.pop() ?? (await made());
  return {
    ledger: ledgerIn(database.db),
    db: database.db,
    async close() {
      await emptied(database);
      idle.push(database);
    },
  };
}

describe("the ledger on PostgreSQL", () => {
  ledgerContract(openEmpty);

  it("answers from a server that is new enough", async () => {
    const [row] = await server.query("show server_version_num");
    expect(Number((row as { server_version_num: string }).server_version_num)).toBeGreaterThanOrEqual(150_000);
  });
});

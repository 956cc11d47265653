import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "kysely";
import type { Ledger } from "../../src/gate/ledger.ts";
import type { NewJob } from "../../src/gate/queue.ts";
import { Secret } from "../../src/domain/secret.ts";
import { systemClock } from "../../src/system-clock.ts";
import type { Database } from "../../src/store/database.ts";
import { ledgerIn } from "../../src/store/ledger.ts";
import { migrate, migrations } from "../../src/store/migrate.ts";
import { openPostgres } from "../../src/store/postgres.ts";
import { startPostgres, type TestPostgres } from "../world/postgres.ts";
import { deliveryOf, jobFor, noon } from "./ledger-samples.ts";
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

/** How commits were made durable when rows of a table were written. */
async function modeAt(db: Database["db"], table: string, write: () => Promise<unknown>): Promise<unknown> {
  await sql`create table if not exists seen (mode text)`.execute(db);
  await sql
    .raw(`create or replace function see() returns trigger language plpgsql as $$
    begin insert into seen values (current_setting('synchronous_commit')); return null; end $$`)
    .execute(db);
  await sql
    .raw(`create trigger see after insert or update or delete on ${table} execute function see()`)
    .execute(db);
  await write();
  const { rows } = await sql<{ mode: string }>`select distinct mode from seen`.execute(db);
  await sql.raw(`drop trigger see on ${table}; drop table seen`).execute(db);
  return rows.map(({ mode }) => mode).join(" ");
}

async function emptied(database: Database): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = current_schema() and tablename not like 'kysely%'
  `.execute(database.db);
  await sql`truncate ${sql.join(rows.map(({ name }) => sql.table(name)))} restart identity`.execute(
    database.db,
  );
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

describe("the ledger on PostgreSQL", () => ledgerContract(openEmpty));

describe("PostgreSQL", () => {
  it("brings an empty schema to the newest form once, however many processes begin at once", async () => {
    const url = await server.schema("begun_at_once");
    const applied = await Promise.all([1, 2, 3].map(async () => migrate(open(url).db)));
    expect(applied.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([
      0,
      0,
      Object.keys(migrations).length,
    ]);
  });

  it("ends a transaction that hangs, and a statement that takes too long, on the connection that the ledger itself uses", async () => {
    const { db } = await openEmpty();
    const { rows } = await sql`
      select name, setting from pg_settings
      where name in ('idle_in_transaction_session_timeout', 'statement_timeout') order by name
    `.execute(db);
    expect(rows).toEqual([
      { name: "idle_in_transaction_session_timeout", setting: "10000" },
      { name: "statement_timeout", setting: "30000" },
    ]);
  });

  it("has on the disk what is acknowledged, and what was noted before something leaves the machine", async () => {
    const { ledger, db } = await openEmpty();
    expect(await modeAt(db, "deliveries", async () => ledger.deliveries.accept(deliveryOf("a"), noon))).toBe(
      "on",
    );
    const job = await ledger.queue.claim(noon, 1000, []);
    expect(await modeAt(db, "jobs", async () => ledger.queue.renew(job!, noon, 1000))).toBe("on");
    expect(await modeAt(db, "jobs", async () => ledger.queue.finish(job!))).toBe("off");
  });

  it("stores both of two deliveries whose jobs are put in opposite orders at once", async () => {
    const { ledger } = await openEmpty();
    const met = Promise.withResolvers<void>();
    let first = 0;
    const putting = (jobs: readonly NewJob[]) => async (within: Ledger) => {
      for (const [index, job] of jobs.entries()) {
        await within.queue.enqueue(job, noon);
        if (index > 0) continue;
        first += 1;
        if (first === 2) met.resolve();
        await met.promise;
      }
    };
    const [one, other] = [jobFor(1), jobFor(2)];
    expect(
      await Promise.all([
        ledger.deliveries.accept(deliveryOf("a"), noon, putting([one, other])),
        ledger.deliveries.accept(deliveryOf("b"), noon, putting([other, one])),
      ]),
    ).toEqual(["stored", "stored"]);
    // Both met with a job in hand, and one of them once more, after it had been ended.
    expect(first).toBe(3);
    expect(await ledger.queue.counts()).toMatchObject({ waiting: 2 });
  });

  it("goes on after the server has cut every connection, and tells of it", async () => {
    const url = await server.schema("cut");
    const database = open(url);
    await migrate(database.db);
    const { queue } = ledgerIn(database.db);
    await queue.enqueue(jobFor(1), noon);
    lost.length = 0;
    await server.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'burngate'",
    );
    await expect.poll(() => lost.length).toBeGreaterThan(0);
    // Each connection is found to be dead when it is used, or before.
    await expect
      .poll(async () => queue.counts().catch(() => "lost"))
      .toEqual({ waiting: 1, running: 0, buried: 0 });
  });

  it("keeps no connection on which a statement broke off unanswered", async () => {
    const database = open(await server.schema("broken_off"));
    const slow = sql`select pg_sleep(60)`.execute(database.db).catch((error: unknown) => error);
    const asleep = "select pid from pg_stat_activity where query = 'select pg_sleep(60)'";
    await expect.poll(async () => (await server.query(asleep)).length).toBe(1);
    await server.query(`select pg_terminate_backend(pid) from (${asleep}) as sleeping`);
    expect(await slow).toBeInstanceOf(Error);
    expect((await sql`select 1 as one`.execute(database.db)).rows).toEqual([{ one: 1 }]);
  });

  it("stores text with the one character that it cannot hold, marked as lost", async () => {
    const { db } = await openEmpty();
    expect((await sql`select ${"a\0b"} as text`.execute(db)).rows).toEqual([{ text: "a\u{FFFD}b" }]);
  });

  it("rings at the others' doors and not at its own, and after each new connection", async () => {
    const url = await server.schema("bell");
    const [here, there] = [open(url), open(url)];
    const heard = { here: 0, there: 0 };
    here.listen(() => (heard.here += 1));
    there.listen(() => (heard.there += 1));
    // Each counts its new connection as a ring.
    await expect.poll(() => heard).toEqual({ here: 1, there: 1 });
    here.ring();
    await expect.poll(() => heard).toEqual({ here: 1, there: 2 });
    await server.query("select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %'");
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual({ here: 2, there: 3 });
  });

  it("is closed once, however often it is told to", async () => {
    const database = open(await server.schema("closed"));
    await sql`select 1`.execute(database.db);
    await database.close();
    await database.close();
  });

  it("answers from a server that is new enough", async () => {
    const [row] = await server.query("show server_version_num");
    expect(Number(row?.["server_version_num"])).toBeGreaterThanOrEqual(150_000);
  });
});

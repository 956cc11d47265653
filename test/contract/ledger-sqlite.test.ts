import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CompiledQuery, sql } from "kysely";
import { describe, expect, it, vi } from "vitest";
import { ledgerIn } from "../../src/store/ledger.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { horizonsAt } from "../../src/domain/retention.ts";
import type { PageKey } from "../../src/gate/retention.ts";
import { deliveryOf, intentOf, measurementsAt, noon, pullAt, subject, verdictAt } from "./ledger-samples.ts";
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

it("gives the pages of what retention deleted to new rows: the file does not grow", async () => {
  const opened = await openFile();
  const { ledger, db } = opened;
  const pages = async (): Promise<unknown> => (await sql`pragma page_count`.execute(db)).rows[0];
  const round = async (at: number): Promise<void> => {
    for (let number = 0; number < 600; number += 1)
      await ledger.deliveries.accept(deliveryOf(`${at}-${number}`), at);
    await db.updateTable("deliveries").set({ worked_at: at }).execute();
    await db.deleteFrom("jobs").execute();
  };
  const clean = async (at: number): Promise<void> => {
    const horizons = horizonsAt(at, { deliveriesMs: 1, evidenceMs: 1 });
    for (let end: PageKey | undefined = [0, ""]; end !== undefined;)
      ({ end } = await ledger.retention.cleanPage("deliveries", horizons, end));
  };
  await round(noon);
  await clean(noon + 1000);
  await round(noon + 2000);
  const before = await pages();
  await clean(noon + 3000);
  expect(await db.selectFrom("deliveries").select("id").execute()).toEqual([]);
  await round(noon + 4000);
  expect(await pages()).toEqual(before);
  await opened.close();
});

it("has on the disk what is acknowledged, and what was noted before something leaves the machine", async () => {
  const opened = await openFile();
  const { db, ledger } = opened;
  expect((await sql`pragma journal_mode`.execute(db)).rows).toEqual([{ journal_mode: "wal" }]);
  expect((await sql`pragma journal_size_limit`.execute(db)).rows).toEqual([
    { journal_size_limit: 67_108_864 },
  ]);
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

it("commits what deliveries cost together, where it is ready together", async () => {
  const opened = await openFile();
  const { db, ledger } = opened;
  const context = "error-budget: main";
  await ledger.deliveries.accept(deliveryOf("a"), noon);
  const job = await ledger.queue.claim(noon, 1000, []);
  const [own, transactions] = [vi.spyOn(db, "executeQuery"), vi.spyOn(db, "transaction")];
  await Promise.all([
    ledger.pulls.observe(pullAt(noon), undefined),
    ledger.verdicts.record(verdictAt(noon), "red", measurementsAt(noon)),
    ledger.reports.intend(subject, context, intentOf("red")),
    ledger.reports.confirm(subject, context, intentOf("red")),
    ledger.subjects.told(subject, "red", undefined),
    ledger.deliveries.worked("a", noon),
    ledger.queue.finish(job!),
  ]);
  expect([own, transactions].map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
  expect(await ledger.reports.last(subject, context)).toMatchObject({ reportClass: "red", written: 1 });
  expect(await ledger.queue.counts()).toEqual({ waiting: 0, running: 0, buried: 0 });
  await opened.close();
});

it("walks through nothing that is over, nor through all of a repository, to judge a subject", async () => {
  const opened = await openFile();
  const { db, ledger } = opened;
  const asked = vi.spyOn(db, "executeQuery");
  const { repositoryId } = subject;
  await ledger.pulls.openFor(subject);
  await ledger.pulls.openBeside(repositoryId, 1);
  await ledger.askers.waiting(repositoryId);
  await ledger.verdicts.standingBypasses(subject, [1], noon);
  const plans = await Promise.all(
    asked.mock.calls.map(async ([query]) => {
      const { sql: text, parameters } = query as CompiledQuery;
      const plan = CompiledQuery.raw(`explain query plan ${text}`, [...parameters]);
      const { rows } = await db.executeQuery<{ detail: string }>(plan);
      return rows.map(({ detail }) => detail).join("; ");
    }),
  );
  expect(plans).toEqual([
    expect.stringContaining("pulls_by_subject (repository_id=? AND base_ref=? AND head_sha=?)"),
    expect.stringContaining("pulls_by_head (repository_id=? AND head_sha=?)"),
    expect.stringContaining("askers_waiting (repository_id=?)"),
    expect.stringContaining("bypasses_by_end (repository_id=? AND until_at>?)"),
  ]);
  await opened.close();
});

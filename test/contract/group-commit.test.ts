import { sql } from "kysely";
import { expect, it, vi } from "vitest";
import { GroupCommit, type Need } from "../../src/store/group-commit.ts";
import { openSqlite } from "../../src/store/sqlite.ts";

async function opened() {
  const database = openSqlite(":memory:");
  const { db } = database;
  await sql`create table notes (text text)`.execute(db);
  const connections = vi.spyOn(db, "connection");
  const transactions = vi.spyOn(db, "transaction");
  const group = new GroupCommit(db);
  const note = async (text: string, need: Need = "sync"): Promise<string> =>
    group.add(async (on) => {
      await sql`insert into notes values (${text})`.execute(on);
      if (text === "bad") throw new Error("cannot be noted");
      return text;
    }, need);
  const notes = async (): Promise<unknown> =>
    (await sql<{ text: string }>`select text from notes order by text`.execute(db)).rows.map(
      ({ text }) => text,
    );
  return { db, connections, transactions, group, note, notes, close: async () => database.close() };
}

it("commits together whatever is ready in one turn of the loop", async () => {
  const { connections, transactions, note, notes, close } = await opened();
  const later = async (): Promise<string> => {
    for (let step = 0; step < 100; step += 1) await Promise.resolve();
    return note("later", "none");
  };
  expect(await Promise.all([note("first"), note("second", "transaction"), later()])).toEqual([
    "first",
    "second",
    "later",
  ]);
  expect([connections, transactions].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
  expect(await notes()).toEqual(["first", "later", "second"]);
  await close();
});

it("syncs where one of a group needs it, and makes no transaction for a statement alone", async () => {
  const { connections, transactions, note, close } = await opened();
  const made = async (...needs: Need[]): Promise<number[]> => {
    const before = [connections, transactions].map(({ mock }) => mock.calls.length);
    await Promise.all(needs.map(async (need) => note("note", need)));
    return [connections, transactions].map(({ mock }, index) => mock.calls.length - before[index]!);
  };
  expect(await made("none", "transaction", "sync")).toEqual([1, 0]);
  expect(await made("none", "transaction")).toEqual([0, 1]);
  expect(await made("none", "none")).toEqual([0, 1]);
  expect(await made("transaction")).toEqual([0, 1]);
  expect(await made("none")).toEqual([0, 0]);
  await close();
});

it("tells nobody before the commit", async () => {
  const { group, note, close } = await opened();
  const told: string[] = [];
  const first = note("first", "none").then((text) => told.push(text));
  const second = group.add(async (on) => {
    for (let step = 0; step < 100; step += 1) await sql`select 1`.execute(on);
    return told.slice();
  }, "transaction");
  await Promise.all([first, second]);
  expect([await second, told]).toEqual([[], ["first"]]);
  await close();
});

it.each<Need>(["sync", "transaction", "none"])(
  "keeps others when one fails, and tells only that one: %s",
  async (need) => {
    const { note, notes, close } = await opened();
    const told = await Promise.allSettled([
      note("first", need),
      note("bad", "transaction"),
      note("last", need),
    ]);
    expect(told.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await notes()).toEqual(["first", "last"]);
    await close();
  },
);

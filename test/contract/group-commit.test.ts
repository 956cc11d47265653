import { sql } from "kysely";
import { expect, it, vi } from "vitest";
import { GroupCommit } from "../../src/store/group-commit.ts";
import { openSqlite } from "../../src/store/sqlite.ts";

async function opened() {
  const database = openSqlite(":memory:");
  const { db } = database;
  await sql`create table notes (text text)`.execute(db);
  const connections = vi.spyOn(db, "connection");
  const group = new GroupCommit(db);
  const note = async (text: string): Promise<string> =>
    group.add(async (trx) => {
      await sql`insert into notes values (${text})`.execute(trx);
      if (text === "bad") throw new Error("cannot be noted");
      return text;
    });
  const notes = async (): Promise<unknown> =>
    (await sql<{ text: string }>`select text from notes order by text`.execute(db)).rows.map(
      ({ text }) => text,
    );
  return { connections, note, notes, close: async () => database.close() };
}

it("commits together whatever is ready in one turn of the loop", async () => {
  const { connections, note, notes, close } = await opened();
  const later = async (): Promise<string> => {
    for (let step = 0; step < 100; step += 1) await Promise.resolve();
    return note("later");
  };
  expect(await Promise.all([note("first"), note("second"), later()])).toEqual(["first", "second", "later"]);
  expect(connections).toHaveBeenCalledTimes(1);
  expect(await notes()).toEqual(["first", "later", "second"]);
  await close();
});

it("keeps the others of a group when one fails, and tells only that one", async () => {
  const { note, notes, close } = await opened();
  const told = await Promise.allSettled([note("first"), note("bad"), note("last")]);
  expect(told.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(await notes()).toEqual(["first", "last"]);
  await close();
});

/**
 * Kysely over Node's own SQLite: the only file that knows the dialect.
 *
 * Keeps: every commit is on disk before it is acknowledged (WAL, synchronous=FULL). Transactions take the
 * write lock at their start, so two processes on one file wait for each other and never fail half-way; a
 * migration, DDL included, is one such transaction.
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { Kysely, SqliteAdapter, SqliteDialect, type SqliteDatabase } from "kysely";
import type { Database } from "./database.ts";
import type { Tables } from "./schema.ts";

/** SQLite can roll DDL back, which Kysely's adapter does not assume. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class NodeSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

/** What the journal keeps of its size when it is empty: one large migration must not hold the disk for ever. */
const maxIdleJournalBytes = 64 * 1024 * 1024;

/** Opens a database file, or one in memory for `:memory:`. Creates the folder. */
export function openSqlite(path: string): Database {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  // The busy time-out must be set before the journal mode, or a second process fails at once.
  const database = new DatabaseSync(path, { timeout: 5000 });
  enterWal(database);
  const settings = [
    "synchronous=normal",
    "foreign_keys=on",
    "wal_autocheckpoint=10000",
    `journal_size_limit=${maxIdleJournalBytes}`,
  ];
  for (const setting of settings) database.exec(`pragma ${setting}`);
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect({ database: asKyselyWants(database) }) });
  return { db, use: "alone", ring() {}, listen() {}, close: () => db.destroy() };
}

/** SQLite's code for a lock that somebody else holds: https://www.sqlite.org/rescode.html#busy */
const busy = 5;
const maxTries = 250;
const pauseMs = 20;

/**
 * Of several processes that open a new file at once one changes its journal, and the others may be told *busy* at once,
 * whatever the time-out, where waiting could be a deadlock: they try again, for as long as they would have waited.
 */
function enterWal(database: DatabaseSync): void {
  const bell = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 1; ; tries += 1) {
    try {
      database.exec("pragma journal_mode=wal");
      return;
    } catch (error) {
      const isBusy = error instanceof Error && "errcode" in error && error.errcode === busy;
      if (!isBusy || tries === maxTries) throw error;
      Atomics.wait(bell, 0, 0, pauseMs);
    }
  }
}

/**
 * So many statements are kept prepared; ours are some dozens, and lists of different lengths make new ones.
 */
const maxPrepared = 200;

function asKyselyWants(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, { readonly statement: StatementSync; readonly reader: boolean }>();
  const prepare = (sql: string) => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    if (prepared.size >= maxPrepared) prepared.clear();
    const fresh = { statement, reader: statement.columns().length > 0 };
    prepared.set(sql, fresh);
    return fresh;
  };
  return {
    close: () => database.close(),
    prepare(sql) {
      const { statement, reader } = prepare(sql === "begin" ? "begin immediate" : sql);
      const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
      return {
        reader,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      };
    },
  };
}

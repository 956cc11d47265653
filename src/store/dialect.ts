/**
 * Where SQLite and PostgreSQL differ. Everything else in this folder is one text for both.
 *
 * SQLite has one writer, so whatever runs in a transaction runs alone. PostgreSQL lets transactions overlap, and one that
 * reads before it writes must say beside what it may not run: `inTurn`.
 */
import {
  type ColumnDataType,
  type ColumnDefinitionBuilder,
  type Kysely,
  PostgresAdapter,
  type RawBuilder,
  sql,
  type SqlBool,
  type Transaction,
} from "kysely";

import { GroupCommit } from "./group-commit.ts";

/** What a database speaks. */
export type Dialect = "sqlite" | "postgres";

/** What the database behind a handle speaks. */
export function dialectOf<T>(db: Kysely<T>): Dialect {
  return db.getExecutor().adapter instanceof PostgresAdapter ? "postgres" : "sqlite";
}

/** One transaction: one of its own, or the one that the handle is of. */
export function inTransaction<D, T>(db: Kysely<D>, work: (trx: Transaction<D>) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db as Transaction<D>) : untangled(() => db.transaction().execute(work));
}

/** PostgreSQL's code for a transaction that it has ended since two waited for each other. */
const deadlockDetected = "40P01";

/** Tries a transaction again that was ended for others: nothing of it has happened. */
async function untangled<T>(transaction: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transaction();
    } catch (error) {
      const isTangled = error instanceof Error && "code" in error && error.code === deadlockDetected;
      if (!isTangled || tries === 3) throw error;
    }
  }
}

/**
 * One transaction that runs beside no other of the same key: what it has read is still so when it writes. The lock ends
 * with the transaction, however that ends.
 */
export function inTurn<D, T>(
  db: Kysely<D>,
  key: string,
  work: (trx: Transaction<D>) => Promise<T>,
): Promise<T> {
  return inTransaction(db, async (trx) => {
    if (dialectOf(trx) === "postgres")
      await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(trx);
    return work(trx);
  });
}

/** The same for what every delivery costs. On SQLite it shares its commit with whatever else is ready. */
export function inTurnTogether<D, T>(
  db: Kysely<D>,
  key: string,
  work: (trx: Kysely<D>) => Promise<T>,
): Promise<T> {
  if (dialectOf(db) === "postgres") return inTurn(db, key, work);
  return db.isTransaction ? work(db) : groupOf(db).add(work, "transaction");
}

/**
 * One transaction after which everything so far is on the disk. Any other commit survives the death of our process, and not
 * always the server's: then what it did is done again, since nothing after it is known to anybody either. Both stores write
 * one log in order, so what is promised here holds for all that was committed before.
 */
export function durably<D, T>(db: Kysely<D>, work: (trx: Kysely<D>) => Promise<T>): Promise<T> {
  if (dialectOf(db) === "sqlite") return groupOf(db).add(work, "sync");
  return inTransaction(db, async (trx) => {
    await sql`set local synchronous_commit = on`.execute(trx);
    return work(trx);
  });
}

/** One statement that changes something. On SQLite it shares its commit with whatever else is ready. */
export function together<D, T>(db: Kysely<D>, work: (db: Kysely<D>) => Promise<T>): Promise<T> {
  return db.isTransaction || dialectOf(db) === "postgres" ? work(db) : groupOf(db).add(work, "none");
}

/** One for each handle of a SQLite database. */
const groups = new WeakMap<object, GroupCommit<unknown>>();

function groupOf<D>(db: Kysely<D>): GroupCommit<D> {
  const group = (groups.get(db) as GroupCommit<D> | undefined) ?? new GroupCommit(db);
  groups.set(db, group as GroupCommit<unknown>);
  return group;
}

/** Some numbers as one parameter, however many they are, so that the statement stays the same: see `isNoneOf`. */
export function manyOf<D>(db: Kysely<D>, numbers: readonly number[]): string {
  return dialectOf(db) === "postgres" ? `{${numbers.join(",")}}` : JSON.stringify(numbers);
}

/** Whether a column holds one of the numbers that `manyOf` has put together. */
export function isOneOf<D>(db: Kysely<D>, column: string, many: string): RawBuilder<SqlBool> {
  return dialectOf(db) === "postgres"
    ? sql<SqlBool>`${sql.ref(column)} = any(${many}::bigint[])`
    : sql<SqlBool>`${sql.ref(column)} in (select value from json_each(${many}))`;
}

/** Whether a column holds none of the numbers that `manyOf` has put together. */
export function isNoneOf<D>(db: Kysely<D>, column: string, many: string): RawBuilder<SqlBool> {
  return dialectOf(db) === "postgres"
    ? sql<SqlBool>`${sql.ref(column)} <> all(${many}::bigint[])`
    : sql<SqlBool>`${sql.ref(column)} not in (select value from json_each(${many}))`;
}

/** A column that numbers rows in the order in which they were added: type and definition. */
export function numbered<D>(
  db: Kysely<D>,
): [ColumnDataType, (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder] {
  return dialectOf(db) === "postgres"
    ? ["bigint", (column) => column.primaryKey().generatedByDefaultAsIdentity()]
    : ["integer", (column) => column.primaryKey().autoIncrement()];
}

/** A column of short text. SQLite reads the length and ignores it; ours are checked where they come in. */
export function shortText<D>(db: Kysely<D>, length: number): ColumnDataType {
  return dialectOf(db) === "postgres" ? "text" : `varchar(${length})`;
}

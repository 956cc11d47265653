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
  sql,
  type Transaction,
} from "kysely";

/** What a database speaks. */
export type Dialect = "sqlite" | "postgres";

/** What the database behind a handle speaks. */
export function dialectOf<T>(db: Kysely<T>): Dialect {
  return db.getExecutor().adapter instanceof PostgresAdapter ? "postgres" : "sqlite";
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
  return db.transaction().execute(async (trx) => {
    if (dialectOf(trx) === "postgres")
      await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(trx);
    return work(trx);
  });
}

/** A query over rows, as far as it can lock them. */
interface Lockable<Q> {
  forUpdate(): { skipLocked(): Q };
}

/** Of the rows that a query finds, those that nobody else is taking at this moment. */
export function skipTaken<D, Q extends Lockable<Q>>(db: Kysely<D>, query: Q): Q {
  return dialectOf(db) === "postgres" ? query.forUpdate().skipLocked() : query;
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

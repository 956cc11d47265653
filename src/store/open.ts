import type { Secret } from "../domain/secret.ts";
import type { Clock } from "../gate/ports.ts";
import type { Database } from "./database.ts";
import { openPostgres } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";

/** Where the ledger is kept. */
export interface DatabasePlace {
  /** The address of a PostgreSQL server; without one the ledger is a file. */
  readonly databaseUrl: Secret | undefined;
  readonly databasePath: string;
}

/** Opens the ledger's database where it is kept; `told` hears of connections that were lost. */
export function openDatabase(
  { databaseUrl, databasePath }: DatabasePlace,
  clock: Clock,
  told: (error: unknown) => void,
): Database {
  return databaseUrl === undefined ? openSqlite(databasePath) : openPostgres(databaseUrl, clock, told);
}

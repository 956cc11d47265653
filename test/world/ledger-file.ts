import { DatabaseSync } from "node:sqlite";

/** Rows of a ledger's file, read beside the app or after its death; nothing is written. */
export function rowsOf(databasePath: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(databasePath, { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

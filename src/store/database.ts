import type { Kysely } from "kysely";
import type { Tables } from "./schema.ts";

/** An open database. */
export interface Database {
  readonly db: Kysely<Tables>;
  /** Who else may work on it: `alone` says nobody, so whatever a lease holds at the start belongs to the dead. */
  readonly use: "alone" | "shared";
  /** Tells the other processes that there may be work. Never fails: whoever does not hear it looks by himself soon. */
  ring(): void;
  /** Calls `heard` whenever another process rings, until the database is closed. */
  listen(heard: () => void): void;
  close(): Promise<void>;
}

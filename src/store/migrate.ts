import { type Kysely, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { dialectOf } from "./dialect.ts";
import * as ledger from "./migrations/0001-ledger.ts";
import * as gates from "./migrations/0002-gates.ts";
import * as sync from "./migrations/0003-sync.ts";
import * as bypass from "./migrations/0004-bypass.ts";
import * as told from "./migrations/0005-told.ts";
import * as days from "./migrations/0006-days.ts";
import * as shared from "./migrations/0007-shared.ts";
import * as looks from "./migrations/0008-looks.ts";
import * as retention from "./migrations/0009-retention.ts";
import * as claims from "./migrations/0010-claims.ts";
import * as flips from "./migrations/0011-flips.ts";
import * as urgency from "./migrations/0012-urgency.ts";
import * as approved from "./migrations/0013-approved.ts";
import * as standing from "./migrations/0014-standing.ts";
import * as evaluations from "./migrations/0015-evaluations.ts";
import * as callers from "./migrations/0016-callers.ts";
import * as verifications from "./migrations/0017-verifications.ts";
import * as sinks from "./migrations/0018-sinks.ts";
import * as externalChecks from "./migrations/0019-external-checks.ts";
import type { Tables } from "./schema.ts";

/** Every migration, in order. A number is never used twice and never edited once released. */
export const migrations = {
  "0001-ledger": ledger,
  "0002-gates": gates,
  "0003-sync": sync,
  "0004-bypass": bypass,
  "0005-told": told,
  "0006-days": days,
  "0007-shared": shared,
  "0008-looks": looks,
  "0009-retention": retention,
  "0010-claims": claims,
  "0011-flips": flips,
  "0012-urgency": urgency,
  "0013-approved": approved,
  "0014-standing": standing,
  "0015-evaluations": evaluations,
  "0016-callers": callers,
  "0017-verifications": verifications,
  "0018-sinks": sinks,
  "0019-external-checks": externalChecks,
} as const;

/**
 * Brings a database to the newest form, in one transaction that holds the write lock, on PostgreSQL an advisory lock.
 * Gives the names of what was applied.
 */
export async function migrate(db: Kysely<Tables>): Promise<readonly string[]> {
  const schema = await schemaOf(db);
  const migrator = new Migrator({
    db,
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined)
    throw new Error("the database could not be brought to the newest form", { cause: error });
  return results.map(({ migrationName }) => migrationName);
}

/** The schema in which our tables lie; another one of the same database may have tables of these names, too. */
async function schemaOf(db: Kysely<Tables>): Promise<string | undefined> {
  if (dialectOf(db) === "sqlite") return undefined;
  const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(db);
  return rows[0]?.name ?? undefined;
}

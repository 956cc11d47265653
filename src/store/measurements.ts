import type { Kysely } from "kysely";
import type { Instant } from "../domain/instant.ts";
import type { MeasurementSet } from "../domain/measurement.ts";
import type { Measurements } from "../gate/ledger.ts";
import type { Tables } from "./schema.ts";
import { statement } from "./statement.ts";

/** A row's body: the holds as pairs, since JSON has no map. */
interface Body {
  readonly set: MeasurementSet;
  readonly holds: readonly (readonly [string, Instant])[];
  /** Absent in a row of a version that knew no leases. */
  readonly renewedAt?: Instant;
}

const newest = statement((db, { repositoryId, revision }: { repositoryId: number; revision: string }) =>
  db
    .selectFrom("measurements")
    .select(["told_class", "body"])
    .where("repository_id", "=", repositoryId)
    .where("revision", "=", revision),
);

const newestAt = statement((db, { repositoryId, revision }: { repositoryId: number; revision: string }) =>
  db
    .selectFrom("measurements")
    .select("measured_at")
    .where("repository_id", "=", repositoryId)
    .where("revision", "=", revision),
);

/** Measurements over SQL. */
export function measurementsIn(db: Kysely<Tables>): Measurements {
  return {
    async find(repositoryId, revision) {
      const [row] = await newest(db, { repositoryId, revision });
      if (row === undefined) return undefined;
      const { set, holds, renewedAt = set.at } = JSON.parse(row.body) as Body;
      return { set, holds: new Map(holds), renewedAt, toldClass: row.told_class };
    },

    async measuredAt(repositoryId, revision) {
      const [row] = await newestAt(db, { repositoryId, revision });
      return row?.measured_at;
    },

    async keep(repositoryId, revision, { set, holds, renewedAt, toldClass }, now) {
      const body: Body = { set, holds: [...holds], renewedAt };
      const row = {
        repository_id: repositoryId,
        revision,
        measured_at: set.at,
        told_class: toldClass,
        body: JSON.stringify(body),
      };
      await db
        .insertInto("measurements")
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(["repository_id", "revision"])
            .doUpdateSet(row)
            .where((eb) =>
              eb.or([eb("measurements.measured_at", "<=", set.at), eb("measurements.measured_at", ">", now)]),
            ),
        )
        .execute();
    },
  };
}

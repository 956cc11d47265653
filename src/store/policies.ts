import { type Kysely, sql } from "kysely";
import type { PolicyAnswer } from "../domain/policy.ts";
import type { KnownPolicy, Policies } from "../gate/ledger.ts";
import type { Tables } from "./schema.ts";
import { statement } from "./statement.ts";

const byBranch = statement((db, { repositoryId, baseRef }: { repositoryId: number; baseRef: string }) =>
  db
    .selectFrom("policies")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("base_ref", "=", baseRef),
);

/** Policies over SQL. */
export function policiesIn(db: Kysely<Tables>): Policies {
  return {
    async find(repositoryId, baseRef) {
      const [row] = await byBranch(db, { repositoryId, baseRef });
      if (row === undefined) return undefined;
      return {
        answer: JSON.parse(row.answer) as KnownPolicy["answer"],
        paths: JSON.parse(row.paths) as string[],
        readAt: row.read_at,
        staleAt: row.stale_at ?? undefined,
      };
    },

    async keep(repositoryId, baseRef, { answer, paths, readAt }, before) {
      const key = { repository_id: repositoryId, base_ref: baseRef };
      const read = {
        kind: answer.kind,
        revision: answer.kind === "absent" ? null : answer.origin.revision,
        answer: JSON.stringify(answer),
        paths: JSON.stringify(paths),
        read_at: readAt,
      };
      if (before === undefined) {
        await db
          .insertInto("policies")
          .values({ ...key, ...read, stale_at: null })
          .onConflict((conflict) => conflict.columns(["repository_id", "base_ref"]).doNothing())
          .execute();
        return;
      }
      const seen = before.staleAt ?? null;
      await db
        .updateTable("policies")
        .set((eb) => ({
          ...read,
          stale_at: eb.case().when("stale_at", "is distinct from", seen).then(eb.ref("stale_at")).end(),
        }))
        .where("repository_id", "=", repositoryId)
        .where("base_ref", "=", baseRef)
        // Readings of one branch overlap. What is marked now is read again, whoever is the last to keep his.
        .where((eb) => eb.or([eb("read_at", "=", before.readAt), eb("stale_at", "is not", null)]))
        .execute();
    },

    async markStale(repositoryId, baseRef, now) {
      await db
        .updateTable("policies")
        .set({ stale_at: sql<number>`case when stale_at >= ${now} then stale_at + 1 else ${now} end` })
        .where("repository_id", "=", repositoryId)
        .where("base_ref", "=", baseRef)
        .execute();
    },

    async watched(repositoryId) {
      const rows = await db
        .selectFrom("policies")
        .select(["repository_id", "base_ref", "answer"])
        .where("kind", "=", "present")
        .$if(repositoryId !== undefined, (query) => query.where("repository_id", "=", Number(repositoryId)))
        .where((eb) =>
          eb.or([
            eb.exists(
              eb
                .selectFrom("pulls")
                .select("pulls.number")
                .whereRef("pulls.repository_id", "=", "policies.repository_id")
                .whereRef("pulls.base_ref", "=", "policies.base_ref")
                .where("pulls.is_open", "=", 1),
            ),
            eb.exists(
              eb
                .selectFrom("askers")
                .select("askers.key")
                .whereRef("askers.repository_id", "=", "policies.repository_id")
                .whereRef("askers.base_ref", "=", "policies.base_ref")
                .where("askers.ended_at", "is", null),
            ),
          ]),
        )
        .execute();
      return rows.map((row) => ({
        repositoryId: row.repository_id,
        baseRef: row.base_ref,
        answer: JSON.parse(row.answer) as Extract<PolicyAnswer, { kind: "present" }>,
      }));
    },

    async forget(repositoryId) {
      await db.deleteFrom("policies").where("repository_id", "=", repositoryId).execute();
    },
  };
}

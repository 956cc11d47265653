import type { Kysely } from "kysely";
import type { Subjects } from "../gate/ledger.ts";
import type { Tables } from "./schema.ts";

/** Where subjects stand, over SQL. */
export function subjectsIn(db: Kysely<Tables>): Subjects {
  const subjectOf = (row: { repository_id: number; head_sha: string; base_ref: string }) => ({
    repositoryId: row.repository_id,
    headSha: row.head_sha,
    baseRef: row.base_ref,
  });
  return {
    async told({ repositoryId, headSha, baseRef }, toldClass, dueAt) {
      const row = {
        repository_id: repositoryId,
        head_sha: headSha,
        base_ref: baseRef,
        told_class: toldClass,
        due_at: dueAt ?? null,
      };
      await db
        .insertInto("subjects")
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(["repository_id", "head_sha", "base_ref"]).doUpdateSet(row),
        )
        .execute();
    },

    async outOfDate(repositoryId, baseRef, toldClass) {
      const rows = await db
        .selectFrom("pulls")
        .leftJoin("subjects", (join) =>
          join
            .onRef("subjects.repository_id", "=", "pulls.repository_id")
            .onRef("subjects.head_sha", "=", "pulls.head_sha")
            .onRef("subjects.base_ref", "=", "pulls.base_ref"),
        )
        .select(["pulls.repository_id", "pulls.head_sha", "pulls.base_ref"])
        .distinct()
        .where("pulls.repository_id", "=", repositoryId)
        .where("pulls.base_ref", "=", baseRef)
        .where("pulls.is_open", "=", 1)
        .where((eb) =>
          eb.or([eb("subjects.told_class", "is", null), eb("subjects.told_class", "<>", toldClass)]),
        )
        .execute();
      return rows.map(subjectOf);
    },

    async due(now) {
      const rows = await db
        .selectFrom("subjects")
        .select(["repository_id", "head_sha", "base_ref"])
        .where("due_at", "<=", now)
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom("pulls")
              .select("pulls.number")
              .whereRef("pulls.repository_id", "=", "subjects.repository_id")
              .whereRef("pulls.head_sha", "=", "subjects.head_sha")
              .whereRef("pulls.base_ref", "=", "subjects.base_ref")
              .where("pulls.is_open", "=", 1),
          ),
        )
        .execute();
      return rows.map(subjectOf);
    },
  };
}

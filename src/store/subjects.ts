import type { Kysely } from "kysely";
import { gateKey, parseSubjectKey, type Subject } from "../domain/subject.ts";
import type { Subjects } from "../gate/subjects.ts";
import { settleTold } from "./flip-settling.ts";
import type { Tables } from "./schema.ts";
import { change } from "./statement.ts";

const tell = change((db, at: Tables["subjects"]) =>
  db
    .insertInto("subjects")
    .values({
      repository_id: at.repository_id,
      head_sha: at.head_sha,
      gate: at.gate,
      told_class: at.told_class,
      due_at: at.due_at,
    })
    .onConflict((conflict) =>
      conflict.columns(["repository_id", "head_sha", "gate"]).doUpdateSet((eb) => ({
        told_class: eb.ref("excluded.told_class"),
        due_at: eb.ref("excluded.due_at"),
      })),
    ),
);

/** Where subjects stand, over SQL. */
export function subjectsIn(db: Kysely<Tables>): Subjects {
  /** Every subject that somebody waits for: an open pull request, or an asker. */
  const wanted = () =>
    db
      .selectFrom("pulls")
      .select((eb) => [
        "repository_id",
        "head_sha",
        "base_ref",
        eb(eb.val("pull_request:"), "||", eb.ref("base_ref")).as("gate"),
      ])
      .where("is_open", "=", 1)
      .union(
        db
          .selectFrom("askers")
          .select(["repository_id", "head_sha", "base_ref", "gate"])
          .where("ended_at", "is", null),
      );
  return {
    async told(subject, toldClass, dueAt, told) {
      const row = {
        repository_id: subject.repositoryId,
        head_sha: subject.headSha,
        gate: gateKey(subject),
        told_class: toldClass,
        due_at: dueAt ?? null,
      };
      const write = async (on: Kysely<Tables>): Promise<void> => void (await tell(on, row));
      await (told === undefined ? write(db) : settleTold(db, subject, toldClass, told, write));
    },

    async outOfDate(repositoryId, baseRef, toldClass) {
      const rows = await db
        .selectFrom(wanted().as("wanted"))
        .leftJoin("subjects", (join) =>
          join
            .onRef("subjects.repository_id", "=", "wanted.repository_id")
            .onRef("subjects.head_sha", "=", "wanted.head_sha")
            .onRef("subjects.gate", "=", "wanted.gate"),
        )
        .select(["wanted.repository_id", "wanted.head_sha", "wanted.gate"])
        .where("wanted.repository_id", "=", repositoryId)
        .where("wanted.base_ref", "=", baseRef)
        .where((eb) =>
          eb.or([eb("subjects.told_class", "is", null), eb("subjects.told_class", "<>", toldClass)]),
        )
        .execute();
      return rows.map(subjectIn);
    },

    async wantedAt(repositoryId, headSha) {
      const rows = await db
        .selectFrom(wanted().as("wanted"))
        .select(["repository_id", "head_sha", "gate"])
        .where("repository_id", "=", repositoryId)
        .where("head_sha", "=", headSha)
        .orderBy("gate")
        .execute();
      return rows.map(subjectIn);
    },

    async due(now) {
      const rows = await db
        .selectFrom("subjects")
        .innerJoin(wanted().as("wanted"), (join) =>
          join
            .onRef("subjects.repository_id", "=", "wanted.repository_id")
            .onRef("subjects.head_sha", "=", "wanted.head_sha")
            .onRef("subjects.gate", "=", "wanted.gate"),
        )
        .select(["subjects.repository_id", "subjects.head_sha", "subjects.gate"])
        .where("subjects.due_at", "<=", now)
        .execute();
      return rows.map(subjectIn);
    },
  };
}

function subjectIn(row: { repository_id: number; head_sha: string; gate: string }): Subject {
  const subject = parseSubjectKey(`${row.repository_id}:${row.head_sha}:${row.gate}`);
  if (subject === undefined) throw new Error(`no gate has the key ${JSON.stringify(row.gate)}`);
  return subject;
}

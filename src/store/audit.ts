import type { Kysely } from "kysely";
import type { AuditEntry, AuditKind } from "../domain/audit.ts";
import type { Actor } from "../domain/subject.ts";
import type { Audit } from "../gate/audit.ts";
import type { Tables } from "./schema.ts";

/** The audit log over SQL: rows are added, never edited. */
export function auditIn(db: Kysely<Tables>): Audit {
  return {
    async note({ at, repositoryId, kind, actor, about, detail, mark }) {
      const row = {
        mark: markOf({ repositoryId, kind, mark }),
        at,
        repository_id: repositoryId,
        kind,
        actor: actor === undefined ? null : JSON.stringify(actor),
        about,
        detail,
      };
      const added = await db
        .insertInto("audit")
        .values(row)
        .onConflict((conflict) => conflict.column("mark").doNothing())
        .returning("mark")
        .executeTakeFirst();
      return added !== undefined;
    },

    async has(happening) {
      const found = await db
        .selectFrom("audit")
        .select("mark")
        .where("mark", "=", markOf(happening))
        .executeTakeFirst();
      return found !== undefined;
    },

    async count(repositoryId, kind, about) {
      const row = await db
        .selectFrom("audit")
        .select((eb) => eb.fn.countAll().as("count"))
        .where("repository_id", "=", repositoryId)
        .where("kind", "=", kind)
        .where("about", "=", about)
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },

    async lines(repositoryId, kind, limit) {
      const rows = await db
        .selectFrom("audit")
        .selectAll()
        .where("repository_id", "=", repositoryId)
        .$if(kind !== undefined, (query) => query.where("kind", "=", kind ?? ""))
        .orderBy("at", "desc")
        // What is noted in one moment is told in the order in which it was noted.
        .orderBy("id", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        at: row.at,
        repositoryId: row.repository_id,
        kind: row.kind as AuditKind,
        actor: row.actor === null ? undefined : (JSON.parse(row.actor) as Actor),
        about: row.about,
        detail: row.detail,
        mark: row.mark.slice(`${row.repository_id} ${row.kind} `.length),
      }));
    },
  };
}

/** Repositories and kinds are kept apart in the one column that is unique. */
function markOf({ repositoryId, kind, mark }: Pick<AuditEntry, "repositoryId" | "kind" | "mark">): string {
  return `${repositoryId} ${kind} ${mark}`;
}

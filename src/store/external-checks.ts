import { createHash } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import type { CheckState, ExternalCheck, ExternalChecks } from "../gate/external-checks.ts";
import { inTurn } from "./dialect.ts";
import type { Tables } from "./schema.ts";

/** External checks over SQL. */
export function externalChecksIn(db: Kysely<Tables>): ExternalChecks {
  return {
    ask(check) {
      const { projectId, mergeRequest, sha, checkId, repository, environment, service, askedAt } = check;
      const key = JSON.stringify([projectId, mergeRequest, checkId]);
      const row = {
        id: createHash("sha256").update(key).digest("hex"),
        project_id: projectId,
        merge_request: mergeRequest,
        head_sha: sha,
        check_id: checkId,
        repository,
        environment: environment ?? null,
        service: service ?? null,
        asked_at: askedAt,
        due_at: askedAt,
        told: null,
        failures: 0,
      };
      return inTurn(db, `check:${key}`, async (trx) => {
        await trx.deleteFrom("external_checks").where("id", "=", row.id).execute();
        await trx.insertInto("external_checks").values(row).execute();
      });
    },

    async due(now, most) {
      const rows = await db
        .selectFrom("external_checks")
        .selectAll()
        .where("due_at", "<=", now)
        .orderBy("due_at")
        .orderBy("id")
        .limit(most)
        .execute();
      return rows.map(checkOf);
    },

    async move({ id, dueAt, sha }, to) {
      const moved = await db
        .updateTable("external_checks")
        .set({ due_at: to.dueAt, told: to.told ?? null, failures: to.failures })
        .where("id", "=", id)
        .where("head_sha", "=", sha)
        .where("due_at", "=", dueAt)
        .returning("id")
        .executeTakeFirst();
      return moved !== undefined;
    },

    async end(id) {
      await db.deleteFrom("external_checks").where("id", "=", id).execute();
    },
  };
}

function checkOf(row: Selectable<Tables["external_checks"]>): ExternalCheck {
  return {
    id: row.id,
    projectId: row.project_id,
    mergeRequest: row.merge_request,
    sha: row.head_sha,
    checkId: row.check_id,
    repository: row.repository,
    environment: row.environment ?? undefined,
    service: row.service ?? undefined,
    askedAt: row.asked_at,
    dueAt: row.due_at,
    told: (row.told as CheckState | null) ?? undefined,
    failures: row.failures,
  };
}

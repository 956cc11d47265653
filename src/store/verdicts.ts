import type { Kysely } from "kysely";
import { gateKey } from "../domain/subject.ts";
import { standingOf } from "../domain/verdict.ts";
import type { Verdicts } from "../gate/ledger.ts";
import type { Tables } from "./schema.ts";

/** Verdicts and bypasses over SQL: rows are added, never edited. */
export function verdictsIn(db: Kysely<Tables>): Verdicts {
  return {
    record: (verdict, reportClass, evidence) =>
      db.transaction().execute(async (trx) => {
        const { repositoryId, headSha, baseRef } = verdict.subject;
        const gate = gateKey(verdict.subject);
        const newest = await trx
          .selectFrom("verdicts")
          .select("report_class")
          .where("repository_id", "=", repositoryId)
          .where("head_sha", "=", headSha)
          .where("gate", "=", gate)
          .orderBy("id", "desc")
          .limit(1)
          .executeTakeFirst();
        if (newest?.report_class === reportClass) return false;
        await trx
          .insertInto("verdicts")
          .values({
            repository_id: repositoryId,
            head_sha: headSha,
            base_ref: baseRef,
            gate,
            reached_at: verdict.at,
            outcome: verdict.decision.outcome,
            standing: standingOf(verdict),
            report_class: reportClass,
            body: JSON.stringify(verdict),
            evidence: JSON.stringify(evidence),
          })
          .execute();
        return true;
      }),

    async recordBypass(verdict, bypass) {
      const { repositoryId, headSha, baseRef } = verdict.subject;
      await db
        .insertInto("bypasses")
        .values({
          repository_id: repositoryId,
          head_sha: headSha,
          base_ref: baseRef,
          gate: gateKey(verdict.subject),
          pull: bypass.pull,
          label: bypass.label,
          actor_id: bypass.actor.id,
          actor_login: bypass.actor.login,
          applied_at: bypass.appliedAt,
          until_at: bypass.until,
          reason: bypass.reason ?? null,
          entitled_through: bypass.entitledThrough,
          overrode: JSON.stringify(verdict.decision),
          used_at: verdict.at,
        })
        .onConflict((conflict) =>
          conflict
            .columns(["repository_id", "head_sha", "base_ref", "pull", "actor_id", "applied_at"])
            .doNothing(),
        )
        .execute();
    },
  };
}

import type { Kysely } from "kysely";
import { type Bypass, bypassMark, type Means, type Second } from "../domain/bypass.ts";
import { gateKey, subjectKey } from "../domain/subject.ts";
import { standingOf } from "../domain/verdict.ts";
import type { Verdicts } from "../gate/ledger.ts";
import { inTurn } from "./dialect.ts";
import type { Tables } from "./schema.ts";

/** Verdicts and bypasses over SQL: rows are added, never edited. */
export function verdictsIn(db: Kysely<Tables>): Verdicts {
  return {
    record: (verdict, reportClass, evidence) =>
      inTurn(db, `verdict:${subjectKey(verdict.subject)}`, async (trx) => {
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
          mark: bypassMark(bypass),
          pull: bypass.pull ?? null,
          commit_sha: bypass.commitSha,
          means: JSON.stringify(bypass.means),
          actor_id: bypass.actor?.id ?? null,
          actor_login: bypass.actor?.login ?? null,
          second: bypass.second === undefined ? null : JSON.stringify(bypass.second),
          applied_at: bypass.appliedAt,
          until_at: bypass.until,
          reason: bypass.reason ?? null,
          entitled_through: bypass.entitledThrough,
          overrode: JSON.stringify(verdict.decision),
          used_at: verdict.at,
        })
        .onConflict((conflict) => conflict.columns(["repository_id", "head_sha", "gate", "mark"]).doNothing())
        .execute();
    },

    async endedBypasses(subject, now) {
      const rows = await db
        .selectFrom("bypasses")
        .selectAll()
        .where("repository_id", "=", subject.repositoryId)
        .where("head_sha", "=", subject.headSha)
        .where("gate", "=", gateKey(subject))
        .where("until_at", "<=", now)
        .orderBy("id")
        .execute();
      return rows.map(bypassIn);
    },

    async standingBypasses(subject, pulls, now) {
      const rows = await db
        .selectFrom("bypasses")
        .selectAll()
        .where("repository_id", "=", subject.repositoryId)
        .where("gate", "=", gateKey(subject))
        .where((eb) =>
          eb.or([eb("head_sha", "=", subject.headSha), ...pulls.map((pull) => eb("pull", "=", pull))]),
        )
        .where("until_at", ">", now)
        .orderBy("id")
        .execute();
      return rows.map(bypassIn);
    },
  };
}

function bypassIn(row: Omit<Tables["bypasses"], "id">): Bypass {
  const { actor_id: id, actor_login: login } = row;
  return {
    means: JSON.parse(row.means) as Means,
    // Who is a bot is not kept: what opened the gate was entitled either way.
    actor: id === null ? undefined : { id, login: login ?? "", isBot: false },
    pull: row.pull ?? undefined,
    commitSha: row.commit_sha,
    appliedAt: row.applied_at,
    until: row.until_at,
    reason: row.reason ?? undefined,
    entitledThrough: row.entitled_through,
    second: row.second === null ? undefined : (JSON.parse(row.second) as Second),
    quota: undefined,
  };
}

import { type Kysely, sql } from "kysely";
import { type Bypass, bypassMark, type Means, type Second } from "../domain/bypass.ts";
import { gateKey, subjectKey } from "../domain/subject.ts";
import { standingOf } from "../domain/verdict.ts";
import type { Verdicts } from "../gate/ledger.ts";
import { inTurnTogether, isOneOf, manyOf } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { statement } from "./statement.ts";

interface At {
  readonly repositoryId: number;
  readonly headSha: string;
  readonly gate: string;
}

const newestClass = statement((db, at: At) =>
  db
    .selectFrom("verdicts")
    .select("report_class")
    .where("repository_id", "=", at.repositoryId)
    .where("head_sha", "=", at.headSha)
    .where("gate", "=", at.gate)
    .orderBy("id", "desc")
    .limit(sql.lit(1)),
);

const add = statement((db, row: Omit<Tables["verdicts"], "id">) =>
  db.insertInto("verdicts").values({
    repository_id: row.repository_id,
    head_sha: row.head_sha,
    base_ref: row.base_ref,
    gate: row.gate,
    reached_at: row.reached_at,
    outcome: row.outcome,
    standing: row.standing,
    report_class: row.report_class,
    body: row.body,
    evidence: row.evidence,
  }),
);

const endedAt = statement((db, at: At & { now: number }) =>
  db
    .selectFrom("bypasses")
    .selectAll()
    .where("repository_id", "=", at.repositoryId)
    .where("head_sha", "=", at.headSha)
    .where("gate", "=", at.gate)
    .where("until_at", "<=", at.now)
    .orderBy("id"),
);

const standingAt = statement((db, at: At & { pulls: string; now: number }) =>
  db
    .selectFrom("bypasses")
    .selectAll()
    .where("repository_id", "=", at.repositoryId)
    .where("gate", "=", at.gate)
    .where((eb) => eb.or([eb("head_sha", "=", at.headSha), isOneOf(db, "pull", at.pulls)]))
    .where("until_at", ">", at.now)
    .orderBy("id"),
);

/** Verdicts and bypasses over SQL: rows are added, never edited. */
export function verdictsIn(db: Kysely<Tables>): Verdicts {
  return {
    async newest(subject) {
      const row = await db
        .selectFrom("verdicts")
        .select("id")
        .where("repository_id", "=", subject.repositoryId)
        .where("head_sha", "=", subject.headSha)
        .where("gate", "=", gateKey(subject))
        .orderBy("id", "desc")
        .limit(1)
        .executeTakeFirst();
      return row?.id;
    },

    record: (verdict, reportClass, evidence) =>
      inTurnTogether(db, `verdict:${subjectKey(verdict.subject)}`, async (trx) => {
        const { repositoryId, headSha, baseRef } = verdict.subject;
        const gate = gateKey(verdict.subject);
        const [newest] = await newestClass(trx, { repositoryId, headSha, gate });
        if (newest?.report_class === reportClass) return false;
        await add(trx, {
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
        });
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
      const { repositoryId, headSha } = subject;
      return (await endedAt(db, { repositoryId, headSha, gate: gateKey(subject), now })).map(bypassIn);
    },

    async standingBypasses(subject, pulls, now) {
      const { repositoryId, headSha } = subject;
      const at = { repositoryId, headSha, gate: gateKey(subject), pulls: manyOf(db, pulls), now };
      return (await standingAt(db, at)).map(bypassIn);
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

import { type Kysely, sql } from "kysely";
import type { ReportIntent, Reports } from "../gate/ledger.ts";
import type { Subject } from "../domain/subject.ts";
import type { Tables } from "./schema.ts";

/** What GitHub was told, over SQL. */
export function reportsIn(db: Kysely<Tables>): Reports {
  const find = async ({ repositoryId, headSha }: Subject, context: string) =>
    db
      .selectFrom("reports")
      .selectAll()
      .where("repository_id", "=", repositoryId)
      .where("head_sha", "=", headSha)
      .where("context", "=", context)
      .executeTakeFirst();
  return {
    async last(subject, context) {
      const row = await find(subject, context);
      if (row === undefined) return undefined;
      return {
        reportClass: row.report_class ?? undefined,
        verdictAt: row.verdict_at,
        written: row.written,
        intent: row.intent === null ? undefined : (JSON.parse(row.intent) as ReportIntent),
      };
    },

    async intend(subject, context, intent) {
      const row = {
        repository_id: subject.repositoryId,
        head_sha: subject.headSha,
        context,
        intent: JSON.stringify(intent),
      };
      await db
        .insertInto("reports")
        .values({ ...row, report_class: null, verdict_at: 0, written: 0 })
        .onConflict((conflict) =>
          conflict.columns(["repository_id", "head_sha", "context"]).doUpdateSet({ intent: row.intent }),
        )
        .execute();
    },

    async confirm({ repositoryId, headSha }, context, intent) {
      const text = JSON.stringify(intent);
      await db
        .updateTable("reports")
        .set({
          report_class: intent.reportClass,
          verdict_at: intent.verdictAt,
          written: sql<number>`written + 1`,
          intent: sql<string | null>`case when intent = ${text} then null else intent end`,
        })
        .where("repository_id", "=", repositoryId)
        .where("head_sha", "=", headSha)
        .where("context", "=", context)
        .where((eb) =>
          eb.or([
            eb("intent", "=", text),
            eb("report_class", "is distinct from", intent.reportClass),
            eb("verdict_at", "!=", intent.verdictAt),
          ]),
        )
        .execute();
    },

    async doubt({ repositoryId, headSha }, context) {
      await db
        .updateTable("reports")
        .set({ report_class: null })
        .where("repository_id", "=", repositoryId)
        .where("head_sha", "=", headSha)
        .where("context", "=", context)
        .execute();
    },

    async withdraw({ repositoryId, headSha }, context, intent) {
      await db
        .updateTable("reports")
        .set({ intent: null })
        .where("repository_id", "=", repositoryId)
        .where("head_sha", "=", headSha)
        .where("context", "=", context)
        .where("intent", "=", JSON.stringify(intent))
        .execute();
    },

    async doubtAll(repositoryId) {
      await db
        .updateTable("reports")
        .set({ report_class: null })
        .where("repository_id", "=", repositoryId)
        .execute();
    },
  };
}

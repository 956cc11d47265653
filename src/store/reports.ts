import type { Kysely } from "kysely";
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
  const change = ({ repositoryId, headSha }: Subject, context: string, values: Partial<Tables["reports"]>) =>
    db
      .updateTable("reports")
      .set(values)
      .where("repository_id", "=", repositoryId)
      .where("head_sha", "=", headSha)
      .where("context", "=", context)
      .execute();
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

    async confirm(subject, context) {
      const row = await find(subject, context);
      if (row === undefined || row.intent === null) return;
      const { reportClass, verdictAt } = JSON.parse(row.intent) as ReportIntent;
      await change(subject, context, {
        report_class: reportClass,
        verdict_at: verdictAt,
        written: row.written + 1,
        intent: null,
      });
    },

    async withdraw(subject, context) {
      await change(subject, context, { intent: null });
    },
  };
}

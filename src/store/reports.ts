import { type Kysely, sql } from "kysely";
import type { ReportIntent, Reports } from "../gate/ledger.ts";
import type { Tables } from "./schema.ts";
import { statement } from "./statement.ts";

interface Place {
  readonly repositoryId: number;
  readonly headSha: string;
  readonly context: string;
}

const findAt = statement((db, at: Place) =>
  db
    .selectFrom("reports")
    .selectAll()
    .where("repository_id", "=", at.repositoryId)
    .where("head_sha", "=", at.headSha)
    .where("context", "=", at.context),
);

const intendAt = statement((db, at: Place & { intent: string }) =>
  db
    .insertInto("reports")
    .values({
      repository_id: at.repositoryId,
      head_sha: at.headSha,
      context: at.context,
      intent: at.intent,
      report_class: null,
      verdict_at: 0,
      written: 0,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["repository_id", "head_sha", "context"])
        .doUpdateSet((eb) => ({ intent: eb.ref("excluded.intent") })),
    ),
);

const confirmAt = statement((db, at: Place & { text: string; reportClass: string; verdictAt: number }) =>
  db
    .updateTable("reports")
    .set({
      report_class: at.reportClass,
      verdict_at: at.verdictAt,
      written: sql<number>`written + 1`,
      intent: sql<string | null>`case when intent = ${at.text} then null else intent end`,
    })
    .where("repository_id", "=", at.repositoryId)
    .where("head_sha", "=", at.headSha)
    .where("context", "=", at.context)
    .where((eb) =>
      eb.or([
        eb("intent", "=", at.text),
        eb("report_class", "is distinct from", at.reportClass),
        eb("verdict_at", "!=", at.verdictAt),
      ]),
    ),
);

/** What GitHub was told, over SQL. */
export function reportsIn(db: Kysely<Tables>): Reports {
  return {
    async last(subject, context) {
      const { repositoryId, headSha } = subject;
      const [row] = await findAt(db, { repositoryId, headSha, context });
      if (row === undefined) return undefined;
      return {
        reportClass: row.report_class ?? undefined,
        verdictAt: row.verdict_at,
        written: row.written,
        intent: row.intent === null ? undefined : (JSON.parse(row.intent) as ReportIntent),
      };
    },

    async intend({ repositoryId, headSha }, context, intent) {
      await intendAt(db, { repositoryId, headSha, context, intent: JSON.stringify(intent) });
    },

    async confirm({ repositoryId, headSha }, context, intent) {
      const { reportClass, verdictAt } = intent;
      const text = JSON.stringify(intent);
      await confirmAt(db, { repositoryId, headSha, context, text, reportClass, verdictAt });
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

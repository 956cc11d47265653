import { type Kysely, sql } from "kysely";
import type { ReportIntent, Reports } from "../gate/reports.ts";
import type { Tables } from "./schema.ts";
import { change, statement } from "./statement.ts";

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

const intendAt = change((db, at: Place & { intent: string }) =>
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

const confirmAt = change((db, at: Place & { text: string; reportClass: string; verdictAt: number }) =>
  db
    .updateTable("reports")
    .set({
      report_class: at.reportClass,
      verdict_at: at.verdictAt,
      written: sql<number>`written + 1`,
      intent: null,
    })
    .where("repository_id", "=", at.repositoryId)
    .where("head_sha", "=", at.headSha)
    .where("context", "=", at.context)
    .where("intent", "=", at.text)
    .returning("context"),
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
      const place = { repositoryId, headSha, context };
      const [ours] = await confirmAt(db, { ...place, text: JSON.stringify(intent), reportClass, verdictAt });
      if (ours !== undefined) return true;
      // Who found a half-sent report at GitHub has confirmed it already.
      const [now] = await findAt(db, place);
      return now?.report_class === reportClass && now.verdict_at === verdictAt;
    },

    async doubt({ repositoryId, headSha }, context) {
      await db
        .updateTable("reports")
        .set({ report_class: null, intent: null })
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

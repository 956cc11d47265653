import { createHash } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import type { EvaluationSeries, Evaluations, KeptEvaluation, NewEvaluation } from "../gate/evaluations.ts";
import { maxEarlier } from "../gate/evaluations.ts";
import type { EvaluationData } from "../quality/keptn/evaluation.ts";
import type { Tables } from "./schema.ts";

/** Evaluations over SQL. */
export function evaluationsIn(db: Kysely<Tables>): Evaluations {
  return {
    async keep(evaluation) {
      const { series, gate, environment, headSha, at, data } = evaluation;
      const id = idOf(evaluation);
      await db
        .insertInto("evaluations")
        .values({
          id,
          repository_id: series.repositoryId,
          series: seriesKey(series),
          gate,
          environment: environment ?? null,
          head_sha: headSha ?? null,
          evaluated_at: at,
          result: data.result,
          score: data.evaluation.score,
          body: JSON.stringify(data),
          invalidated_at: null,
          invalidated_because: null,
        })
        .onConflict((conflict) => conflict.column("id").doNothing())
        .execute();
      return id;
    },

    async earlier(series) {
      const rows = await db
        .selectFrom("evaluations")
        .select(["id", "evaluated_at", "body"])
        .where("repository_id", "=", series.repositoryId)
        .where("series", "=", seriesKey(series))
        .where("invalidated_at", "is", null)
        .orderBy("evaluated_at", "desc")
        .orderBy("id")
        .limit(maxEarlier)
        .execute();
      return rows.map(({ id, evaluated_at: at, body }) => {
        const { result, evaluation } = JSON.parse(body) as EvaluationData;
        const values = (evaluation.indicatorResults ?? []).flatMap(({ value }) => value ?? []);
        return { id, at, result, isInvalidated: false, values };
      });
    },

    async find(repositoryId, id) {
      const row = await db
        .selectFrom("evaluations")
        .selectAll()
        .where("id", "=", id)
        .where("repository_id", "=", repositoryId)
        .executeTakeFirst();
      return row === undefined ? undefined : keptOf(row);
    },

    async newest(repositoryId, count) {
      const rows = await db
        .selectFrom("evaluations")
        .selectAll()
        .where("repository_id", "=", repositoryId)
        .orderBy("evaluated_at", "desc")
        .orderBy("id")
        .limit(count)
        .execute();
      return rows.map(keptOf);
    },

    async invalidate(id, because, now) {
      const found = await db
        .updateTable("evaluations")
        .set({ invalidated_at: now, invalidated_because: because })
        .where("id", "=", id)
        .where("invalidated_at", "is", null)
        .returning("id")
        .executeTakeFirst();
      return found !== undefined;
    },
  };
}

function keptOf(row: Selectable<Tables["evaluations"]>): KeptEvaluation {
  const data = JSON.parse(row.body) as EvaluationData;
  const { project, stage, service } = data;
  return {
    id: row.id,
    series: { repositoryId: row.repository_id, project, stage, service },
    gate: row.gate,
    environment: row.environment ?? undefined,
    headSha: row.head_sha ?? undefined,
    at: row.evaluated_at,
    data,
    invalidated:
      row.invalidated_at === null
        ? undefined
        : { at: row.invalidated_at, because: row.invalidated_because ?? "" },
  };
}

function seriesKey({ project, stage, service }: EvaluationSeries): string {
  return JSON.stringify([project, stage, service]);
}

/** The same evaluation has the same id, whoever keeps it and however often: a hash in the form of a UUID. */
function idOf({ series, gate, key }: NewEvaluation): string {
  const text = JSON.stringify([series.repositoryId, seriesKey(series), gate, key]);
  const hash = createHash("sha256").update(text).digest("hex");
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-8$3-8$4-$5");
}

import { type Kysely, sql } from "kysely";
import type { MeasurementSet } from "../domain/measurement.ts";
import type { Verdict } from "../domain/verdict.ts";
import type { SinkPlaces } from "../gate/event-sinks.ts";
import type { Tables } from "./schema.ts";

/** Places of event sinks over SQL. */
export function sinksIn(db: Kysely<Tables>): SinkPlaces {
  return {
    async find(sink) {
      const read = async () => db.selectFrom("sinks").selectAll().where("id", "=", sink).executeTakeFirst();
      let row = await read();
      if (row === undefined) {
        const newest = await db
          .selectFrom("verdicts")
          .select(sql<number | string | null>`max(id)`.as("id"))
          .executeTakeFirst();
        await db
          .insertInto("sinks")
          .values({
            id: sink,
            verdict_id: Number(newest?.id ?? 0),
            failures: 0,
            not_before: 0,
            open_budgets: "[]",
          })
          .onConflict((conflict) => conflict.column("id").doNothing())
          .execute();
        row = await read();
      }
      if (row === undefined) throw new Error(`the sink ${sink} has no place`);
      return {
        verdictId: row.verdict_id,
        failures: row.failures,
        notBefore: row.not_before,
        open: JSON.parse(row.open_budgets) as string[],
      };
    },

    async move(sink, from, to) {
      const moved = await db
        .updateTable("sinks")
        .set({
          verdict_id: to.verdictId,
          failures: to.failures,
          not_before: to.notBefore,
          open_budgets: JSON.stringify(to.open),
        })
        .where("id", "=", sink)
        .where("verdict_id", "=", from.verdictId)
        .where("failures", "=", from.failures)
        .where("not_before", "=", from.notBefore)
        .returning("id")
        .executeTakeFirst();
      return moved !== undefined;
    },

    async after(verdictId, before, most) {
      const rows = await db
        .selectFrom("verdicts")
        .select(["id", "body", "evidence", "reached_at"])
        .where("id", ">", verdictId)
        .orderBy("id")
        .limit(most)
        .execute();
      // One that is too young holds back those after it: the order is that of the ledger.
      const young = rows.findIndex((row) => row.reached_at > before);
      return (young === -1 ? rows : rows.slice(0, young)).map(({ id, body, evidence }) => ({
        id,
        verdict: JSON.parse(body) as Verdict,
        evidence: JSON.parse(evidence) as MeasurementSet,
      }));
    },
  };
}

import { createHash } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import type { RolloutFact } from "../gate/rollout-fact.ts";
import type { Verification, VerificationOutcome, Verifications } from "../gate/verifications.ts";
import { inTurn } from "./dialect.ts";
import type { Tables } from "./schema.ts";

/** Verifications over SQL. */
export function verificationsIn(db: Kysely<Tables>): Verifications {
  return {
    begin: (fact) =>
      inTurn(db, `verify:${fact.repositoryId}:${placeOf(fact)}`, async (trx) => {
        const environment = placeOf(fact);
        const ofPlace = trx
          .selectFrom("verifications")
          .select("id")
          .where("repository_id", "=", fact.repositoryId)
          .where("environment", "=", environment);
        const newer = await ofPlace.where("deployed_at", ">", fact.at).limit(1).executeTakeFirst();
        const row = {
          id: idOf(fact),
          repository_id: fact.repositoryId,
          environment,
          head_sha: fact.sha ?? null,
          deployed_at: fact.at,
          told_by: fact.from,
          due_at: fact.at,
          state: newer === undefined ? "open" : "superseded",
          outcome: null,
          finished_at: newer === undefined ? null : fact.at,
        };
        const added = await trx
          .insertInto("verifications")
          .values(row)
          .onConflict((conflict) => conflict.column("id").doNothing())
          .returning("id")
          .executeTakeFirst();
        if (added === undefined) return;
        await trx
          .updateTable("verifications")
          .set({ state: "superseded", finished_at: fact.at })
          .where("repository_id", "=", fact.repositoryId)
          .where("environment", "=", environment)
          .where("state", "=", "open")
          .where("outcome", "is", null)
          .where("deployed_at", "<=", fact.at)
          .where("id", "<>", row.id)
          .execute();
      }),

    async due(now, most) {
      const rows = await db
        .selectFrom("verifications")
        .selectAll()
        .where("state", "=", "open")
        .where("due_at", "<=", now)
        .orderBy("due_at")
        .orderBy("id")
        .limit(most)
        .execute();
      return rows.map(verificationOf);
    },

    async take({ id, dueAt }, nextAt) {
      const taken = await db
        .updateTable("verifications")
        .set({ due_at: nextAt })
        .where("id", "=", id)
        .where("due_at", "=", dueAt)
        .where("state", "=", "open")
        .returning("id")
        .executeTakeFirst();
      return taken !== undefined;
    },

    async putOff(id, dueAt) {
      await db.updateTable("verifications").set({ due_at: dueAt }).where("id", "=", id).execute();
    },

    async settle(id, outcome) {
      const text = JSON.stringify(outcome);
      await db.updateTable("verifications").set({ outcome: text }).where("id", "=", id).execute();
    },

    async end(id, state, now) {
      await db
        .updateTable("verifications")
        .set({ state, finished_at: now })
        .where("id", "=", id)
        .where("state", "=", "open")
        .execute();
    },
  };
}

function verificationOf(row: Selectable<Tables["verifications"]>): Verification {
  return {
    id: row.id,
    repositoryId: row.repository_id,
    environment: row.environment,
    headSha: row.head_sha ?? undefined,
    deployedAt: row.deployed_at,
    dueAt: row.due_at,
    outcome: row.outcome === null ? undefined : (JSON.parse(row.outcome) as VerificationOutcome),
  };
}

/** GitHub tells environments apart without case. */
function placeOf({ environment }: RolloutFact): string {
  return environment.toLowerCase();
}

function idOf(fact: RolloutFact): string {
  const { repositoryId, sha, from, key } = fact;
  const text = JSON.stringify([repositoryId, placeOf(fact), sha ?? null, from, key]);
  return createHash("sha256").update(text).digest("hex");
}

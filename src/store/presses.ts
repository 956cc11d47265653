import type { Kysely } from "kysely";
import type { Actor } from "../domain/subject.ts";
import type { Presses } from "../gate/bypass-memory.ts";
import type { Tables } from "./schema.ts";
import { statement } from "./statement.ts";

const pressedAt = statement((db, at: { repositoryId: number; headSha: string }) =>
  db
    .selectFrom("presses")
    .selectAll()
    .where("repository_id", "=", at.repositoryId)
    .where("head_sha", "=", at.headSha)
    .orderBy("pressed_at")
    .orderBy("delivery"),
);

/** Presses of the bypass button over SQL: rows are added, never edited. */
export function pressesIn(db: Kysely<Tables>): Presses {
  return {
    async note({ repositoryId, headSha, deliveryId, actor, about, at }) {
      await db
        .insertInto("presses")
        .values({
          repository_id: repositoryId,
          head_sha: headSha,
          delivery: deliveryId,
          actor: JSON.stringify(actor),
          about: about ?? null,
          pressed_at: at,
        })
        .onConflict((conflict) => conflict.columns(["repository_id", "head_sha", "delivery"]).doNothing())
        .execute();
    },

    async of(repositoryId, headSha) {
      const rows = await pressedAt(db, { repositoryId, headSha });
      return rows.map((row) => ({
        repositoryId: row.repository_id,
        headSha: row.head_sha,
        deliveryId: row.delivery,
        actor: JSON.parse(row.actor) as Actor,
        about: row.about ?? undefined,
        at: row.pressed_at,
      }));
    },
  };
}

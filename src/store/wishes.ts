import { type Kysely, sql } from "kysely";
import { gateKey } from "../domain/subject.ts";
import type { Wishes } from "../gate/postings.ts";
import type { Tables } from "./schema.ts";

/** What people asked for, over SQL. */
export function wishesIn(db: Kysely<Tables>): Wishes {
  return {
    async granted(subject) {
      const row = await db
        .selectFrom("wishes")
        .select(["granted", "granted_at"])
        .where("repository_id", "=", subject.repositoryId)
        .where("head_sha", "=", subject.headSha)
        .where("gate", "=", gateKey(subject))
        .executeTakeFirst();
      return { count: row?.granted ?? 0, lastAt: row?.granted_at };
    },

    async grant(subject, now) {
      const { repositoryId, headSha } = subject;
      const key = { repository_id: repositoryId, head_sha: headSha, gate: gateKey(subject) };
      await db
        .insertInto("wishes")
        .values({ ...key, granted: 1, granted_at: now })
        .onConflict((conflict) =>
          conflict
            .columns(["repository_id", "head_sha", "gate"])
            .doUpdateSet({ granted: sql<number>`wishes.granted + 1`, granted_at: now }),
        )
        .execute();
    },
  };
}

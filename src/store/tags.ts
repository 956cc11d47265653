import type { Kysely } from "kysely";
import type { Actor } from "../domain/subject.ts";
import type { Tags } from "../gate/bypass-memory.ts";
import type { Tables } from "./schema.ts";

/** Tags over SQL: rows are added, never edited. */
export function tagsIn(db: Kysely<Tables>): Tags {
  const look = async (repositoryId: number, tag: string, objectSha: string, at: number): Promise<void> => {
    await db
      .insertInto("tag_looks")
      .values({ repository_id: repositoryId, tag, object_sha: objectSha, seen_at: at })
      .onConflict((conflict) => conflict.columns(["repository_id", "tag", "object_sha"]).doNothing())
      .execute();
  };
  return {
    async note({ repositoryId, tag, deliveryId, objectSha, pusher, at }) {
      if (objectSha !== undefined) await look(repositoryId, tag, objectSha, at);
      await db
        .insertInto("tag_sights")
        .values({
          repository_id: repositoryId,
          tag,
          delivery: deliveryId,
          object_sha: objectSha ?? null,
          pusher: JSON.stringify(pusher),
          heard_at: at,
        })
        .onConflict((conflict) => conflict.columns(["repository_id", "tag", "delivery"]).doNothing())
        .execute();
    },

    async newest(repositoryId, tag) {
      const row = await db
        .selectFrom("tag_sights")
        .selectAll()
        .where("repository_id", "=", repositoryId)
        .where("tag", "=", tag)
        .orderBy("heard_at", "desc")
        .orderBy("id", "desc")
        .limit(1)
        .executeTakeFirst();
      return row === undefined
        ? undefined
        : {
            repositoryId,
            tag,
            deliveryId: row.delivery,
            objectSha: row.object_sha ?? undefined,
            pusher: JSON.parse(row.pusher) as Actor,
            at: row.heard_at,
          };
    },

    async firstSeen(repositoryId, tag, objectSha, now) {
      await look(repositoryId, tag, objectSha, now);
      const row = await db
        .selectFrom("tag_looks")
        .select("seen_at")
        .where("repository_id", "=", repositoryId)
        .where("tag", "=", tag)
        .where("object_sha", "=", objectSha)
        .executeTakeFirstOrThrow();
      return row.seen_at;
    },
  };
}

import { type Kysely, sql } from "kysely";
import type { Draft, Place, Posting, Postings } from "../gate/postings.ts";
import type { Tables } from "./schema.ts";

/** What is posted, over SQL. */
export function postingsIn(db: Kysely<Tables>): Postings {
  const change = ({ repositoryId, name }: Place) =>
    db.updateTable("postings").where("repository_id", "=", repositoryId).where("place", "=", name);
  return {
    async find({ repositoryId, name }) {
      const row = await db
        .selectFrom("postings")
        .selectAll()
        .where("repository_id", "=", repositoryId)
        .where("place", "=", name)
        .executeTakeFirst();
      return row === undefined ? undefined : postingOf(row);
    },

    async draft({ repositoryId, name }, draft) {
      const text = JSON.stringify(draft);
      const key = { repository_id: repositoryId, place: name };
      await db
        .insertInto("postings")
        .values({ ...key, github_id: null, told_class: null, intent: null, draft: text })
        .onConflict((conflict) => conflict.columns(["repository_id", "place"]).doUpdateSet({ draft: text }))
        .execute();
    },

    async intend(place, { postingClass }) {
      await change(place).set({ intent: postingClass }).execute();
    },

    async confirm(place, draft, id) {
      const text = JSON.stringify(draft);
      await change(place)
        .set({
          github_id: id,
          told_class: draft.postingClass,
          intent: null,
          draft: sql<string | null>`case when draft = ${text} then null else draft end`,
        })
        .execute();
    },

    async withdraw(place, { postingClass }) {
      await change(place).set({ intent: null }).where("intent", "=", postingClass).execute();
    },

    async locate(place, id) {
      await change(place)
        .set({ github_id: id ?? null, told_class: null, intent: null })
        .execute();
    },

    async drop(place, draft) {
      await change(place).set({ draft: null }).where("draft", "=", JSON.stringify(draft)).execute();
    },

    async doubt(place) {
      await change(place).set({ told_class: null }).execute();
    },
  };
}

function postingOf(row: Tables["postings"]): Posting {
  return {
    id: row.github_id ?? undefined,
    postingClass: row.told_class ?? undefined,
    intent: row.intent ?? undefined,
    draft: row.draft === null ? undefined : (JSON.parse(row.draft) as Draft),
  };
}

import type { Kysely } from "kysely";
import type { HeadSight } from "../domain/head-history.ts";
import type { Actor, Pull } from "../domain/subject.ts";
import type { Pulls } from "../gate/ledger.ts";
import { inTurn } from "./dialect.ts";
import type { Tables } from "./schema.ts";

/** Pull requests over SQL. */
export function pullsIn(db: Kysely<Tables>): Pulls {
  const open = () => db.selectFrom("pulls").select("body").where("is_open", "=", 1).orderBy("number");
  const bodies = (rows: readonly { body: string }[]): Pull[] =>
    rows.map(({ body }) => JSON.parse(body) as Pull);
  return {
    observe: (pull, pusher) =>
      inTurn(db, keyOf(pull), async (trx) => {
        await see(trx, pull, pusher);
        const known = await trx
          .selectFrom("pulls")
          .select(["updated_at", "body"])
          .where("repository_id", "=", pull.repositoryId)
          .where("number", "=", pull.number)
          .executeTakeFirst();
        if (known !== undefined && known.updated_at > pull.updatedAt) return "older";
        if (known !== undefined && known.updated_at === pull.updatedAt)
          return known.body === bodyOf(pull) ? "same" : "disputed";
        await put(trx, pull);
        return "newer";
      }),

    settle: (pull) =>
      inTurn(db, keyOf(pull), async (trx) => {
        await see(trx, pull, undefined);
        const newer = await trx
          .selectFrom("pulls")
          .select("number")
          .where("repository_id", "=", pull.repositoryId)
          .where("number", "=", pull.number)
          .where("updated_at", ">", pull.updatedAt)
          .executeTakeFirst();
        if (newer === undefined) await put(trx, pull);
      }),

    async openFor({ repositoryId, headSha, baseRef }) {
      const query = open().where("repository_id", "=", repositoryId).where("base_ref", "=", baseRef);
      return bodies(await query.where("head_sha", "=", headSha).execute());
    },

    async openInto(repositoryId, baseRef) {
      return bodies(
        await open().where("repository_id", "=", repositoryId).where("base_ref", "=", baseRef).execute(),
      );
    },

    async openIn(repositoryId) {
      return bodies(await open().where("repository_id", "=", repositoryId).execute());
    },

    async openBeside(repositoryId, number) {
      const seen = db
        .selectFrom("head_sights")
        .select("head_sha")
        .where("repository_id", "=", repositoryId)
        .where("number", "=", number);
      return bodies(
        await open().where("repository_id", "=", repositoryId).where("head_sha", "in", seen).execute(),
      );
    },

    async sights(repositoryId, number) {
      const rows = await db
        .selectFrom("head_sights")
        .selectAll()
        .where("repository_id", "=", repositoryId)
        .where("number", "=", number)
        .execute();
      return rows.map((row): HeadSight => ({
        headSha: row.head_sha,
        seenAt: row.seen_at,
        pusher: row.pusher === null ? undefined : (JSON.parse(row.pusher) as Actor),
      }));
    },
  };
}

function keyOf({ repositoryId, number }: Pull): string {
  return `pull:${repositoryId}:${number}`;
}

async function see(db: Kysely<Tables>, pull: Pull, pusher: Actor | undefined): Promise<void> {
  const row = {
    repository_id: pull.repositoryId,
    number: pull.number,
    head_sha: pull.headSha,
    seen_at: pull.updatedAt,
    pusher: pusher === undefined ? null : JSON.stringify(pusher),
  };
  await db
    .insertInto("head_sights")
    .values(row)
    .onConflict((conflict) => {
      const same = conflict.columns(["repository_id", "number", "head_sha", "seen_at"]);
      return pusher === undefined ? same.doNothing() : same.doUpdateSet({ pusher: row.pusher });
    })
    .execute();
}

async function put(db: Kysely<Tables>, pull: Pull): Promise<void> {
  const row = {
    repository_id: pull.repositoryId,
    number: pull.number,
    head_sha: pull.headSha,
    base_ref: pull.baseRef,
    is_open: pull.isOpen ? 1 : 0,
    updated_at: pull.updatedAt,
    body: bodyOf(pull),
  };
  await db
    .insertInto("pulls")
    .values(row)
    .onConflict((conflict) => conflict.columns(["repository_id", "number"]).doUpdateSet(row))
    .execute();
}

/** One text per description, whatever the order of labels, so that equal descriptions are equal texts. */
function bodyOf(pull: Pull): string {
  const { repositoryId, number, headSha, baseRef, author, isOpen, isDraft, labels, isAutoMerge, updatedAt } =
    pull;
  const { id, login, isBot } = author;
  return JSON.stringify({
    repositoryId,
    number,
    headSha,
    baseRef,
    author: { id, login, isBot },
    isOpen,
    isDraft,
    labels: labels.toSorted(),
    ...(isAutoMerge === true && { isAutoMerge }),
    updatedAt,
  });
}

import type { Kysely } from "kysely";
import type { HeadSight } from "../domain/head-history.ts";
import type { Actor, Pull } from "../domain/subject.ts";
import type { Pulls } from "../gate/ledger.ts";
import { inTurn, inTurnTogether } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { statement } from "./statement.ts";

// Not in order: asked for one, SQLite walks through every pull request of the repository to keep it.
const openAt = statement((db, at: { repositoryId: number; baseRef: string; headSha: string }) =>
  db
    .selectFrom("pulls")
    .select("body")
    .where("is_open", "=", 1)
    .where("repository_id", "=", at.repositoryId)
    .where("base_ref", "=", at.baseRef)
    .where("head_sha", "=", at.headSha),
);

const openNear = statement((db, at: { repositoryId: number; number: number }) =>
  db
    .selectFrom("pulls")
    .select("body")
    .where("is_open", "=", 1)
    .where("repository_id", "=", at.repositoryId)
    .where("head_sha", "in", (eb) =>
      eb
        .selectFrom("head_sights")
        .select("head_sha")
        .where("repository_id", "=", at.repositoryId)
        .where("number", "=", at.number),
    ),
);

const newest = statement((db, at: { repositoryId: number; number: number }) =>
  db
    .selectFrom("pulls")
    .select(["updated_at", "body"])
    .where("repository_id", "=", at.repositoryId)
    .where("number", "=", at.number),
);

const addSight = statement((db, row: Tables["head_sights"]) =>
  db
    .insertInto("head_sights")
    .values({
      repository_id: row.repository_id,
      number: row.number,
      head_sha: row.head_sha,
      seen_at: row.seen_at,
      pusher: row.pusher,
    })
    .onConflict((conflict) =>
      conflict.columns(["repository_id", "number", "head_sha", "seen_at"]).doUpdateSet((eb) => ({
        // Who pushed is told by some events, and unsaid by none.
        pusher: eb.fn.coalesce("excluded.pusher", "head_sights.pusher"),
      })),
    ),
);

const putPull = statement((db, row: Tables["pulls"]) =>
  db
    .insertInto("pulls")
    .values({
      repository_id: row.repository_id,
      number: row.number,
      head_sha: row.head_sha,
      base_ref: row.base_ref,
      is_open: row.is_open,
      updated_at: row.updated_at,
      body: row.body,
      is_approved: row.is_approved,
    })
    .onConflict((conflict) =>
      conflict.columns(["repository_id", "number"]).doUpdateSet((eb) => ({
        head_sha: eb.ref("excluded.head_sha"),
        base_ref: eb.ref("excluded.base_ref"),
        is_open: eb.ref("excluded.is_open"),
        updated_at: eb.ref("excluded.updated_at"),
        body: eb.ref("excluded.body"),
      })),
    ),
);

/** Pull requests over SQL. */
export function pullsIn(db: Kysely<Tables>): Pulls {
  const open = () => db.selectFrom("pulls").select("body").where("is_open", "=", 1);
  const bodies = (rows: readonly { readonly body: string }[]): Pull[] =>
    rows.map(({ body }) => JSON.parse(body) as Pull).toSorted((a, b) => a.number - b.number);
  return {
    observe: (pull, pusher) =>
      inTurnTogether(db, keyOf(pull), async (trx) => {
        await see(trx, pull, pusher);
        const [known] = await newest(trx, pull);
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
      return bodies(await openAt(db, { repositoryId, baseRef, headSha }));
    },

    async openInto(repositoryId, baseRef) {
      return bodies(
        await open().where("repository_id", "=", repositoryId).where("base_ref", "=", baseRef).execute(),
      );
    },

    async approvedInto(repositoryId, baseRef) {
      const rows = await db
        .selectFrom("pulls")
        .select("number")
        .where("is_open", "=", 1)
        .where("repository_id", "=", repositoryId)
        .where("base_ref", "=", baseRef)
        .where("is_approved", "=", 1)
        .execute();
      return new Set(rows.map(({ number }) => number));
    },

    async noteApproved(repositoryId, numbers) {
      const open = await db
        .selectFrom("pulls")
        .select(["number", "is_approved"])
        .where("is_open", "=", 1)
        .where("repository_id", "=", repositoryId)
        .execute();
      for (const isApproved of [false, true]) {
        const changed = open.flatMap((one) =>
          numbers.has(one.number) === isApproved && one.is_approved !== Number(isApproved) ? one.number : [],
        );
        if (changed.length === 0) continue;
        await db
          .updateTable("pulls")
          .set({ is_approved: Number(isApproved) })
          .where("repository_id", "=", repositoryId)
          .where("number", "in", changed)
          .execute();
      }
    },

    async openIn(repositoryId) {
      return bodies(await open().where("repository_id", "=", repositoryId).execute());
    },

    async openBeside(repositoryId, number) {
      return bodies(await openNear(db, { repositoryId, number }));
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
  await addSight(db, row);
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
    // For a new one only: what is known of it stays until a list tells.
    is_approved: 0,
  };
  await putPull(db, row);
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

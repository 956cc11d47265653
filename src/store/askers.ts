import type { Kysely } from "kysely";
import { askerKey, type Asker, type Who } from "../domain/asker.ts";
import { gateKey, parseSubjectKey } from "../domain/subject.ts";
import type { Askers } from "../gate/ledger.ts";
import type { Tables } from "./schema.ts";
import { statement } from "./statement.ts";

const waitingAt = statement((db, at: { repositoryId: number; headSha: string; gate: string }) =>
  db
    .selectFrom("askers")
    .selectAll()
    .where("repository_id", "=", at.repositoryId)
    .where("head_sha", "=", at.headSha)
    .where("gate", "=", at.gate)
    .where("ended_at", "is", null)
    .orderBy("key"),
);

/** Whoever waits in repositories of active installations. */
function whoWaits(db: Kysely<Tables>) {
  return db
    .selectFrom("askers")
    .innerJoin("repositories", "repositories.id", "askers.repository_id")
    .leftJoin("installations", "installations.id", "repositories.installation_id")
    .selectAll("askers")
    .where("askers.ended_at", "is", null)
    .where((eb) =>
      eb.or([eb("installations.standing", "is", null), eb("installations.standing", "=", "active")]),
    )
    .orderBy("askers.asked_at");
}

const allWaiting = statement((db) => whoWaits(db));

const waitingIn = statement((db, at: { repositoryId: number }) =>
  whoWaits(db).where("askers.repository_id", "=", at.repositoryId),
);

/** Who waits beside pull requests, over SQL. */
export function askersIn(db: Kysely<Tables>): Askers {
  const find = ({ subject, who }: Pick<Asker, "subject" | "who">) =>
    db
      .selectFrom("askers")
      .selectAll()
      .where("repository_id", "=", subject.repositoryId)
      .where("key", "=", askerKey({ subject, who }));
  return {
    async ask(asker, again) {
      const row = { ...rowOf(asker), ended_at: null, told_count: 0, told_class: null };
      await db
        .insertInto("askers")
        .values(row)
        .onConflict((conflict) => {
          const known = conflict.columns(["repository_id", "key"]);
          return again === "anew" ? known.doUpdateSet(row) : known.doNothing();
        })
        .execute();
    },

    async end(asker, now) {
      await db
        .insertInto("askers")
        .values({ ...rowOf({ ...asker, askedAt: now }), ended_at: now, told_count: 0, told_class: null })
        .onConflict((conflict) => conflict.columns(["repository_id", "key"]).doUpdateSet({ ended_at: now }))
        .execute();
    },

    async answered({ subject, who, askedAt }, now) {
      await db
        .updateTable("askers")
        .set({ ended_at: now })
        .where("repository_id", "=", subject.repositoryId)
        .where("key", "=", askerKey({ subject, who }))
        .where("asked_at", "=", askedAt)
        .where("ended_at", "is", null)
        .execute();
    },

    async endedAt(asker) {
      return (await find(asker).executeTakeFirst())?.ended_at ?? undefined;
    },

    async waitingFor(subject) {
      const { repositoryId, headSha } = subject;
      return (await waitingAt(db, { repositoryId, headSha, gate: gateKey(subject) })).map(askerOf);
    },

    async waiting(repositoryId) {
      const rows = await (repositoryId === undefined ? allWaiting(db, {}) : waitingIn(db, { repositoryId }));
      return rows.map(askerOf);
    },

    async progress(asker) {
      const row = await find(asker).executeTakeFirst();
      return { count: row?.told_count ?? 0, toldClass: row?.told_class ?? undefined };
    },

    async note({ subject, who }, { count, toldClass }) {
      await db
        .updateTable("askers")
        .set({ told_count: count, told_class: toldClass ?? null })
        .where("repository_id", "=", subject.repositoryId)
        .where("key", "=", askerKey({ subject, who }))
        .execute();
    },
  };
}

function rowOf({ subject, who, askedAt }: Asker) {
  return {
    repository_id: subject.repositoryId,
    key: askerKey({ subject, who }),
    head_sha: subject.headSha,
    base_ref: subject.baseRef,
    gate: gateKey(subject),
    who: JSON.stringify(who),
    asked_at: askedAt,
  };
}

function askerOf(row: Tables["askers"]): Asker {
  const subject = parseSubjectKey(`${row.repository_id}:${row.head_sha}:${row.gate}`);
  if (subject === undefined) throw new Error(`no gate has the key ${JSON.stringify(row.gate)}`);
  return { subject, who: JSON.parse(row.who) as Who, askedAt: row.asked_at };
}

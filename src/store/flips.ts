import { type Kysely, sql, type Transaction } from "kysely";
import type { Instant } from "../domain/instant.ts";
import { gateKey, type Subject } from "../domain/subject.ts";
import { type FlipOutcome, flipOutcomes, type FlipProgress, type Flips } from "../gate/flips.ts";
import { taskKey } from "../gate/queue.ts";
import { inTurn } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { statement } from "./statement.ts";

/** So many rows in one statement: far below the parameters that either database takes. */
const rowsAtOnce = 1000;

/** Records of flips over SQL. */
export function flipsIn(db: Kysely<Tables>): Flips {
  const progress = async (which: ReturnType<typeof sql<boolean>>): Promise<readonly FlipProgress[]> => {
    const count = (outcome: FlipOutcome) =>
      sql<number | string>`sum(case when outcome = ${sql.lit(outcome)} then 1 else 0 end)`.as(outcome);
    const rows = await db
      .selectFrom("flips")
      .innerJoin("flip_subjects", "flip_subjects.flip_id", "flips.id")
      .selectAll("flips")
      .select(sql<number | string>`sum(case when outcome is null then 1 else 0 end)`.as("open"))
      .select(flipOutcomes.map(count))
      .where(which)
      .groupBy("flips.id")
      .orderBy("flips.id")
      .execute();
    return rows.map((row) => ({
      id: Number(row.id),
      repositoryId: row.repository_id,
      baseRef: row.base_ref,
      revision: row.revision,
      toldClass: row.told_class,
      isRed: row.is_red === 1,
      noticedAt: row.noticed_at,
      finishedAt: row.finished_at ?? undefined,
      open: Number(row.open),
      settled: {
        written: Number(row.written),
        spared: Number(row.spared),
        superseded: Number(row.superseded),
        failed: Number(row.failed),
      },
    }));
  };

  return {
    async notice(flip, due, now) {
      const { repositoryId, baseRef, toldClass } = flip;
      const openIn = (on: Kysely<Tables>) =>
        on
          .selectFrom("flips")
          .select(["id", "told_class"])
          .where("repository_id", "=", repositoryId)
          .where("base_ref", "=", baseRef)
          .where("finished_at", "is", null)
          .orderBy("id", "desc")
          .execute();
      // Most looks find that nobody must be told anything: they cost a read.
      if (due.length === 0 && (await openIn(db)).length === 0) return;
      await inTurn(db, turnOf(repositoryId), async (trx) => {
        const records = await openIn(trx);
        const same = records.find((one) => one.told_class === toldClass);
        const given = await givenUp(trx, repositoryId);
        const isGivenUp = (subject: Subject): boolean => given.has(taskKey({ kind: "subject", subject }));
        for (const { id } of records) {
          const wanted = id === same?.id ? due.filter((one) => !isGivenUp(one)) : [];
          await endOthers(trx, { id, wanted, given, toldClass }, now);
        }
        if (same !== undefined || due.some((one) => !isGivenUp(one))) {
          const id = same?.id ?? (await begin(trx, flip, now));
          await add(trx, id, due, isGivenUp, now);
        }
        for (const { id } of records) await finish(trx, id, now);
      });
    },

    settle: async (subject, outcome, now) => {
      const open = await openOf(db, subject);
      if (open.length === 0) return;
      await inTurn(db, turnOf(subject.repositoryId), async (trx) => {
        for (const { id } of open) await end(trx, id, subject, outcome, now);
      });
    },

    leave: (repositoryId, now) =>
      inTurn(db, turnOf(repositoryId), async (trx) => {
        const open = await trx
          .selectFrom("flips")
          .select("id")
          .where("repository_id", "=", repositoryId)
          .where("finished_at", "is", null)
          .orderBy("id")
          .execute();
        for (const { id } of open) {
          await trx
            .updateTable("flip_subjects")
            .set({ outcome: "superseded", settled_at: now })
            .where("flip_id", "=", id)
            .where("outcome", "is", null)
            .execute();
          await finish(trx, id, now);
        }
      }),

    open: () => progress(sql`finished_at is null`),

    async finished(atMost) {
      const newest = sql`select id from flips where finished_at is not null order by finished_at desc, id desc limit ${atMost}`;
      const found = await progress(sql`flips.id in (${newest})`);
      return found.toSorted((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0) || b.id - a.id);
    },
  };
}

/**
 * Writes that a subject was told, and ends it in its flips, in one transaction. While no flip is open for it, that is the
 * one statement of `write`.
 */
export async function settleTold(
  db: Kysely<Tables>,
  subject: Subject,
  toldClass: string,
  told: { readonly outcome: "written" | "spared"; readonly at: Instant },
  write: (on: Kysely<Tables>) => Promise<void>,
): Promise<void> {
  const open = await openOf(db, subject);
  if (open.length === 0) return write(db);
  await inTurn(db, turnOf(subject.repositoryId), async (trx) => {
    await write(trx);
    for (const flip of open) {
      const outcome = flip.told_class === toldClass ? told.outcome : "superseded";
      await end(trx, flip.id, subject, outcome, told.at);
    }
  });
}

/** All that settles or opens flips of a repository does so one after the other: the last one must know that it is. */
function turnOf(repositoryId: number): string {
  return `flips:${repositoryId}`;
}

/** The flips in which a subject may still be told. */
async function openOf(db: Kysely<Tables>, subject: Subject) {
  return findOpen(db, {
    repository_id: subject.repositoryId,
    head_sha: subject.headSha,
    gate: gateKey(subject),
  });
}

const findOpen = statement((db, at: { repository_id: number; head_sha: string; gate: string }) =>
  db
    .selectFrom("flip_subjects")
    .innerJoin("flips", "flips.id", "flip_subjects.flip_id")
    .select(["flips.id", "flips.told_class"])
    .where("flip_subjects.repository_id", "=", at.repository_id)
    .where("head_sha", "=", at.head_sha)
    .where("gate", "=", at.gate)
    .where((eb) => eb.or([eb("outcome", "is", null), eb("outcome", "=", "failed")]))
    .orderBy("flips.id"),
);

async function end(
  trx: Transaction<Tables>,
  flipId: number,
  subject: Subject,
  outcome: FlipOutcome,
  now: Instant,
): Promise<void> {
  await trx
    .updateTable("flip_subjects")
    .set({ outcome, settled_at: now })
    .where("flip_id", "=", flipId)
    .where("head_sha", "=", subject.headSha)
    .where("gate", "=", gateKey(subject))
    .where((eb) => eb.or([eb("outcome", "is", null), eb("outcome", "=", "failed")]))
    .execute();
  await finish(trx, flipId, now);
}

async function finish(trx: Transaction<Tables>, flipId: number, now: Instant): Promise<void> {
  await trx
    .updateTable("flips")
    .set({ finished_at: now })
    .where("id", "=", flipId)
    .where("finished_at", "is", null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("flip_subjects")
            .select("flip_id")
            .where("flip_id", "=", flipId)
            .where("outcome", "is", null),
        ),
      ),
    )
    .execute();
}

/** What is known of a record's subjects when a branch is looked at. */
interface Standing {
  readonly id: number;
  /** Who is to be told by this record. */
  readonly wanted: readonly Subject[];
  /** Keys of jobs that were given up. */
  readonly given: ReadonlySet<string>;
  /** What the branch's subjects are to be told now. */
  readonly toldClass: string;
}

/** Ends what is open in a flip and not wanted: it was told, or given up, or nobody wants to know it any more. */
async function endOthers(
  trx: Transaction<Tables>,
  { id, wanted, given, toldClass }: Standing,
  now: Instant,
): Promise<void> {
  const keys = new Set(wanted.map((subject) => taskKey({ kind: "subject", subject })));
  const rows = await trx
    .selectFrom("flip_subjects")
    .leftJoin("subjects", (join) =>
      join
        .onRef("subjects.repository_id", "=", "flip_subjects.repository_id")
        .onRef("subjects.head_sha", "=", "flip_subjects.head_sha")
        .onRef("subjects.gate", "=", "flip_subjects.gate"),
    )
    .innerJoin("flips", "flips.id", "flip_subjects.flip_id")
    .select([
      "flip_subjects.repository_id",
      "flip_subjects.head_sha",
      "flip_subjects.gate",
      "subjects.told_class",
      "flips.told_class as wish",
    ])
    .where("flip_id", "=", id)
    .where("outcome", "is", null)
    .execute();
  for (const row of rows) {
    const key = `subject:${row.repository_id}:${row.head_sha}:${row.gate}`;
    if (keys.has(key)) continue;
    const isCurrent = row.wish === toldClass;
    const isTold = isCurrent && row.told_class === row.wish;
    const outcome = isTold ? "written" : isCurrent && given.has(key) ? "failed" : "superseded";
    await trx
      .updateTable("flip_subjects")
      .set({ outcome, settled_at: now })
      .where("flip_id", "=", id)
      .where("head_sha", "=", row.head_sha)
      .where("gate", "=", row.gate)
      .execute();
  }
}

/** Keys of the repository's jobs that were given up. */
async function givenUp(trx: Transaction<Tables>, repositoryId: number): Promise<ReadonlySet<string>> {
  const rows = await trx
    .selectFrom("jobs")
    .select("key")
    .where("buried_at", "is not", null)
    .where("key", "like", `subject:${repositoryId}:%`)
    .execute();
  return new Set(rows.map(({ key }) => key));
}

async function begin(
  trx: Transaction<Tables>,
  { repositoryId, baseRef, revision, toldClass, isRed }: Parameters<Flips["notice"]>[0],
  now: Instant,
): Promise<number> {
  const { id } = await trx
    .insertInto("flips")
    .values({
      repository_id: repositoryId,
      base_ref: baseRef,
      revision,
      told_class: toldClass,
      is_red: isRed ? 1 : 0,
      noticed_at: now,
      finished_at: null,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

async function add(
  trx: Transaction<Tables>,
  flipId: number,
  due: readonly Subject[],
  isGivenUp: (subject: Subject) => boolean,
  now: Instant,
): Promise<void> {
  const rows = due.map((subject) => ({
    flip_id: flipId,
    repository_id: subject.repositoryId,
    head_sha: subject.headSha,
    gate: gateKey(subject),
    ...(isGivenUp(subject) ? { outcome: "failed", settled_at: now } : { outcome: null, settled_at: null }),
  }));
  for (let at = 0; at < rows.length; at += rowsAtOnce)
    await trx
      .insertInto("flip_subjects")
      .values(rows.slice(at, at + rowsAtOnce))
      // Told in between and due again: it must be told once more. What was given up stays so until it is told.
      .onConflict((conflict) =>
        conflict
          .columns(["flip_id", "head_sha", "gate"])
          .doUpdateSet({ outcome: null, settled_at: null })
          .where("flip_subjects.outcome", "<>", "failed"),
      )
      .execute();
}

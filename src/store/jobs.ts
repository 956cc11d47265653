/** The queue over SQL. See gate/queue.ts for the law it keeps. */
import { type Kysely, sql, type SqlBool } from "kysely";
import type { Instant } from "../domain/instant.ts";
import { parseTaskKey, type Queue, taskKey, taskRepository } from "../gate/queue.ts";
import { durably, isNoneOf, skipTaken } from "./dialect.ts";
import type { Tables } from "./schema.ts";

/** A job as it is put in. */
interface JobRow {
  readonly key: string;
  readonly installation_id: number | null;
  readonly priority: number;
  readonly run_at: number;
}

/**
 * Queues a key, or makes the waiting job of that key sooner and more urgent. A buried job stays buried unless
 * `revive`.
 */
export async function putJob(db: Kysely<Tables>, job: JobRow, revive: boolean, now: Instant): Promise<void> {
  // A new job's claims are counted from its birth, so that no hand of an earlier job of this key has a number
  // of its own.
  const fresh = {
    ...job,
    is_waiting: 1,
    lease_until: null,
    claim: now,
    failures: 0,
    faults: 0,
    last_failure: null,
    buried_at: null,
  };
  await db
    .insertInto("jobs")
    .values(fresh)
    .onConflict((conflict) =>
      conflict
        .column("key")
        .doUpdateSet((eb) => ({
          is_waiting: 1,
          installation_id: eb.ref("excluded.installation_id"),
          priority: sql<number>`case when jobs.is_waiting = 1 and jobs.priority > excluded.priority then jobs.priority else excluded.priority end`,
          run_at: sql<number>`case when jobs.is_waiting = 1 and jobs.run_at < excluded.run_at then jobs.run_at else excluded.run_at end`,
          failures: sql<number>`case when jobs.buried_at is null then jobs.failures else 0 end`,
          faults: sql<number>`case when jobs.buried_at is null then jobs.faults else 0 end`,
          buried_at: null,
        }))
        .where((eb) => (revive ? eb.lit(true) : eb("jobs.buried_at", "is", null))),
    )
    .execute();
}

/** The queue in the `jobs` table. */
export function queueIn(db: Kysely<Tables>): Queue {
  const ours = (job: { key: string; claim: number }, on: Kysely<Tables> = db) =>
    on.updateTable("jobs").where("key", "=", job.key).where("claim", "=", job.claim);
  /** Jobs that wait and that nobody has, in the words of their partial indexes, which know literals only. */
  const waiting = () =>
    db
      .selectFrom("jobs")
      .where("is_waiting", "=", sql.lit(1))
      .where("lease_until", "is", null)
      .where("buried_at", "is", null);
  /** Jobs whose hand is dead. */
  const left = (now: Instant) =>
    db.selectFrom("jobs").where("lease_until", "<=", now).where("buried_at", "is", null);
  return {
    async enqueue({ task, installationId, priority, notBefore, revive }, now) {
      await putJob(
        db,
        { key: taskKey(task), installation_id: installationId ?? null, priority, run_at: notBefore },
        revive,
        now,
      );
    },

    async claim(now, leaseMs, paused) {
      const isFree = sql<SqlBool>`(installation_id is null or ${isNoneOf(db, "installation_id", paused)})`;
      const first = (jobs: ReturnType<typeof waiting>) =>
        skipTaken(
          db,
          jobs
            .select(["key", "priority", "run_at"])
            .where(isFree)
            .orderBy("priority", "desc")
            .orderBy("run_at")
            .orderBy("key")
            .limit(1),
        );
      // Two questions, each with an index of its own: what waits, in its order, and what a dead hand has left. The plus
      // keeps SQLite from finding all that is due first and sorting it.
      const candidates = db
        .selectFrom(first(waiting().where(sql`+run_at`, "<=", now)).as("due"))
        .selectAll()
        .unionAll(db.selectFrom(first(left(now)).as("left")).selectAll());
      const row = await db
        .updateTable("jobs")
        .set({ is_waiting: 0, lease_until: now + leaseMs, claim: sql<number>`claim + 1` })
        .where("key", "=", (eb) =>
          eb
            .selectFrom(candidates.as("candidates"))
            .select("key")
            .orderBy("priority", "desc")
            .orderBy("run_at")
            .orderBy("key")
            .limit(1),
        )
        .returning(["key", "claim", "installation_id", "priority", "failures", "faults"])
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { installation_id: installationId, ...job } = row;
      return { ...job, installationId: installationId ?? undefined, task: parseTaskKey(row.key) };
    },

    async freeAll() {
      await db
        .updateTable("jobs")
        .set({ is_waiting: 1, lease_until: null, claim: sql<number>`claim + 1` })
        .where("lease_until", "is not", null)
        .execute();
    },

    renew: ({ key, claim }, now, leaseMs) =>
      durably(db, async (trx) => {
        const held = await trx
          .updateTable("jobs")
          .set({ lease_until: now + leaseMs })
          .where("key", "=", key)
          .where("claim", "=", claim)
          .where("lease_until", ">", now)
          .returning("key")
          .executeTakeFirst();
        return held !== undefined;
      }),

    // In one transaction: between two statements the key could be queued, and another hand's lease be ended.
    finish: (job) =>
      db.transaction().execute(async (trx) => {
        await trx
          .deleteFrom("jobs")
          .where("key", "=", job.key)
          .where("claim", "=", job.claim)
          .where("is_waiting", "=", 0)
          .execute();
        await ours(job, trx).set({ lease_until: null, failures: 0, faults: 0, last_failure: null }).execute();
      }),

    async postpone(job, until, why) {
      const failed =
        why.kind === "wait" ? {} : { failures: job.failures + 1, last_failure: why.detail.slice(0, 1000) };
      const faulty = why.kind === "fault" ? { faults: job.faults + 1 } : {};
      // What was queued meanwhile waits no longer than it asked for, unless the world needs the pause.
      const sooner = sql<number>`case when is_waiting = 1 and run_at < ${until} then run_at else ${until} end`;
      const runAt = why.kind === "wait" ? until : sooner;
      await ours(job)
        .set({ is_waiting: 1, lease_until: null, run_at: runAt, ...failed, ...faulty })
        .execute();
    },

    async bury(job, failure, now) {
      // Queued again while it ran: the new wish is tried, not buried with the old one.
      const onlyNow = (then: number | string, otherwise: "buried_at" | "last_failure") =>
        sql<never>`case when is_waiting = 0 then ${then} else ${sql.ref(otherwise)} end`;
      await ours(job)
        .set({
          lease_until: null,
          failures: job.failures + 1,
          buried_at: onlyNow(now, "buried_at"),
          last_failure: onlyNow(failure.slice(0, 1000), "last_failure"),
        })
        .execute();
    },

    drop: (repositoryIds) =>
      db.transaction().execute(async (trx) => {
        const idle = await trx.selectFrom("jobs").select("key").where("lease_until", "is", null).execute();
        for (const { key } of idle) {
          const about = taskRepository(parseTaskKey(key));
          if (about !== undefined && repositoryIds.has(about))
            await trx.deleteFrom("jobs").where("key", "=", key).execute();
        }
      }),

    async nextDue() {
      const due = await waiting()
        .select((eb) => eb.fn.min("run_at").as("at"))
        .executeTakeFirst();
      const leased = await db
        .selectFrom("jobs")
        .select((eb) => eb.fn.min("lease_until").as("at"))
        .where("lease_until", "is not", null)
        .executeTakeFirst();
      const moments = [due?.at, leased?.at].flatMap((at): Instant[] =>
        at === null || at === undefined ? [] : [at],
      );
      return moments.length === 0 ? undefined : Math.min(...moments);
    },

    async counts() {
      const count = (where: ReturnType<typeof sql<boolean>>) =>
        sql<number | string>`coalesce(sum(case when ${where} then 1 else 0 end), 0)`;
      const row = await db
        .selectFrom("jobs")
        .select([
          count(sql`buried_at is null and is_waiting = 1`).as("waiting"),
          count(sql`lease_until is not null`).as("running"),
          count(sql`buried_at is not null`).as("buried"),
        ])
        .executeTakeFirstOrThrow();
      return { waiting: Number(row.waiting), running: Number(row.running), buried: Number(row.buried) };
    },
  };
}

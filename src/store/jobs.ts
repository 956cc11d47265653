/** The queue over SQL. See gate/queue.ts for the law it keeps. */
import { type Kysely, sql } from "kysely";
import type { Queue } from "../gate/queue.ts";
import { claimsIn } from "./claim.ts";
import { durably, isOneOf, manyOf } from "./dialect.ts";
import { fanOut } from "./fan-out.ts";
import { nextMoment, putReviving, putUnburied, renewLease, rowOf, takeOut } from "./job-statements.ts";
import type { Tables } from "./schema.ts";

/** The queue in the `jobs` table. */
export function queueIn(db: Kysely<Tables>): Queue {
  const ours = (job: { key: string; claim: number }) =>
    db.updateTable("jobs").where("key", "=", job.key).where("claim", "=", job.claim);
  return {
    async enqueue(job, now) {
      const put = job.revive ? putReviving : putUnburied;
      await put(db, rowOf(job, 0, now));
    },

    fanOut: (jobs, now) => fanOut(db, jobs, now),

    claims: (now, leaseMs, paused) => claimsIn(db, now, leaseMs, paused),

    async claim(now, leaseMs, paused) {
      const { value } = await claimsIn(db, now, leaseMs, paused).next();
      return value ?? undefined;
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
        const [held] = await renewLease(trx, { key, claim, now, leaseUntil: now + leaseMs });
        return held !== undefined;
      }),

    // Who is queued between the two statements is found by the second; nobody else has this claim.
    async finish({ key, claim }) {
      const [done] = await takeOut(db, { key, claim });
      if (done === undefined)
        await ours({ key, claim })
          .set({ lease_until: null, failures: 0, faults: 0, last_failure: null })
          .execute();
    },

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

    async drop(repositoryIds) {
      await db
        .deleteFrom("jobs")
        .where(isOneOf(db, "repository_id", manyOf(db, [...repositoryIds])))
        .where("lease_until", "is", null)
        .execute();
    },

    async nextDue() {
      const [next] = await nextMoment(db, {});
      return next?.at ?? undefined;
    },

    async backlog(now) {
      const waits = sql`is_waiting = 1 and lease_until is null and buried_at is null`;
      const count = (where: ReturnType<typeof sql>) =>
        sql<number | string>`sum(case when ${where} then 1 else 0 end)`;
      const rows = await db
        .selectFrom("jobs")
        .select(["installation_id", "repository_id"])
        .select([
          count(sql`${waits} and run_at <= ${now}`).as("due"),
          count(sql`${waits} and run_at > ${now}`).as("later"),
          count(sql`lease_until is not null`).as("running"),
          count(sql`buried_at is not null`).as("buried"),
          sql<number | null>`min(case when ${waits} and run_at <= ${now} then run_at end)`.as("oldest"),
        ])
        .groupBy(["installation_id", "repository_id"])
        .orderBy("installation_id")
        .orderBy("repository_id")
        .execute();
      return rows.map((row) => ({
        installationId: row.installation_id ?? undefined,
        repositoryId: row.repository_id ?? undefined,
        due: Number(row.due),
        later: Number(row.later),
        running: Number(row.running),
        buried: Number(row.buried),
        oldestAt: row.oldest ?? undefined,
      }));
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

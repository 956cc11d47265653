/** The statements of the queue that every job costs, compiled once. */
import { type Kysely, sql, type SqlBool } from "kysely";
import { isNoneOf, skipTaken } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { statement } from "./statement.ts";

/** A job as it is put in. */
export interface NewJobRow {
  readonly key: string;
  readonly installation_id: number | null;
  readonly priority: number;
  readonly run_at: number;
  /** The moment of the putting. */
  readonly now: number;
}

/** A claim of a job: only the hand that has it may change the job. */
export interface Claim {
  readonly key: string;
  readonly claim: number;
}

const put = (db: Kysely<Tables>, { key, installation_id, priority, run_at, now }: NewJobRow) =>
  db.insertInto("jobs").values({
    key,
    installation_id,
    priority,
    run_at,
    is_waiting: 1,
    lease_until: null,
    // A new job's claims are counted from its birth, so that no hand of an earlier job of this key has a number of its own.
    claim: now,
    failures: 0,
    faults: 0,
    last_failure: null,
    buried_at: null,
  });

/** What becomes of a job of that key that is there already: sooner and more urgent. */
const again = {
  is_waiting: 1,
  installation_id: sql<number | null>`excluded.installation_id`,
  priority: sql<number>`case when jobs.is_waiting = 1 and jobs.priority > excluded.priority then jobs.priority else excluded.priority end`,
  run_at: sql<number>`case when jobs.is_waiting = 1 and jobs.run_at < excluded.run_at then jobs.run_at else excluded.run_at end`,
  failures: sql<number>`case when jobs.buried_at is null then jobs.failures else 0 end`,
  faults: sql<number>`case when jobs.buried_at is null then jobs.faults else 0 end`,
  buried_at: null,
};

/** Queues a key; a buried job of that key is tried again. */
export const putReviving = statement((db, job: NewJobRow) =>
  put(db, job).onConflict((conflict) => conflict.column("key").doUpdateSet(again)),
);

/** Queues a key; a buried job of that key stays buried. */
export const putUnburied = statement((db, job: NewJobRow) =>
  put(db, job).onConflict((conflict) =>
    conflict.column("key").doUpdateSet(again).where("jobs.buried_at", "is", null),
  ),
);

/** Jobs that wait and that nobody has, in the words of their partial indexes, which know literals only. */
export function waitingJobs(db: Kysely<Tables>) {
  return db
    .selectFrom("jobs")
    .where("is_waiting", "=", sql.lit(1))
    .where("lease_until", "is", null)
    .where("buried_at", "is", null);
}

/** Takes the first job; `paused` is what `manyOf` makes of installations that must wait. */
export const takeFirst = statement((db, at: { now: number; leaseUntil: number; paused: string }) => {
  const isFree = sql<SqlBool>`(installation_id is null or ${isNoneOf(db, "installation_id", at.paused)})`;
  const first = (jobs: ReturnType<typeof waitingJobs>) =>
    skipTaken(
      db,
      jobs
        .select(["key", "priority", "run_at"])
        .where(isFree)
        .orderBy("priority", "desc")
        .orderBy("run_at")
        .orderBy("key")
        .limit(sql.lit(1)),
    );
  const left = db.selectFrom("jobs").where("lease_until", "<=", at.now).where("buried_at", "is", null);
  // Two questions, each with an index of its own: what waits, in its order, and what a dead hand has left. The plus
  // keeps SQLite from finding all that is due first and sorting it.
  const candidates = db
    .selectFrom(first(waitingJobs(db).where(sql`+run_at`, "<=", at.now)).as("due"))
    .selectAll()
    .unionAll(db.selectFrom(first(left).as("left")).selectAll());
  return db
    .updateTable("jobs")
    .set({ is_waiting: 0, lease_until: at.leaseUntil, claim: sql<number>`claim + 1` })
    .where("key", "=", (eb) =>
      eb
        .selectFrom(candidates.as("candidates"))
        .select("key")
        .orderBy("priority", "desc")
        .orderBy("run_at")
        .orderBy("key")
        .limit(sql.lit(1)),
    )
    .returning(["key", "claim", "installation_id", "priority", "failures", "faults"]);
});

/** Lengthens a lease that still holds. */
export const renewLease = statement((db, at: Claim & { now: number; leaseUntil: number }) =>
  db
    .updateTable("jobs")
    .set({ lease_until: at.leaseUntil })
    .where("key", "=", at.key)
    .where("claim", "=", at.claim)
    .where("lease_until", ">", at.now)
    .returning("key"),
);

/** Takes a job out that is done, if nobody has queued it again meanwhile. */
export const takeOut = statement((db, at: Claim) =>
  db
    .deleteFrom("jobs")
    .where("key", "=", at.key)
    .where("claim", "=", at.claim)
    .where("is_waiting", "=", 0)
    .returning("key"),
);

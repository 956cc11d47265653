/** The statements of the queue that every job costs, compiled once. */
import { type Kysely, sql } from "kysely";
import type { Instant } from "../domain/instant.ts";
import { type NewJob, taskKey, taskRepository } from "../gate/queue.ts";
import type { Tables } from "./schema.ts";
import { change, statement } from "./statement.ts";

/** A job as it is put in. */
export interface NewJobRow {
  readonly key: string;
  readonly installation_id: number | null;
  readonly repository_id: number | null;
  readonly priority: number;
  readonly turn: number;
  readonly run_at: number;
  /** The moment of the putting. */
  readonly now: number;
}

/** A claim of a job: only the hand that has it may change the job. */
export interface Claim {
  readonly key: string;
  readonly claim: number;
}

/** A job as a row. */
export function rowOf(
  { task, installationId, priority, notBefore }: NewJob,
  turn: number,
  now: Instant,
): NewJobRow {
  return {
    key: taskKey(task),
    installation_id: installationId ?? null,
    repository_id: taskRepository(task) ?? null,
    priority,
    turn,
    run_at: notBefore,
    now,
  };
}

/** The columns of a new job. */
const columns = ({ key, installation_id, repository_id, priority, turn, run_at, now }: NewJobRow) => ({
  key,
  installation_id,
  repository_id,
  priority,
  turn,
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
  repository_id: sql<number | null>`excluded.repository_id`,
  turn: sql<number>`case when jobs.is_waiting = 1 and jobs.priority >= excluded.priority then jobs.turn else excluded.turn end`,
  priority: sql<number>`case when jobs.is_waiting = 1 and jobs.priority > excluded.priority then jobs.priority else excluded.priority end`,
  run_at: sql<number>`case when jobs.is_waiting = 1 and jobs.run_at < excluded.run_at then jobs.run_at else excluded.run_at end`,
  failures: sql<number>`case when jobs.buried_at is null then jobs.failures else 0 end`,
  faults: sql<number>`case when jobs.buried_at is null then jobs.faults else 0 end`,
  buried_at: null,
};

/** Queues a key; a buried job of that key is tried again. */
export const putReviving = statement((db, job: NewJobRow) => putAll(db, [job], true));

/** Queues a key; a buried job of that key stays buried. */
export const putUnburied = statement((db, job: NewJobRow) => putAll(db, [job], false));

/** Queues keys, of which none may be given twice; a buried job stays buried unless `revive`. */
export function putAll(db: Kysely<Tables>, jobs: readonly NewJobRow[], revive: boolean) {
  return db
    .insertInto("jobs")
    .values(jobs.map(columns))
    .onConflict((conflict) => {
      const sooner = conflict.column("key").doUpdateSet(again);
      return revive ? sooner : sooner.where("jobs.buried_at", "is", null);
    });
}

/** Jobs that wait and that nobody has, in the words of their partial indexes, which know literals only. */
export function waitingJobs(db: Kysely<Tables>) {
  return db
    .selectFrom("jobs")
    .where("is_waiting", "=", sql.lit(1))
    .where("lease_until", "is", null)
    .where("buried_at", "is", null);
}

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
export const takeOut = change((db, at: Claim) =>
  db
    .deleteFrom("jobs")
    .where("key", "=", at.key)
    .where("claim", "=", at.claim)
    .where("is_waiting", "=", 0)
    .returning("key"),
);

/** When the next waiting job is due, or the next lease ends. */
export const nextMoment = statement((db) =>
  db
    .selectFrom(
      waitingJobs(db)
        .select((eb) => eb.fn.min<number | null>("run_at").as("at"))
        .unionAll(
          db
            .selectFrom("jobs")
            .select((eb) => eb.fn.min<number | null>("lease_until").as("at"))
            .where("lease_until", "is not", null),
        )
        .as("moments"),
    )
    .select((eb) => eb.fn.min<number | null>("at").as("at")),
);

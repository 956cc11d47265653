/**
 * Taking the next job, however many wait.
 *
 * The next job is nearly always among the few most urgent of all, which lie side by side in an index. Only when all of those
 * must wait is each installation looked at by itself: its jobs lie in another index in the order in which they are taken, and
 * the installations are found by jumping through it, so a hundred thousand jobs of installations that must wait are never
 * walked through. What is then taken is taken only if nobody else has it meanwhile; else the next is.
 */
import { type Kysely, sql } from "kysely";
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import { type ClaimedJob, parseTaskKey } from "../gate/queue.ts";
import { isNoneOf, manyOf } from "./dialect.ts";
import type { Claim } from "./job-statements.ts";
import type { Tables } from "./schema.ts";
import { statement } from "./statement.ts";

/** See `Queue.claim`. */
export async function claimIn(
  db: Kysely<Tables>,
  now: Instant,
  leaseMs: DurationMs,
  paused: readonly number[],
): Promise<ClaimedJob | undefined> {
  for (;;) {
    const found = await findNext(db, { now, paused: manyOf(db, paused) });
    if (found.length === 0) return undefined;
    for (const { key, claim } of found) {
      const [row] = await take(db, { key, claim, now, leaseUntil: now + leaseMs });
      if (row === undefined) continue;
      const { installation_id: installationId, ...job } = row;
      return { ...job, installationId: installationId ?? undefined, task: parseTaskKey(row.key) };
    }
  }
}

/** The jobs that can be taken now, the most urgent first: not all of them, and at least the first. */
async function findNext(db: Kysely<Tables>, at: Moment): Promise<readonly Claim[]> {
  const foremost = await findForemost(db, at);
  // What a dead hand has left is only first if nothing that waits is more urgent, and that may lie further behind.
  return foremost.some(({ is_left: isLeft }) => isLeft === 0) ? foremost : findHeads(db, at);
}

/** When a job is looked for. `paused` is what `manyOf` makes of installations that must wait. */
interface Moment {
  readonly now: Instant;
  readonly paused: string;
}

/** Waits and is in nobody's hands, in the words of the index, which knows literals only. */
const waits = sql<boolean>`is_waiting = 1 and lease_until is null and buried_at is null`;
const order = sql`priority desc, turn, run_at, key`;

/** So many of the most urgent are looked at before each installation is. */
const nearby = 32;

/** Those of the most urgent jobs that can be taken, and whatever a dead hand has left. */
const findForemost = statement((db, at: Moment) => ({
  compile: () =>
    sql<Claim & { readonly is_left: number }>`
      select key, claim, is_left from (
        select * from (
          select key, claim, installation_id, priority, turn, run_at, 0 as is_left from jobs where ${waits}
          order by ${order} limit ${sql.lit(nearby)}
        ) as foremost where run_at <= ${at.now}
        union all
        select key, claim, installation_id, priority, turn, run_at, 1 as is_left from jobs
        where lease_until is not null and lease_until <= ${at.now} and buried_at is null
      ) as found where installation_id is null or ${isNoneOf(db, "installation_id", at.paused)}
      order by ${order}`.compile(db),
}));

/**
 * Of each installation that may be written to the next job, of what needs none the next, and whatever a dead hand has left;
 * the most urgent first.
 */
const findHeads = statement((db, at: Moment) => ({
  compile: () =>
    sql<Claim>`
      with recursive lanes (id) as (
        select min(installation_id) from jobs where ${waits}
        union all
        select (select min(installation_id) from jobs where ${waits} and installation_id > lanes.id)
        from lanes where lanes.id is not null
      ), heads (key) as (
        select (
          select key from jobs where ${waits} and installation_id = lanes.id and run_at <= ${at.now}
          order by ${order} limit 1
        ) from lanes where ${isNoneOf(db, "lanes.id", at.paused)}
        union all
        select (
          select key from jobs where ${waits} and installation_id is null and run_at <= ${at.now}
          order by installation_id, ${order} limit 1
        )
        union all
        select key from jobs where lease_until is not null and lease_until <= ${at.now} and buried_at is null
        and (installation_id is null or ${isNoneOf(db, "installation_id", at.paused)})
      )
      select key, claim from jobs where key in (select key from heads where key is not null)
      order by ${order}`.compile(db),
}));

/** Takes a job, unless somebody else has it by now. */
const take = statement((db, at: Claim & { now: number; leaseUntil: number }) =>
  db
    .updateTable("jobs")
    .set({ is_waiting: 0, lease_until: at.leaseUntil, claim: sql<number>`claim + 1` })
    .where("key", "=", at.key)
    .where("claim", "=", at.claim)
    .where("buried_at", "is", null)
    .where((or) => or.or([or("lease_until", "is", null), or("lease_until", "<=", at.now)]))
    .returning(["key", "claim", "installation_id", "priority", "failures", "faults"]),
);

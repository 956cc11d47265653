/**
 * Taking the next jobs, however many wait.
 *
 * The next jobs are nearly always among the few most urgent of all, which lie side by side in an index. Only when all of those
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

/** See `Queue.claims`. */
export async function* claimsIn(
  db: Kysely<Tables>,
  now: Instant,
  leaseMs: DurationMs,
  paused: readonly number[],
): AsyncGenerator<ClaimedJob, void, undefined> {
  for (let isMine = false; !isMine;) {
    const found = await findNext(db, now, paused);
    if (found.length === 0) return;
    for (const { key, claim } of found) {
      const [row] = await take(db, { key, claim, now, leaseUntil: now + leaseMs });
      if (row === undefined) continue;
      isMine = true;
      const { installation_id: installationId, ...job } = row;
      yield { ...job, installationId: installationId ?? undefined, task: parseTaskKey(row.key) };
    }
  }
}

/** The jobs that come next, in order: not all of them, and at least one if there is any. */
async function findNext(
  db: Kysely<Tables>,
  now: Instant,
  paused: readonly number[],
): Promise<readonly Claim[]> {
  const foremost = await findForemost(db, { now });
  const waiting = foremost.filter(({ is_left: isLeft }) => isLeft === 0);
  const mustWait = new Set<number | null>(paused);
  const free = foremost.filter(({ run_at: runAt, is_left: isLeft, installation_id: installationId }) => {
    return (isLeft === 1 || runAt <= now) && !mustWait.has(installationId);
  });
  // None waits that was not seen.
  if (waiting.length < nearby) return free;
  // What a dead hand has left is only next if nothing that waits is more urgent, and that may lie further behind.
  const last = free.findLastIndex(({ is_left: isLeft }) => isLeft === 0);
  if (last >= 0) return free.slice(0, last + 1);
  const heads = await findHeads(db, { now, paused: manyOf(db, paused) });
  // The next after it may be of the same installation.
  return heads.slice(0, 1);
}

/** Waits and is in nobody's hands, in the words of the index, which knows literals only. */
const waits = sql<boolean>`is_waiting = 1 and lease_until is null and buried_at is null`;
const order = sql`priority desc, turn, run_at, key`;

/** So many of the most urgent are looked at before each installation is. */
const nearby = 32;

interface Seen extends Claim {
  readonly installation_id: number | null;
  readonly run_at: number;
  readonly is_left: number;
}

/** The most urgent jobs, due or not, and whatever a dead hand has left. */
const findForemost = statement((db, at: { now: number }) => ({
  compile: () =>
    sql<Seen>`
      select key, claim, installation_id, run_at, is_left from (
        select * from (
          select key, claim, installation_id, priority, turn, run_at, 0 as is_left from jobs where ${waits}
          order by ${order} limit ${sql.lit(nearby)}
        ) as foremost
        union all
        select key, claim, installation_id, priority, turn, run_at, 1 as is_left from jobs
        where lease_until is not null and lease_until <= ${at.now} and buried_at is null
      ) as found order by ${order}`.compile(db),
}));

/**
 * Of each installation that may be written to the next job, of what needs none the next, and whatever a dead hand has left;
 * the most urgent first.
 */
const findHeads = statement((db, at: { now: number; paused: string }) => ({
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

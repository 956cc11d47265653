/**
 * Taking the next job, however many wait.
 *
 * Each installation's jobs lie in the index in the order in which they are taken, so its next one is found by one look. The
 * installations themselves are found by jumping through the same index, so a hundred thousand jobs of installations that
 * must wait are never walked through. What is then taken is taken only if nobody else has it meanwhile; else the next is.
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
    const heads = await findHeads(db, { now, paused: manyOf(db, paused) });
    if (heads.length === 0) return undefined;
    for (const { key, claim } of heads) {
      const [row] = await take(db, { key, claim, now, leaseUntil: now + leaseMs });
      if (row === undefined) continue;
      const { installation_id: installationId, ...job } = row;
      return { ...job, installationId: installationId ?? undefined, task: parseTaskKey(row.key) };
    }
  }
}

/** Waits and is in nobody's hands, in the words of the index, which knows literals only. */
const waits = sql<boolean>`is_waiting = 1 and lease_until is null and buried_at is null`;
const order = sql`priority desc, turn, run_at, key`;

/**
 * Of each installation that may be written to the next job, of what needs none the next, and whatever a dead hand has left;
 * the most urgent first. `paused` is what `manyOf` makes of installations that must wait.
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
      order by priority desc, run_at, key`.compile(db),
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

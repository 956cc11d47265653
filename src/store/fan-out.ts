/**
 * Queuing many jobs at once, so that repositories take turns: start-time fair queueing. A job's turn is one more than that of
 * the one before it in its repository, and at least the lowest turn that still waits in its installation: so who comes later
 * begins where the others stand, and neither waits behind them nor gets ahead for having been away.
 */
import type { Kysely, Transaction } from "kysely";
import type { Instant } from "../domain/instant.ts";
import { type NewJob, taskKey, taskRepository } from "../gate/queue.ts";
import { inTurn } from "./dialect.ts";
import { putAll, rowOf, waitingJobs } from "./job-statements.ts";
import type { Tables } from "./schema.ts";

/** So many rows in one statement: far below the parameters that either database takes. */
const rowsAtOnce = 1000;

/** See `Queue.fanOut`. */
export async function fanOut(db: Kysely<Tables>, jobs: readonly NewJob[], now: Instant): Promise<void> {
  if (jobs.length === 0) return;
  // Turns are reckoned from those that are there, so two may not reckon at once.
  await inTurn(db, "fan-out", async (trx) => {
    for (const ours of Map.groupBy(jobs, shareOf).values()) await putShare(trx, ours, now);
  });
}

/** Jobs of one share stand in one row. */
function shareOf({ task, installationId, priority, revive }: NewJob): string {
  return JSON.stringify([installationId, taskRepository(task), priority, revive]);
}

/** No index serves `is not distinct from`. */
function isOf<C extends "installation_id" | "repository_id">(column: C, id: number | null) {
  return [column, id === null ? "is" : "=", id] as const;
}

async function putShare(trx: Transaction<Tables>, jobs: readonly NewJob[], now: Instant): Promise<void> {
  const [first] = jobs;
  if (first === undefined) return;
  const installationId = first.installationId ?? null;
  const repositoryId = taskRepository(first.task) ?? null;
  const waiting = await waitingJobs(trx)
    .select(["key", "priority", "turn", "run_at"])
    .where(...isOf("repository_id", repositoryId))
    .execute();
  const known = new Map(waiting.map((row) => [row.key, row]));
  const isNews = ({ task, priority, notBefore }: NewJob): boolean => {
    const row = known.get(taskKey(task));
    return row === undefined || row.priority < priority || row.run_at > notBefore;
  };
  const behind = waiting.flatMap(({ priority, turn }) => (priority === first.priority ? [turn + 1] : []));
  const lowest = await waitingJobs(trx)
    .select("turn")
    .where(...isOf("installation_id", installationId))
    .where("priority", "=", first.priority)
    .orderBy("turn")
    .limit(1)
    .executeTakeFirst();
  const start = behind.reduce((most, turn) => Math.max(most, turn), lowest?.turn ?? 0);
  const rows = new Map(jobs.filter(isNews).map((job) => [taskKey(job.task), job]));
  const all = [...rows.values()].map((job, index) => rowOf(job, start + index, now));
  for (let at = 0; at < all.length; at += rowsAtOnce)
    await putAll(trx, all.slice(at, at + rowsAtOnce), first.revive).execute();
}

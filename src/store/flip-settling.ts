/** Ending subjects in their flips, over SQL. */
import type { Kysely, Transaction } from "kysely";
import type { Instant } from "../domain/instant.ts";
import { gateKey, type Subject } from "../domain/subject.ts";
import type { FlipOutcome } from "../gate/flips.ts";
import { inTurn } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { statement } from "./statement.ts";

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
export function turnOf(repositoryId: number): string {
  return `flips:${repositoryId}`;
}

/** The flips in which a subject may still be told. */
export async function openOf(db: Kysely<Tables>, subject: Subject) {
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

/** Ends a subject in one flip, if it may still be told, and the flip with its last. */
export async function end(
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

/** Ends a flip in which nobody is open. */
export async function finish(trx: Transaction<Tables>, flipId: number, now: Instant): Promise<void> {
  await trx
    .updateTable("flips")
    .set({ finished_at: now })
    .where("id", "=", flipId)
    .where("finished_at", "is", null)
    .where((eb) => {
      const open = eb.selectFrom("flip_subjects").select("flip_id");
      return eb.not(eb.exists(open.where("flip_id", "=", flipId).where("outcome", "is", null)));
    })
    .execute();
}

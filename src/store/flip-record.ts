/** The rows of a flip's record. */
import type { Transaction } from "kysely";
import type { Instant } from "../domain/instant.ts";
import { gateKey, type Subject } from "../domain/subject.ts";
import type { Flip } from "../gate/flips.ts";
import { taskKey } from "../gate/queue.ts";
import type { Tables } from "./schema.ts";

/** So many rows in one statement: far below the parameters that either database takes. */
const rowsAtOnce = 1000;

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
export async function endOthers(
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
export async function givenUp(trx: Transaction<Tables>, repositoryId: number): Promise<ReadonlySet<string>> {
  const rows = await trx
    .selectFrom("jobs")
    .select("key")
    .where("buried_at", "is not", null)
    .where("key", "like", `subject:${repositoryId}:%`)
    .execute();
  return new Set(rows.map(({ key }) => key));
}

/** Opens a record and gives its number. */
export async function begin(
  trx: Transaction<Tables>,
  { repositoryId, baseRef, revision, toldClass, isRed }: Flip,
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

/** Takes subjects into a record. */
export async function add(
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

/** What people ask for in words or by buttons. Anybody may ask for a look; what opens a gate is read live. */
import type { Hint } from "../domain/delivery.ts";
import type { Instant } from "../domain/instant.ts";
import { subjectKey, subjectOf } from "../domain/subject.ts";
import type { Ledger } from "./ledger.ts";
import { priority } from "./queue.ts";
import { lookJob, refreshJob } from "./refresh.ts";

/** Something was said on a pull request. */
export async function seeRemark(
  { pulls, queue }: Ledger,
  { repository, number, wish }: Extract<Hint, { kind: "remark" }>,
  now: Instant,
): Promise<void> {
  const beside = await pulls.openBeside(repository.id, number);
  const pull = beside.find((one) => one.number === number);
  if (pull === undefined) {
    const task = { kind: "pull", repositoryId: repository.id, number } as const;
    const { event: rank } = priority;
    await queue.enqueue(
      { task, installationId: undefined, priority: rank, notBefore: now, revive: true },
      now,
    );
    return;
  }
  if (wish !== "look") return queue.enqueue(refreshJob(subjectOf(pull), wish, now), now);
  // A bypass of one pull request bears on every other that shares its commit.
  for (const one of beside) await queue.enqueue(lookJob(subjectOf(one), repository, now), now);
}

/** A report was used. A press of the bypass button is told by nobody's list, so it is noted. */
export async function seeReportUse(
  { deliveries, presses, subjects, queue }: Ledger,
  { repository, headSha, wish, button, actor, about }: Extract<Hint, { kind: "report_used" }>,
  deliveryId: string,
  now: Instant,
): Promise<void> {
  if (button === "bypass") {
    const at = (await deliveries.toldAt(deliveryId)) ?? now;
    await presses.note({ repositoryId: repository.id, headSha, deliveryId, actor, about, at });
  }
  for (const subject of await subjects.wantedAt(repository.id, headSha)) {
    if (about !== undefined && subjectKey(subject) !== about) continue;
    const job = wish === "look" ? lookJob(subject, repository, now) : refreshJob(subject, wish, now);
    await queue.enqueue(job, now);
  }
}

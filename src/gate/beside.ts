/**
 * What is told beside the status: a check run with every number, and one comment where the policy asks for it.
 *
 * Keeps: only drafted here, where a verdict is reached; a job of the lowest priority posts it, so it delays no
 * status. Nothing is drafted that GitHub has already, or that the installation has not accepted.
 */
import { checkReportOf, isInProgress } from "../domain/check-report.ts";
import { isOn } from "../domain/feature.ts";
import type { Instant } from "../domain/instant.ts";
import type { Report } from "../domain/report.ts";
import {
  beginsComment,
  closingCommentOf,
  type StickyComment,
  stickyCommentOf,
} from "../domain/sticky-comment.ts";
import type { Repository, Subject } from "../domain/subject.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Ledger } from "./ledger.ts";
import { saysAlready } from "./post.ts";
import type { Clock } from "./ports.ts";
import { checkPlace, commentPlace, type Draft, type Place } from "./postings.ts";
import { priority, type Task } from "./queue.ts";

/** What drafting needs. */
interface DraftingWorld {
  readonly ledger: Pick<Ledger, "postings" | "registry" | "pulls" | "queue">;
  readonly clock: Pick<Clock, "now">;
}

/** The same, as a part of a whole world. */
export interface BesideWorld extends DraftingWorld {
  readonly clock: Clock;
}

type Judged = Extract<Evaluation, { kind: "judged" }>;

/**
 * Drafts what is to be told beside a verdict's status. `waitsUntil`: the verdict does not hold yet, and until then
 * what is not known is asked again.
 */
export async function tellBeside(
  world: DraftingWorld,
  repository: Repository,
  evaluation: Judged,
  waitsUntil?: Instant,
): Promise<void> {
  const { verdict, audience, measured, policy } = evaluation;
  const { subject } = verdict;
  const { measurements } = measured;
  const accepted = await world.ledger.registry.permissions(repository.installationId);
  if (accepted === undefined) return;
  if (isOn("check_runs", accepted)) {
    const { reportClass: postingClass } = checkReportOf({
      verdict,
      audience,
      measurements,
      history: [],
      queries: [],
      policyUrl: undefined,
      waitsUntil,
    });
    const draft: Draft = { kind: "verdict", postingClass, verdict, audience, measurements, waitsUntil };
    await propose(world, repository, checkPlace(subject), { kind: "report", subject }, draft);
  }
  if (!isOn("comments", accepted)) return;
  if (policy?.comment === "sticky")
    await tellPulls(world, repository, subject, stickyCommentOf(verdict, audience), beginsComment(verdict));
  else {
    const elsewhere = "The policy asks for no comment any more; the commit status says how the gate stands.";
    await tellPulls(world, repository, subject, closingCommentOf(elsewhere), false);
  }
}

/** Drafts a report that no verdict is behind, under a title, wherever something else was said beside its status. */
export async function replaceBeside(
  world: DraftingWorld,
  repository: Repository,
  { subject, sentence, reportClass }: Pick<Report, "subject" | "sentence" | "reportClass">,
  title: string,
): Promise<void> {
  const place = checkPlace(subject);
  if ((await world.ledger.postings.find(place)) !== undefined) {
    const draft: Draft = {
      kind: "notice",
      postingClass: reportClass,
      title,
      summary: sentence,
    };
    await propose(world, repository, place, { kind: "report", subject }, draft);
  }
  if (await has(world, repository, "comments"))
    await tellPulls(world, repository, subject, closingCommentOf(sentence), false);
}

/** Completes a check run of which nobody waits for the end any more; one that was never posted is not. */
export async function endReport(
  world: DraftingWorld,
  repository: Repository,
  subject: Subject,
): Promise<void> {
  const place = checkPlace(subject);
  const known = await world.ledger.postings.find(place);
  const draft = known?.draft;
  const isWaiting = draft?.kind === "verdict" && draft.waitsUntil !== undefined;
  if (draft !== undefined && !isWaiting) return;
  if (draft !== undefined) await world.ledger.postings.drop(place, draft);
  if (!isInProgress(known?.postingClass) && known?.intent === undefined) return;
  const sentence =
    "The merge group ended before its error budgets were known. Nothing waits for this any more.";
  await replaceBeside(world, repository, { subject, sentence, reportClass: "ended" }, "Ended");
}

/** Whether the installation has accepted what a feature needs. Not known is no. */
export async function has(
  { ledger }: { readonly ledger: Pick<Ledger, "registry"> },
  { installationId }: Repository,
  feature: Parameters<typeof isOn>[0],
): Promise<boolean> {
  const accepted = await ledger.registry.permissions(installationId);
  return accepted !== undefined && isOn(feature, accepted);
}

async function tellPulls(
  world: DraftingWorld,
  repository: Repository,
  subject: Subject,
  { body, commentClass: postingClass }: StickyComment,
  begins: boolean,
): Promise<void> {
  if (subject.gate.kind !== "pull_request") return;
  for (const { number } of await world.ledger.pulls.openFor(subject)) {
    const place = commentPlace(repository.id, number);
    if (!begins && (await world.ledger.postings.find(place)) === undefined) continue;
    const task: Task = { kind: "comment", repositoryId: repository.id, number };
    await propose(world, repository, place, task, { kind: "comment", postingClass, body });
  }
}

async function propose(
  { ledger, clock }: DraftingWorld,
  { installationId }: Repository,
  place: Place,
  task: Task,
  draft: Draft,
): Promise<void> {
  const known = await ledger.postings.find(place);
  if (known !== undefined && saysAlready(known, draft)) {
    if (known.draft !== undefined) await ledger.postings.drop(place, known.draft);
    return;
  }
  await ledger.postings.draft(place, draft);
  const now = clock.now();
  const job = { task, installationId, priority: priority.cosmetic, notBefore: now, revive: true };
  await ledger.queue.enqueue(job, now);
}

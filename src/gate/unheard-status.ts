/**
 * Statuses under our contexts of which we did not hear. [T19]
 *
 * Wants: whoever speaks in our name while we are away is answered when we are back.
 * Keeps: GitHub's log tells of a lost `status` event neither context nor commit, and of very many few are ours. So
 * where any of a repository's was lost, GitHub is asked what it shows at each of its gates that is held: a read
 * each, and only then. What may be on its way is left alone.
 * Leaves out: who it was, and statuses over open gates, which let nobody in.
 */
import { type Repository, type Subject, subjectKey, subjectOf } from "../domain/subject.ts";
import { disputeStatus, type ForeignStatusWorld } from "./foreign-status.ts";
import type { LastReport } from "./reports.ts";
import type { GitHubReader } from "./ports.ts";
import { lookJob } from "./refresh.ts";

/** What looking for them needs. */
export interface UnheardStatusWorld extends Omit<ForeignStatusWorld, "app"> {
  readonly github: Pick<GitHubReader, "status">;
}

/** Compares what GitHub shows at a repository's held gates with what it was told, and has it told again. */
export async function compareStatuses(world: UnheardStatusWorld, repositoryId: number): Promise<void> {
  const { registry, pulls } = world.ledger;
  const repository = await registry.repository(repositoryId);
  if (repository === undefined || !(await registry.isActive(repository.installationId))) return;
  const open = await pulls.openIn(repositoryId);
  const subjects = new Map(open.map((pull) => [subjectKey(subjectOf(pull)), subjectOf(pull)]));
  for (const subject of subjects.values()) await compareStatus(world, repository, subject);
}

async function compareStatus(
  world: UnheardStatusWorld,
  repository: Repository,
  subject: Subject,
): Promise<void> {
  const { ledger, github, clock, contextOf } = world;
  const { headSha } = subject;
  const context = contextOf(subject);
  const told = heldState(await ledger.reports.last(subject, context));
  if (told === undefined) return;
  const shown = await github.status(repository, headSha, context);
  if (shown.ok && shown.value?.state === told) return;
  // Told something else meanwhile, or about to be.
  if (heldState(await ledger.reports.last(subject, context)) !== told) return;
  if (!shown.ok) {
    await ledger.reports.doubt(subject, context);
    return ledger.queue.enqueue(lookJob(subject, repository, clock.now()), clock.now());
  }
  const state = shown.value?.state ?? "nothing";
  const seen = { repository, headSha, context, state, sender: undefined };
  await disputeStatus(world, seen, `unheard ${subjectKey(subject)} ${clock.now()}`);
}

/** The state that GitHub was told of a gate that is held; `undefined` of others, and while anything is on its way. */
function heldState(last: LastReport | undefined): string | undefined {
  return last?.intent === undefined ? /^(failure|error) /.exec(last?.reportClass ?? "")?.[1] : undefined;
}

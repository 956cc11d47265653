/**
 * Making GitHub agree with a verdict, with as few writes as can be.
 *
 * Wants: GitHub says what the newest verdict says; a status is written when state or reason changed, never
 * because a number moved.
 * Keeps: the intent is on disk before the request leaves, and GitHub is asked what it has after an unfinished
 * one: so a crash in between neither loses nor doubles a status (*half-sent letter*). An older verdict never
 * replaces a newer one (*late verdict*) [T17]. Where another hand wrote while our request was on its way, only
 * GitHub knows whose came last: ours stays an intent, and everybody at the context is looked at again (*crossed
 * letters*). The last hundred of the thousand statuses that a commit and context hold are kept for red and for
 * bypasses [T44].
 * Leaves out: waiting. When the write budget is spent or GitHub fails, the caller comes back with a newer
 * verdict.
 */
import type { Instant } from "../domain/instant.ts";
import type { Report } from "../domain/report.ts";
import type { Repository, Subject } from "../domain/subject.ts";
import type { Events } from "./events.ts";
import { failed, ok, type Result } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock, GitHubReader } from "./ports.ts";
import { priority } from "./queue.ts";
import type { LastReport } from "./reports.ts";
import type { GitHubWriter } from "./writer-port.ts";

/** How many statuses GitHub holds of one commit and context. */
const statusLimit = 1000;

/** Of these, how many may be anything but red or a bypass. */
export const openStatusLimit = 900;

/** What publishing needs. */
export interface PublishWorld {
  readonly ledger: Pick<Ledger, "reports" | "subjects" | "queue">;
  readonly github: Pick<GitHubReader, "status">;
  readonly writer: GitHubWriter;
  readonly clock: Clock;
  readonly events: Events;
  /** The name of the status under which a subject is reported. */
  readonly contextOf: (subject: Subject) => string;
}

/**
 * Writes the report if GitHub does not have it yet. A failure means: come back. `superseded`: GitHub was told by a
 * newer verdict, and not what this one says, or another hand's letter crossed this one.
 */
export async function publish(
  world: PublishWorld,
  repository: Repository,
  report: Report,
  verdictAt: number,
): Promise<Result<"written" | "spared" | "superseded">> {
  const { ledger, writer, clock, events } = world;
  const { subject } = report;
  const context = world.contextOf(subject);
  const settled = await settle(world, repository, report, context);
  if (!settled.ok) return settled;
  const last = settled.value;
  const spared = sparedBecause(report, verdictAt, last, clock.now());
  if (spared !== undefined) {
    events.reportSpared(report, spared);
    return ok(spared === "older" ? "superseded" : "spared");
  }
  const retryAt = await writer.takeTurn(repository.installationId, clock.now());
  if (retryAt !== undefined)
    return failed({ kind: "rate_limited", detail: "the write budget of the installation is spent", retryAt });
  const { reportClass, state, sentence } = report;
  const intent = { reportClass, state, sentence, verdictAt };
  await ledger.reports.intend(subject, context, intent);
  const posted = await writer.write(repository, {
    kind: "status",
    sha: subject.headSha,
    context,
    state,
    description: sentence,
  });
  if (!posted.ok) {
    // Only a refusal proves that GitHub does not have it; after silence or half an answer the next attempt
    // asks.
    const isKnown = !["unreachable", "timed_out", "malformed"].includes(posted.failure.kind);
    if (isKnown) await ledger.reports.withdraw(subject, context, intent);
    events.reportFailed(subject, posted.failure);
    return posted;
  }
  events.reportWritten(report);
  if (await ledger.reports.confirm(subject, context, intent)) return ok("written");
  await ledger.reports.intend(subject, context, intent);
  await lookAgain(world, repository, subject, context);
  return ok("superseded");
}

/** Queues whoever is told of under the context at the subject's commit. */
async function lookAgain(
  { ledger, clock, contextOf }: PublishWorld,
  { installationId }: Repository,
  { repositoryId, headSha }: Subject,
  context: string,
): Promise<void> {
  const now = clock.now();
  for (const subject of await ledger.subjects.wantedAt(repositoryId, headSha)) {
    if (contextOf(subject) !== context) continue;
    const task = { kind: "subject", subject } as const;
    await ledger.queue.enqueue(
      { task, installationId, priority: priority.red, notBefore: now, revive: true },
      now,
    );
  }
}

/** Resolves an unfinished report by asking GitHub whether it arrived. */
async function settle(
  { ledger, github }: PublishWorld,
  repository: Repository,
  { subject }: Report,
  context: string,
): Promise<Result<LastReport | undefined>> {
  const last = await ledger.reports.last(subject, context);
  if (last?.intent === undefined) return ok(last);
  const status = await github.status(repository, subject.headSha, context);
  if (!status.ok) return status;
  const hasArrived =
    status.value?.state === last.intent.state && status.value.description === last.intent.sentence;
  if (hasArrived) await ledger.reports.confirm(subject, context, last.intent);
  else {
    await ledger.reports.withdraw(subject, context, last.intent);
    // What is shown instead need not be what we told before it.
    await ledger.reports.doubt(subject, context);
  }
  return ok(await ledger.reports.last(subject, context));
}

function sparedBecause(
  report: Report,
  verdictAt: number,
  last: LastReport | undefined,
  now: Instant,
): "same" | "older" | "reserve" | undefined {
  if (last === undefined) return undefined;
  if (last.reportClass === report.reportClass) return "same";
  // What is dated after now was dated by a clock that was set back since, or by one that is right where ours is behind.
  // That tells no order, so nothing but a green is held back by it.
  const isOrdered = last.verdictAt <= now || report.state === "success";
  if (last.verdictAt > verdictAt && isOrdered) return "older";
  return last.written >= limitOf(report) ? "reserve" : undefined;
}

/** The very last is red's alone: after a bypass in its place nothing could shut the gate again. */
function limitOf({ isCritical, state }: Report): number {
  if (!isCritical) return openStatusLimit;
  return state === "success" ? statusLimit - 1 : statusLimit;
}

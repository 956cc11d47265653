/**
 * Deployments by GitHub's Deployments API: beside the commit status each is told by a deployment status how the gate
 * stands, until it runs or has ended.
 *
 * Keeps: never `success`, since we deploy nothing: `queued` is an open gate, `pending` one that waits for numbers. Once a change; noted before it is sent, so
 * that no crash doubles a word, at the price that one in between spares it, which the commit status still says. A
 * commit status outlives the deployment and would go on refusing the next one, so whoever waits stays, also when it is
 * over, until the status is green (*red that nobody turns*).
 */
import type { Asker, Progress } from "../domain/asker.ts";
import type { DurationMs } from "../domain/duration.ts";
import type { Report } from "../domain/report.ts";
import type { Repository, Subject } from "../domain/subject.ts";
import { askerJob } from "./asked.ts";
import type { Evaluation } from "./evaluate.ts";
import { failed, ok, type Result } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock } from "./ports.ts";
import type { PublishWorld } from "./publish.ts";

/** What telling needs. */
interface TellWorld extends PublishWorld {
  readonly ledger: PublishWorld["ledger"] & Pick<Ledger, "askers">;
}

/** How long a deployment is told anything: whoever has not begun by then says nothing any more. */
const longestMs: DurationMs = 24 * 3_600_000;

/** The progress of a deployment that runs or has ended. */
const over: Progress = { count: 0, toldClass: "over" };

/** Tells the subject's deployments what the report says, and lets go of those that need no more. */
export async function tellDeployments(
  world: TellWorld,
  repository: Repository,
  report: Report,
): Promise<Result<void>> {
  const { ledger, clock } = world;
  if (report.subject.gate.kind !== "deployment") return ok(undefined);
  for (const asker of await ledger.askers.waitingFor(report.subject)) {
    if (asker.who.kind !== "deployment") continue;
    const progress = await ledger.askers.progress(asker);
    const isOver = progress.toldClass === over.toldClass || clock.now() - asker.askedAt >= longestMs;
    if (!isOver) {
      const told = await tell(world, repository, asker, asker.who.deploymentId, report, progress);
      if (!told.ok) return told;
    } else if (report.state === "success") await ledger.askers.answered(asker, clock.now());
  }
  return ok(undefined);
}

async function tell(
  { ledger, writer, clock, events }: TellWorld,
  repository: Repository,
  asker: Asker,
  deploymentId: number,
  report: Report,
  before: Progress,
): Promise<Result<void>> {
  const state = stateOf(report);
  if (before.toldClass === report.reportClass) return ok(undefined);
  const retryAt = await writer.takeTurn(repository.installationId, clock.now());
  if (retryAt !== undefined)
    return failed({ kind: "rate_limited", detail: "the write budget of the installation is spent", retryAt });
  await ledger.askers.note(asker, { count: before.count + 1, toldClass: report.reportClass });
  const description = report.sentence;
  const written = await writer.write(repository, {
    kind: "deployment_status",
    deploymentId,
    state,
    description,
  });
  if (written.ok) return ok(undefined);
  events.reportFailed(asker.subject, written.failure);
  switch (written.failure.kind) {
    case "gone":
    case "rejected":
      // It was deleted, or says no more: whoever reads commit statuses is still told.
      await ledger.askers.note(asker, over);
      return ok(undefined);
    case "unreachable":
    case "timed_out":
    case "rate_limited":
    case "not_yet":
    case "undecided":
    case "refused":
    case "malformed":
    case "too_large":
      await ledger.askers.note(asker, before);
      return written;
  }
}

function stateOf({ state }: Report): "failure" | "error" | "queued" | "pending" {
  switch (state) {
    case "success":
      return "queued";
    case "failure":
    case "error":
    case "pending":
      return state;
  }
}

/** A deployment runs or has ended: it is told nothing more. */
export async function endDeployment({ askers }: Pick<Ledger, "askers">, asker: Asker): Promise<void> {
  // Its status may come before its creation: a deployment that is over is not begun by a late letter.
  await askers.ask(asker, "once");
  await askers.note(asker, over);
}

/**
 * Deployments are judged by the default branch's policy. Where that is another branch by now, whoever waits asks anew
 * under it: the old one may be gone, and asking for its policy would never end. Gives whether they have moved.
 */
export async function followDefault(
  {
    ledger,
    clock,
  }: { readonly ledger: Pick<Ledger, "askers" | "queue">; readonly clock: Pick<Clock, "now"> },
  { defaultBranch: baseRef, installationId }: Repository,
  subject: Subject,
): Promise<boolean> {
  if (subject.gate.kind !== "deployment" || baseRef === undefined || baseRef === subject.baseRef)
    return false;
  for (const asker of await ledger.askers.waitingFor(subject)) {
    const moved = { ...asker, subject: { ...subject, baseRef } };
    const told = await ledger.askers.progress(asker);
    await ledger.askers.ask(moved, "anew");
    await ledger.askers.note(moved, told);
    await ledger.queue.enqueue(askerJob(moved, installationId, clock.now()), clock.now());
  }
  return true;
}

/** The policy does not gate the subject: nobody waits for us. */
export async function releaseDeployments(
  { ledger, clock }: Pick<TellWorld, "ledger" | "clock">,
  subject: Subject,
): Promise<void> {
  if (subject.gate.kind !== "deployment") return;
  for (const asker of await ledger.askers.waitingFor(subject))
    await ledger.askers.answered(asker, clock.now());
}

/**
 * Whether nobody asked us to speak of this deployment: a policy that cannot be used names no environment, and every
 * deployment of the repository, to whatever preview, would be painted. What we spoke of before is held, and so is the
 * head of the default branch, for which a policy has asked.
 */
export async function isUnasked(
  { ledger, contextOf }: TellWorld,
  { policy, verdict: { subject } }: Extract<Evaluation, { kind: "judged" }>,
): Promise<boolean> {
  if (policy !== undefined || subject.gate.kind !== "deployment") return false;
  const askers = await ledger.askers.waitingFor(subject);
  if (askers.some(({ who }) => who.kind === "branch_head")) return false;
  return (await ledger.reports.last(subject, contextOf(subject))) === undefined;
}

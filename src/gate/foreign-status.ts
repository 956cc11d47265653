/**
 * Statuses under our contexts that we did not write. [T19]
 *
 * Wants: GitHub says our verdict again soon after somebody else has spoken in our name, and an auditor can read who.
 * Keeps: at most five answers for one commit and context, then an alarm: a duel would use up the thousand statuses
 * that GitHub holds of it. Our own echo changes nothing.
 * Leaves out: making the forgery worthless. Only binding the required check to the App does that.
 */
import type { Delivery, Hint } from "../domain/delivery.ts";
import type { DurationMs } from "../domain/duration.ts";
import type { Actor, Subject } from "../domain/subject.ts";
import type { GitHubApp, OwnApp } from "./app-port.ts";
import type { Events, ForeignStatus, SeenStatus } from "./events.ts";
import { ok, type Result } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock } from "./ports.ts";
import { priority } from "./queue.ts";

/** How often the truth is said again for one commit and context. */
const maxDuels = 5;

/**
 * How old our own name may be before a bot of another name is a stranger: people can rename an App. Short, or we would
 * duel with ourselves; not nothing, or each status of a rival would cost a question.
 */
const nameAgeMs: DurationMs = 10_000;

/** What the answer to a foreign status needs. */
export interface ForeignStatusWorld {
  readonly ledger: Ledger;
  readonly app: Pick<GitHubApp, "self">;
  readonly clock: Clock;
  readonly events: Events;
  readonly contextOf: (subject: Subject) => string;
}

/** Whether somebody is our own bot. No person has such a login: GitHub keeps brackets for bots. */
function isOwn(sender: Actor, own: OwnApp): boolean {
  return sender.isBot && sender.login.toLowerCase() === own.bot.toLowerCase();
}

/** Whether a delivery only tells of a status that we wrote ourselves, as far as we know who we are. */
export function isEcho({ hint }: Pick<Delivery, "hint">, own: OwnApp | undefined): boolean {
  return hint.kind === "status" && own !== undefined && isOwn(hint.sender, own);
}

/** Somebody posted a status under one of our contexts. A failure means: it is not known who we are. */
export async function seeStatus(
  world: ForeignStatusWorld,
  hint: Extract<Hint, { kind: "status" }>,
  deliveryId: string,
): Promise<Result<void>> {
  const own = await isOurs(world, hint.sender);
  if (!own.ok) return own;
  if (own.value) return ok(undefined);
  await disputeStatus(world, hint, deliveryId);
  return ok(undefined);
}

/** Writes down that GitHub says something else than we do, and has the truth said again. `mark` names the happening. */
export async function disputeStatus(
  { ledger, clock, events, contextOf }: Omit<ForeignStatusWorld, "app">,
  seen: SeenStatus,
  mark: string,
): Promise<void> {
  const { repository, headSha, sender, state } = seen;
  const now = clock.now();
  const context = seen.context.toLowerCase();
  const about = `${headSha} ${context}`;
  await ledger.audit.note({
    at: now,
    repositoryId: repository.id,
    kind: "foreign_status",
    actor: sender,
    about,
    detail: `posted ${state}`,
    mark,
  });
  const wanted = await ledger.subjects.wantedAt(repository.id, headSha);
  const meant = wanted.filter((subject) => contextOf(subject).toLowerCase() === context);
  const duels = await ledger.audit.count(repository.id, "foreign_status", about);
  const became = outcomeOf(meant.length, duels);
  events.foreignStatus(seen, became);
  if (became !== "answered") return;
  for (const subject of meant) {
    await ledger.reports.doubt(subject, contextOf(subject));
    const task = { kind: "subject", subject } as const;
    const { installationId } = repository;
    const job = { task, installationId, priority: priority.red, notBefore: now, revive: true };
    await ledger.queue.enqueue(job, now);
  }
}

function outcomeOf(meant: number, duels: number): ForeignStatus {
  if (meant === 0) return "unclaimed";
  if (duels <= maxDuels) return "answered";
  return duels === maxDuels + 1 ? "given_up" : "ignored";
}

/** Whether somebody is our own bot. A failure means: it is not known who we are. */
export async function isOurs(
  { app, clock }: Pick<ForeignStatusWorld, "app" | "clock">,
  sender: Actor,
): Promise<Result<boolean>> {
  if (!sender.isBot) return ok(false);
  const known = await app.self(undefined);
  if (!known.ok) return known;
  if (isOwn(sender, known.value)) return ok(true);
  const fresh = await app.self(clock.now() - nameAgeMs);
  return fresh.ok ? ok(isOwn(sender, fresh.value)) : fresh;
}

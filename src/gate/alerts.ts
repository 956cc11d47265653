/**
 * Alerts of somebody else's Alertmanager: they make the policies due that they are about (domain/alert.ts).
 *
 * Wants: what burns is told in seconds, not at the next tick.
 * Keeps: an alert is a hint. Whatever it says, the policy is measured and compared as the watch does it. A storm of alerts is
 * one look at a policy, and one more when it goes on for longer than `gapMs`. Any process may hear it and any may look: the
 * look is a job. What is lost on the way is found by the next tick.
 */
import { type Alert, type Alerted, alertedBy, isAlerted } from "../domain/alert.ts";
import type { DurationMs } from "../domain/duration.ts";
import type { Ledger } from "./ledger.ts";
import type { Look } from "./looks.ts";
import type { Clock } from "./ports.ts";
import { priority } from "./queue.ts";
import { isGated, watchRevision, type WatchWorld } from "./watch.ts";

/** How far apart two looks at a policy are that alerts ask for. */
const gapMs: DurationMs = 5000;

/** What hearing needs. */
export interface AlertWorld {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Says that there may be work now. */
  readonly nudge: () => void;
}

/** Queues a look at every policy that the alerts are about; gives how many. */
export async function hearAlerts(world: AlertWorld, alerts: readonly Alert[]): Promise<number> {
  const looks = await looksFor(world.ledger, alertedBy(alerts));
  for (const look of looks) await queueLook(world, look);
  if (looks.length > 0) world.nudge();
  return looks.length;
}

async function looksFor({ policies, registry }: Ledger, alerted: Alerted): Promise<readonly Look[]> {
  if (alerted.size === 0) return [];
  const looks = new Map<string, Look>();
  for (const watched of (await policies.watched()).filter(isGated)) {
    const { repositoryId, answer } = watched;
    const { objectives } = answer.policy;
    if (!objectives.some(({ name }) => alerted.has(name))) continue;
    const repository = await registry.repository(repositoryId);
    if (repository === undefined || !isAlerted(alerted, objectives, repository)) continue;
    const { revision } = answer.origin;
    looks.set(`${repositoryId} ${revision}`, { repositoryId, revision, cause: "alert" });
  }
  return [...looks.values()];
}

async function queueLook({ ledger, clock }: AlertWorld, look: Look): Promise<void> {
  const now = clock.now();
  const lastAt = await ledger.looks.takenAt(look, now);
  const { repositoryId, revision } = look;
  const job = {
    task: { kind: "look", repositoryId, revision } as const,
    installationId: undefined,
    priority: priority.look,
    notBefore: lastAt === undefined ? now : Math.max(now, lastAt + gapMs),
    revive: true,
  };
  await ledger.queue.enqueue(job, now);
}

/** Looks at a policy because of an alert, unless somebody has just done so. */
export async function lookAlerted(world: WatchWorld, repositoryId: number, revision: string): Promise<void> {
  const { ledger, clock } = world;
  const watched = await ledger.policies.watched(repositoryId);
  const branches = watched.filter((one) => one.answer.origin.revision === revision && isGated(one));
  const isOurs = await ledger.looks.take({ repositoryId, revision, cause: "alert" }, clock.now(), gapMs);
  if (isOurs) await watchRevision(world, branches);
}

/**
 * Webhooks that never arrived. GitHub tries once and redelivers nothing by itself, so now and then we read its
 * log of deliveries and ask for those again that we want and do not have.
 *
 * Keeps: the log is read from where the last scan ended, in bounded steps; what one scan cannot read, the next
 * goes on with. What the ledger has is not lost, whatever the log says: our answer may have been lost instead.
 * Races: *late line*: an attempt is written down when it is over, so a little of what was read is read again.
 * *Second thoughts*: a redelivery that somebody else asked for may have arrived meanwhile; the ledger knows.
 * *Old word*: an installation's events describe it without a time of their own, so a redelivered `suspend`
 * would undo a later `unsuspend`; GitHub is asked how the installation is now.
 * *Unheard voice*: of a lost `status` event the log does not tell whether it was about us; see unheard-status.ts.
 * Leaves out: the order of `installation_repositories.removed` and a later `added`, and webhooks that GitHub
 * dropped before any attempt; the sweep finds what they told.
 */
import {
  arrivedAmong,
  type DeliveryAttempt,
  type Gap,
  lostAmong,
  type LostDelivery,
  planFor,
  unheardOf,
} from "../domain/delivery-gap.ts";
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import { type Failure, ok, type Result } from "./failure.ts";
import type { ScanMark, ScanOutcome } from "./gaps.ts";
import { type InstallationWorld, refreshInstallation } from "./installations.ts";
import { compareStatuses, type UnheardStatusWorld } from "./unheard-status.ts";

/** What scanning needs. */
export interface ScanWorld extends InstallationWorld, UnheardStatusWorld {}

/** How much of the log one scan reads, in pages of 100. */
const maxPages = 30;

/** How much of what was read is read again. */
const overlapMs: DurationMs = 600_000;

/** How many redeliveries one scan asks for, and how far apart: GitHub wants a second between writes. */
const maxAsks = 50;
const spacingMs: DurationMs = 1000;

/** Reads the log on, notes what is lost, and asks for it again. Safe to repeat; ends early when `signal` aborts. */
export async function scanDeliveries(world: ScanWorld, signal: AbortSignal): Promise<ScanOutcome> {
  const { ledger, app, clock } = world;
  const { attempts, fresh, mark, failure } = await readLog(world);
  const found = await ledger.gaps.note(await missed(world, attempts), clock.now());
  const repaired = await closeArrived(world, attempts);
  for (const id of unheardOf(fresh, "status")) await compareStatuses(world, id);
  const isWhole = failure === undefined && mark.walk === undefined;
  // Only now: a scan that dies before this reads the same again.
  await ledger.gaps.setMark(mark, isWhole ? clock.now() : undefined);
  const done = { isWhole, found, repaired, givenUp: 0, asked: 0, failure };
  if (failure !== undefined) return done;
  // One moment for the whole round: what is asked for last must not miss the next round by its seconds.
  const now = clock.now();
  const open = await ledger.gaps.open();
  const { giveUp } = planFor(open, now, app.memoryMs, maxAsks);
  const { ask } = planFor(await served(world, open), now, app.memoryMs, maxAsks);
  for (const { guid } of giveUp) await ledger.gaps.close(guid, "given_up", now);
  done.givenUp += giveUp.length;
  for (const [index, gap] of ask.entries()) {
    if (index > 0) await clock.wait(spacingMs, signal);
    if (signal.aborted) break;
    const mended = await mend(world, gap, now);
    if (!mended.ok) return { ...done, failure: mended.failure };
    done[mended.value] += 1;
  }
  return done;
}

interface Reading {
  readonly attempts: readonly DeliveryAttempt[];
  /** Those that were not read before, but for a little. */
  readonly fresh: readonly DeliveryAttempt[];
  /** Where the next scan goes on. */
  readonly mark: ScanMark;
  readonly failure: Failure | undefined;
}

/** Reads pages from the newest, or from where the last scan stopped, down to what was read before. */
async function readLog({ ledger, app, clock }: InstallationWorld): Promise<Reading> {
  const { readTo, walk } = (await ledger.gaps.mark()) ?? { readTo: 0, walk: undefined };
  const floor: Instant = Math.max(readTo - overlapMs, clock.now() - app.memoryMs);
  const attempts: DeliveryAttempt[] = [];
  const reading = (mark: ScanMark, failure?: Failure): Reading => {
    return { attempts, fresh: attempts.filter(({ at }) => at >= floor), mark, failure };
  };
  let [cursor, newest] = [walk?.cursor, walk?.newest];
  for (let page = 0; page < maxPages; page += 1) {
    const read = await app.attempts(cursor);
    if (!read.ok) {
      // A place from the last scan that GitHub will not read from may be none any more: begin again.
      const rest = page === 0 ? undefined : walkAt(cursor, newest);
      return reading({ readTo, walk: rest }, read.failure);
    }
    attempts.push(...read.value.attempts);
    newest ??= read.value.attempts[0]?.at;
    cursor = read.value.next;
    const last = read.value.attempts.at(-1);
    if (cursor === undefined || (last !== undefined && last.at < floor))
      return reading({ readTo: Math.max(readTo, newest ?? 0), walk: undefined });
  }
  return reading({ readTo, walk: walkAt(cursor, newest) });
}

function walkAt(cursor: string | undefined, newest: Instant | undefined): ScanMark["walk"] {
  return cursor === undefined || newest === undefined ? undefined : { cursor, newest };
}

/** What is lost and still matters: the ledger does not have it, and its installation may be served. */
async function missed(
  world: InstallationWorld,
  attempts: readonly DeliveryAttempt[],
): Promise<readonly LostDelivery[]> {
  const lost: LostDelivery[] = [];
  for (const one of await served(world, lostAmong(attempts)))
    if ((await world.ledger.deliveries.find(one.guid)) === undefined) lost.push(one);
  return lost;
}

/** Those whose installation may be served. */
async function served<T extends LostDelivery>(
  { ledger }: InstallationWorld,
  lost: readonly T[],
): Promise<readonly T[]> {
  const kept: T[] = [];
  for (const one of lost) {
    const { event, installationId } = one;
    // What happened to an installation matters above all while we believe that it is gone.
    const isAboutIt = event === "installation" || installationId === undefined;
    if (isAboutIt || (await ledger.registry.isActive(installationId))) kept.push(one);
  }
  return kept;
}

/** Closes the gaps whose delivery arrived after all; gives how many. */
async function closeArrived(
  { ledger, clock }: InstallationWorld,
  attempts: readonly DeliveryAttempt[],
): Promise<number> {
  const arrived = arrivedAmong(attempts);
  let closed = 0;
  for (const { guid } of await ledger.gaps.open()) {
    if (!arrived.has(guid) && (await ledger.deliveries.find(guid)) === undefined) continue;
    await ledger.gaps.close(guid, "repaired", clock.now());
    closed += 1;
  }
  return closed;
}

/** Asks for one lost delivery again, or for what it would have told. */
async function mend(
  world: InstallationWorld,
  gap: Gap,
  now: Instant,
): Promise<Result<"asked" | "repaired" | "givenUp">> {
  const { ledger, app } = world;
  await ledger.gaps.asking(gap.guid, now);
  if (gap.event === "installation" && gap.installationId !== undefined) {
    const standing = await refreshInstallation(world, gap.installationId);
    if (!standing.ok) return standing;
    // Only `created` tells more than that: which repositories came with it.
    if (gap.action !== "created" || standing.value !== "active") return close("repaired");
  }
  const asked = await app.redeliver(gap.id);
  if (asked.ok) return ok("asked");
  const isForgotten = asked.failure.kind === "gone" || asked.failure.kind === "rejected";
  return isForgotten ? close("givenUp") : asked;

  async function close(how: "repaired" | "givenUp"): Promise<Result<"repaired" | "givenUp">> {
    await ledger.gaps.close(gap.guid, how === "repaired" ? "repaired" : "given_up", now);
    return ok(how);
  }
}

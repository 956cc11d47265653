/**
 * Webhooks that GitHub could not deliver, and when to ask for them again. GitHub redelivers nothing by itself.
 *
 * Keeps: a delivery that arrived once, by whatever attempt, is not lost; none is asked for more than five
 * times, each time after a longer pause; none is asked for after GitHub has forgotten it.
 */
import type { DurationMs } from "./duration.ts";
import type { Instant } from "./instant.ts";

/** One attempt of GitHub's to deliver a webhook, as its log tells. A redelivery is a further attempt of one GUID. */
export interface DeliveryAttempt {
  /** The attempt's own number; GitHub is asked for a redelivery by it. */
  readonly id: number;
  /** `X-GitHub-Delivery`. */
  readonly guid: string;
  readonly at: Instant;
  readonly event: string;
  readonly action: string | undefined;
  readonly installationId: number | undefined;
  readonly repositoryId: number | undefined;
  /** Whether we answered with success. */
  readonly isDelivered: boolean;
  /** Whether we do anything with such an event. */
  readonly isWanted: boolean;
}

/** A webhook none of whose attempts arrived, by the newest of them. */
export type LostDelivery = Omit<DeliveryAttempt, "repositoryId" | "isDelivered" | "isWanted">;

/** A lost webhook and what we did about it. */
export interface Gap extends LostDelivery {
  /** How often GitHub was asked to deliver it again. */
  readonly asked: number;
  readonly askedAt: Instant | undefined;
}

/** What is to be done about a gap now. */
export type GapTurn = "ask" | "wait" | "give_up";

/** How often a webhook is asked for before it is given up. */
const maxAsked = 5;

/** Webhooks we want that did not arrive by any of these attempts, the oldest first. */
export function lostAmong(attempts: readonly DeliveryAttempt[]): readonly LostDelivery[] {
  const arrived = arrivedAmong(attempts);
  const newest = new Map<string, LostDelivery>();
  for (const { isDelivered: _, repositoryId: __, isWanted, ...attempt } of attempts) {
    if (!isWanted || arrived.has(attempt.guid)) continue;
    const known = newest.get(attempt.guid);
    if (known === undefined || isNewer(attempt, known)) newest.set(attempt.guid, attempt);
  }
  return [...newest.values()].toSorted((one, other) => one.at - other.at || one.id - other.id);
}

/** Repositories of which an event of a kind did not arrive by any of these attempts. */
export function unheardOf(attempts: readonly DeliveryAttempt[], event: string): ReadonlySet<number> {
  const arrived = arrivedAmong(attempts);
  const lost = attempts.filter((one) => one.event === event && !arrived.has(one.guid));
  return new Set(lost.flatMap(({ repositoryId }) => repositoryId ?? []));
}

/** GUIDs that arrived by at least one of these attempts. */
export function arrivedAmong(attempts: readonly DeliveryAttempt[]): ReadonlySet<string> {
  return new Set(attempts.flatMap(({ guid, isDelivered }) => (isDelivered ? [guid] : [])));
}

/** The pause after the `asked`th time: 5 minutes, then three times as long each time. */
export function pauseAfter(asked: number): DurationMs {
  return 300_000 * 3 ** Math.max(0, asked - 1);
}

/** What is to be done about a gap at `now`; `memoryMs` is how long GitHub remembers an attempt. */
export function turnOf(gap: Gap, now: Instant, memoryMs: DurationMs): GapTurn {
  if (now - gap.at >= memoryMs) return "give_up";
  // A clock that was set back must not silence us.
  const isPausing =
    gap.askedAt !== undefined && gap.askedAt <= now && now < gap.askedAt + pauseAfter(gap.asked);
  if (isPausing) return "wait";
  return gap.asked >= maxAsked ? "give_up" : "ask";
}

/**
 * What to do at `now` about the gaps that are open: at most `most` are asked for, those first that GitHub will
 * forget first.
 */
export function planFor(
  open: readonly Gap[],
  now: Instant,
  memoryMs: DurationMs,
  most: number,
): { readonly ask: readonly Gap[]; readonly giveUp: readonly Gap[] } {
  const oldestFirst = open.toSorted((one, other) => one.at - other.at || one.id - other.id);
  const having = (turn: GapTurn): Gap[] => oldestFirst.filter((gap) => turnOf(gap, now, memoryMs) === turn);
  return { ask: having("ask").slice(0, most), giveUp: having("give_up") };
}

function isNewer(one: LostDelivery, other: LostDelivery): boolean {
  return one.at > other.at || (one.at === other.at && one.id > other.id);
}

/**
 * How fast one installation may be written to.
 *
 * Wants: GitHub's limits are met by waiting, not by being told, and what may be used is used.
 * Keeps: writes are evenly spaced, and a turn that is taken a little late does not push back those after it. In no minute
 * more points are spent than GitHub gives (900, a write counts 5 and a read 1). When GitHub says "not before", nothing is
 * asked before; without a moment that is a minute, then twice as long each time in a row. Afterwards writes are half as
 * fast, and twice as fast with each minute that goes well. What GitHub tells is left of the hour is spread over it.
 * Leaves out: a reserve of the hour for what is urgent: the next turn is the most urgent job's anyway.
 *
 * Source: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api,
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api.
 */
import type { DurationMs } from "./duration.ts";
import type { Instant } from "./instant.ts";

/** One installation's turns, as far as all processes share them. */
export interface Lane {
  /** When the next write may begin by its spacing. */
  readonly nextWriteAt: Instant;
  /** When all points that were spent would have been given. */
  readonly pointsAt: Instant;
  readonly heldUntil: Instant;
  readonly heldInARow: number;
  /** How often the pace was halved, as of `heldUntil`. */
  readonly halvings: number;
}

/** What GitHub's newest answer told of the hour's requests. */
export interface Allowance {
  readonly remaining: number;
  readonly resetAt: Instant;
}

/** A lane on which nothing has happened. */
export const freshLane: Lane = { nextWriteAt: 0, pointsAt: 0, heldUntil: 0, heldInARow: 0, halvings: 0 };

/** What a request counts of GitHub's 900 points a minute. */
export const points = { read: 1, write: 5 } as const;

const minute: DurationMs = 60_000;

/**
 * So much may be spent before its time. What is given in a minute is less by as much, and by one write with the reads
 * before it: so 900 are never exceeded, in whichever minute they are counted.
 */
const pointCreditMs: DurationMs = 500;
const pointMs: DurationMs = (minute + pointCreditMs) / (900 - 15);

const maxHalvings = 3;

/** How far writes are apart now, when `spacingMs` is wished. */
function spacingOf(
  lane: Lane,
  now: Instant,
  spacingMs: DurationMs,
  allowance: Allowance | undefined,
): DurationMs {
  const slow = spacingMs * 2 ** halvingsAt(lane, now);
  if (allowance === undefined || allowance.resetAt <= now) return slow;
  return Math.max(slow, (allowance.resetAt - now) / Math.max(1, allowance.remaining));
}

/** Each minute since the last hold takes one halving back. */
function halvingsAt({ halvings, heldUntil }: Lane, now: Instant): number {
  const minutes = Math.max(0, Math.floor((now - heldUntil) / minute));
  return Math.max(0, halvings - minutes);
}

/**
 * When the next write may begin. What is further off than its spacing or a minute's points was reckoned by a clock that was
 * set back since, or by a pace that has quickened: it holds nobody up.
 */
export function nextTurn(lane: Lane, now: Instant, spacingMs: DurationMs, allowance?: Allowance): Instant {
  const isSpaced = lane.nextWriteAt <= now + spacingOf(lane, now, spacingMs, allowance);
  const given = pointsFrom(lane, now) - pointCreditMs;
  return Math.max(isSpaced ? lane.nextWriteAt : now, given, lane.heldUntil);
}

function pointsFrom({ pointsAt }: Lane, now: Instant): Instant {
  return pointsAt > now + minute + pointCreditMs ? now : pointsAt;
}

/** The lane after a write that begins now; `spent`: points that reads have spent since the last one. */
export function takeTurn(
  lane: Lane,
  now: Instant,
  spacingMs: DurationMs,
  spent: number,
  allowance?: Allowance,
): Lane {
  const spacing = spacingOf(lane, now, spacingMs, allowance);
  const lateMs = now - lane.nextWriteAt;
  const isOnTime = lateMs >= 0 && lateMs <= spacing;
  return {
    ...lane,
    nextWriteAt: (isOnTime ? lane.nextWriteAt : now) + spacing,
    // Reads are not waited for, so what they spent may be more than a minute gives; then it counts as a minute.
    pointsAt: Math.min(
      Math.max(pointsFrom(lane, now), now) + (spent + points.write) * pointMs,
      now + minute + pointCreditMs,
    ),
  };
}

/** The lane after GitHub said: not before. `until` undefined: it did not say when. */
export function holdLane(lane: Lane, now: Instant, until: Instant | undefined): Lane {
  const guess = now + minute * 2 ** Math.min(lane.heldInARow, 4);
  return {
    ...lane,
    heldInARow: lane.heldInARow + 1,
    heldUntil: Math.max(lane.heldUntil, until ?? guess),
    halvings: Math.min(maxHalvings, halvingsAt(lane, now) + 1),
  };
}

/** The lane after GitHub answered well. */
export function easeLane(lane: Lane): Lane {
  return { ...lane, heldInARow: 0 };
}

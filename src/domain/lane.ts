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
  /** Points spent in each second of the last minute, oldest first: seconds since 1970, and how many. */
  readonly spent: readonly (readonly [second: number, points: number])[];
  readonly heldUntil: Instant;
  readonly heldInARow: number;
  /** How often the pace was halved, as of `heldUntil`. */
  readonly halvings: number;
}

/** What GitHub's newest answer told of the hour's requests. */
export interface HourLeft {
  readonly remaining: number;
  readonly resetAt: Instant;
}

/** A lane on which nothing has happened. */
export const freshLane: Lane = { nextWriteAt: 0, spent: [], heldUntil: 0, heldInARow: 0, halvings: 0 };

/** What a request counts of GitHub's 900 points a minute. */
export const points = { read: 1, write: 5 } as const;

const minute: DurationMs = 60_000;

/** What GitHub gives in a minute. */
const pointsPerMinute = 900;

const maxHalvings = 3;

/** How far writes are apart now, when `spacingMs` is wished. */
function spacingOf(lane: Lane, now: Instant, spacingMs: DurationMs, hour: HourLeft | undefined): DurationMs {
  const slow = spacingMs * 2 ** halvingsAt(lane, now);
  if (hour === undefined || hour.resetAt <= now) return slow;
  return Math.max(slow, (hour.resetAt - now) / Math.max(1, hour.remaining));
}

/** Each minute since the last hold takes one halving back. */
function halvingsAt({ halvings, heldUntil }: Lane, now: Instant): number {
  const minutes = Math.max(0, Math.floor((now - heldUntil) / minute));
  return Math.max(0, halvings - minutes);
}

/**
 * When the next write may begin. What is further off than its spacing was reckoned by a clock that was set back since, or
 * by a pace that has quickened: it holds nobody up.
 */
export function nextTurn(lane: Lane, now: Instant, spacingMs: DurationMs, hour?: HourLeft): Instant {
  const isSpaced = lane.nextWriteAt <= now + spacingOf(lane, now, spacingMs, hour);
  const turn = Math.max(isSpaced ? lane.nextWriteAt : now, pointsFrom(lane, now), lane.heldUntil);
  // A moment is stored as a whole number, which PostgreSQL insists on; a fraction later is not too early.
  return Math.ceil(turn);
}

/** When there are points for a write. The second in which a minute began is counted whole, so 61 of them are looked at. */
function pointsFrom(lane: Lane, now: Instant): Instant {
  const recent = recentOf(lane, now);
  let over = recent.reduce((sum, [, spent]) => sum + spent, points.write - pointsPerMinute);
  for (const [second, spent] of recent) {
    if (over <= 0) return now;
    over -= spent;
    if (over <= 0) return (second + 61) * 1000;
  }
  return now;
}

/** What counts still; what lies ahead was spent by a clock that was set back since. */
function recentOf({ spent }: Lane, now: Instant): Lane["spent"] {
  const second = Math.floor(now / 1000);
  return spent.filter(([at]) => at > second - 61 && at <= second);
}

/** The lane after a write that begins now; `read`: points that reads have spent since the last one. */
export function takeTurn(
  lane: Lane,
  now: Instant,
  spacingMs: DurationMs,
  read: number,
  hour?: HourLeft,
): Lane {
  const spacing = spacingOf(lane, now, spacingMs, hour);
  const lateMs = now - lane.nextWriteAt;
  const isOnTime = lateMs >= 0 && lateMs <= spacing;
  const second = Math.floor(now / 1000);
  const recent = recentOf(lane, now);
  const before = recent.filter(([at]) => at < second);
  const here = recent.at(-1)?.[0] === second ? (recent.at(-1)?.[1] ?? 0) : 0;
  return {
    ...lane,
    nextWriteAt: (isOnTime ? lane.nextWriteAt : now) + spacing,
    spent: [...before, [second, here + read + points.write]],
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

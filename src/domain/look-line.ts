/**
 * When the policies of one data source are looked at within a tick.
 *
 * Wants: a thousand policies do not ask in one second, and a handful does not wait.
 * Keeps: what was looked at longest ago comes first, so that where rounds break off early nobody is last every time; and
 * each begins a tick after its last look, so that a long line keeps its pace from tick to tick.
 */
import type { DurationMs } from "./duration.ts";
import type { Instant } from "./instant.ts";

/** So many begin at once, and so many more each second, unless there are too many for that. */
const handful = 8;

/** Something to look at. */
export interface InLine<T> {
  readonly what: T;
  /** When it was last looked at; `undefined`: not for long. */
  readonly lastAt: Instant | undefined;
}

/** Something to look at, and when to begin. */
export interface Turn<T> {
  readonly what: T;
  readonly at: Instant;
}

/**
 * Turns in the order in which they begin, all in the first half of a tick that begins now. What is not due by then has
 * none; the next round is soon enough for it.
 */
export function lineUp<T>(line: readonly InLine<T>[], now: Instant, tickMs: DurationMs): readonly Turn<T>[] {
  const spanMs = tickMs / 2;
  const dueAt = ({ lastAt }: InLine<T>): Instant => (lastAt === undefined ? now : lastAt + tickMs);
  const due = line
    .filter((one) => dueAt(one) <= now + spanMs)
    .toSorted((one, other) => (one.lastAt ?? 0) - (other.lastAt ?? 0));
  const gapMs = Math.min(1000 / handful, spanMs / due.length);
  return due.map((one, place) => ({
    what: one.what,
    at: Math.max(now + Math.max(0, place + 1 - handful) * gapMs, dueAt(one)),
  }));
}

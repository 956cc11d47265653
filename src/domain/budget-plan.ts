/**
 * How the time of a budget's window is asked about: whole days in UTC that will not change any more, and what is left
 * before and after them.
 *
 * Wants: a whole day asked once and kept, so that each look asks only about its two ends.
 * Keeps: the stretches follow each other without overlap, so that their events add up to the window's. A day is whole
 * only when late samples of it have had an hour to come. A stretch shorter than five minutes may hold less than the two
 * samples that a rate needs, and is left out.
 */
import { type BudgetDay, dayAt, dayMs, dayStart } from "./budget-day.ts";
import type { DurationMs } from "./duration.ts";
import { lengthOf, type Stretch, without } from "./stretch.ts";

/** How long after its end a day may still get samples. */
const latenessMs: DurationMs = 3_600_000;

/** The shortest first stretch; a shorter one is asked together with the day after it. */
const shortestHeadMs: DurationMs = 3_600_000;

const shortestMs: DurationMs = 300_000;

/** One day of a plan. */
export interface PlannedDay {
  readonly day: BudgetDay["day"];
  /** What of it is counted: all of it, or what maintenance leaves. */
  readonly stretches: readonly Stretch[];
}

/** How a window's time is asked about. */
export interface BudgetPlan {
  /** Days that are asked about once. */
  readonly days: readonly PlannedDay[];
  /** What else is over, asked about at each look. */
  readonly parts: readonly Stretch[];
  /** What ends now; `undefined` while there is maintenance, and just after it. */
  readonly live: Stretch | undefined;
  /** The latest time that is in no whole day: what is looked at to see whether anything is alive. */
  readonly latest: Stretch;
  /** How long all that is counted is together. */
  readonly countedMs: DurationMs;
}

/** Plans a window that ends now. `leftOut` is what is not counted, however it overlaps. */
export function planBudget(window: Stretch, leftOut: readonly Stretch[]): BudgetPlan {
  const counted = (stretch: Stretch): readonly Stretch[] =>
    without(stretch, leftOut).filter(({ from, to }) => to - from >= shortestMs);
  const firstDay = Math.ceil(window.from / dayMs);
  const headMs = dayStart(firstDay) - window.from;
  const first = headMs > 0 && headMs < shortestHeadMs ? firstDay + 1 : firstDay;
  const end = dayAt(window.to - latenessMs);
  const count = Math.max(0, end - first);
  const days = Array.from({ length: count }, (_, index): PlannedDay => {
    const day = first + index;
    return { day, stretches: counted({ from: dayStart(day), to: dayStart(day + 1) }) };
  });
  const latest = count === 0 ? window : { from: dayStart(end), to: window.to };
  const head = count === 0 ? [] : counted({ from: window.from, to: dayStart(first) });
  const tail = counted(latest);
  const live = tail.at(-1)?.to === window.to ? tail.at(-1) : undefined;
  const parts = [...head, ...tail.filter((one) => one !== live)];
  const all = [
    ...days.flatMap(({ stretches }) => stretches),
    ...parts,
    ...(live === undefined ? [] : [live]),
  ];
  return { days, parts, live, latest, countedMs: lengthOf(all) };
}

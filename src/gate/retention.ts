/**
 * What the ledger lets go of, and when. The law of each table is in store/retention.ts, for people in docs/retention.md.
 *
 * Wants: a ledger that stays as large as the work it is for, whatever its age.
 * Keeps: nothing that a gate still stands on is let go: horizons are longer than any wish, window or memory of GitHub's that
 * asks for the row. No step is long: a page is looked at, what is old of it is deleted in one short statement, and everybody
 * else may write before the next one.
 * Races: *two cleaners* delete the same rows, the second none. *Late comer*: each deletion asks again whether its rows are
 * old, so what became needed since it was looked at stays.
 */
import type { DurationMs } from "../domain/duration.ts";
import { type Horizons, horizonsAt, type RetentionTimes } from "../domain/retention.ts";
import type { Events } from "./events.ts";
import type { Clock } from "./ports.ts";

/** Where a walk through a table is: the key of the last row that was looked at. */
export type PageKey = readonly (string | number)[];

/** A page of a table, looked at. */
export interface CleanedPage {
  /** How many of its rows were deleted. */
  readonly deleted: number;
  /** Where the next page begins; `undefined`: this was the last one. */
  readonly end: PageKey | undefined;
}

/** The ledger's tables, a page at a time. */
export interface Retention {
  /** Tables whose rows grow old, in the order in which they are to be cleaned: what hangs on another comes after it. */
  readonly tables: readonly string[];
  /** Deletes what is old on the page after a key, or on the first one. Holds no lock when it is done. */
  cleanPage(table: string, horizons: Horizons, after: PageKey | undefined): Promise<CleanedPage>;
}

/** How often the ledger is gone through. */
export const cleanMs: DurationMs = 3_600_000;

/** How long others have the ledger to themselves between two pages. */
const pauseMs: DurationMs = 25;

/** What cleaning needs. */
export interface CleanWorld {
  readonly retention: Retention;
  readonly clock: Clock;
  readonly events: Pick<Events, "cleaned">;
  readonly times: RetentionTimes;
}

/** One round through every table; ends early when `signal` aborts. */
export async function cleanLedger(world: CleanWorld, signal: AbortSignal): Promise<void> {
  const { retention, clock, events, times } = world;
  const startedAt = clock.now();
  const horizons = horizonsAt(startedAt, times);
  const deleted = new Map<string, number>();
  for (const table of retention.tables) {
    if (signal.aborted) return;
    deleted.set(table, await cleanTable(world, table, horizons, signal));
  }
  if (!signal.aborted) events.cleaned(deleted, clock.now() - startedAt);
}

async function cleanTable(
  { retention, clock }: CleanWorld,
  table: string,
  horizons: Horizons,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0;
  let after: PageKey | undefined;
  do {
    const page = await retention.cleanPage(table, horizons, after);
    deleted += page.deleted;
    after = page.end;
    if (after !== undefined) await clock.wait(pauseMs, signal);
  } while (after !== undefined && !signal.aborted);
  return deleted;
}

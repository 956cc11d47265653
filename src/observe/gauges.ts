import type { Instant } from "../domain/instant.ts";
import { flipOutcomes } from "../gate/flips.ts";
import type { Ledger } from "../gate/ledger.ts";
import type { Metrics } from "./metrics.ts";

/** Reads the ledger into the gauges; `paused` are installations that may not be written to now. */
export async function setGauges(
  { jobs, jobWaits, openFlips, flipSubjects, oldestFlip }: Metrics,
  { queue, flips }: Pick<Ledger, "queue" | "flips">,
  paused: ReadonlySet<number>,
  now: Instant,
): Promise<void> {
  for (const [state, count] of Object.entries(await queue.counts())) jobs.set({ state }, count);
  const waits = { due: 0, budget: 0, later: 0 };
  for (const { installationId, due, later } of await queue.backlog(now)) {
    const isPaused = installationId !== undefined && paused.has(installationId);
    waits[isPaused ? "budget" : "due"] += due;
    waits.later += later;
  }
  for (const [wait, count] of Object.entries(waits)) jobWaits.set({ wait }, count);
  const open = await flips.open();
  openFlips.set(open.length);
  flipSubjects.set(
    { outcome: "open" },
    open.reduce((sum, one) => sum + one.open, 0),
  );
  for (const outcome of flipOutcomes)
    flipSubjects.set(
      { outcome },
      open.reduce((sum, { settled }) => sum + settled[outcome], 0),
    );
  const [oldest] = open;
  oldestFlip.set(oldest === undefined ? 0 : Math.max(0, now - oldest.noticedAt) / 1000);
}

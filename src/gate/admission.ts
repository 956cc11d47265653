/**
 * Whether there is room for one more delivery.
 *
 * Wants: a flood that outruns the work fills no disk, and the oldest deliveries are not worked hours late. [T18]
 * Keeps: nothing is acknowledged and then lost. What is refused stays in GitHub's log, where the scan finds it and asks
 * for it again; other work needs no bound, since a subject waits once however often it is asked for.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";
import type { Deliveries } from "./ledger.ts";
import type { Clock } from "./ports.ts";

/** How many deliveries may wait for their work: a quarter of an hour's, for one process. */
export const maxWaiting = 100_000;

/** For how long a count serves; a flood is a few thousand deliveries larger by then. */
const countedForMs: DurationMs = 5000;

/** Tells whether too many deliveries wait. */
export function admissionTo(
  deliveries: Pick<Deliveries, "waiting">,
  clock: Pick<Clock, "now">,
): () => Promise<boolean> {
  let counted: { readonly at: Instant; readonly isFull: Promise<boolean> } | undefined;
  return async () => {
    const now = clock.now();
    if (counted === undefined || Math.abs(now - counted.at) >= countedForMs)
      counted = { at: now, isFull: deliveries.waiting(maxWaiting).then((count) => count >= maxWaiting) };
    try {
      return await counted.isFull;
    } catch (error) {
      counted = undefined;
      throw error;
    }
  };
}

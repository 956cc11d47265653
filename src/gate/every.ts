import type { DurationMs } from "../domain/duration.ts";
import type { Events } from "./events.ts";
import type { Clock } from "./ports.ts";

/**
 * Does something at once and then again and again, never two at a time, until `signal` aborts. What it throws is told and
 * the next round comes.
 */
export async function every(
  { clock, events }: { readonly clock: Clock; readonly events: Events },
  pauseMs: DurationMs,
  round: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await round();
    } catch (error) {
      events.buried("clock", error);
    }
    await clock.wait(pauseMs, signal);
  }
}

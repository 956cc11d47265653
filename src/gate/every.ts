import type { DurationMs } from "../domain/duration.ts";
import type { Events } from "./events.ts";
import type { Clock } from "./ports.ts";

/**
 * Does something at once and then again and again, never two at a time, until `signal` aborts. A round's own time is part of
 * the pause, so that rounds begin `pauseMs` apart; after a long one there is still a tenth of it. What it throws is told and the
 * next round comes.
 */
export async function every(
  { clock, events }: { readonly clock: Clock; readonly events: Events },
  pauseMs: DurationMs,
  round: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const startedAt = clock.now();
    try {
      await round();
    } catch (error) {
      events.buried("clock", error);
    }
    const tookMs = Math.max(0, clock.now() - startedAt);
    await clock.wait(Math.max(pauseMs / 10, pauseMs - tookMs), signal);
  }
}

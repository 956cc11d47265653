import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";

/** What one process does for all, now and then. */
export interface Rounds {
  /**
   * Takes the next round of that name; tells whether it is ours. Nobody gets one within `everyMs` of the last. What was
   * taken at a moment that has not come yet was taken by a clock that was set back since, and does not count.
   */
  take(name: string, now: Instant, everyMs: DurationMs): Promise<boolean>;
}

import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";

/** A look at how one policy revision of a repository fares. */
export interface Look {
  readonly repositoryId: number;
  readonly revision: string;
  /** What it is taken for: the watch's turn, or an alert. The two have times of their own. */
  readonly cause: "tick" | "alert";
}

/**
 * Who looks at which policy. A look is taken before it begins, by one of all processes; who dies with it costs the policy
 * that one look. What was taken at a moment that has not come yet was taken by a clock that was set back since, and counts
 * as never.
 */
export interface Looks {
  /** Takes a look; tells whether it is ours. Nobody gets it within `everyMs` of the last. */
  take(look: Look, now: Instant, everyMs: DurationMs): Promise<boolean>;
  /** When the look was last taken. */
  takenAt(look: Look, now: Instant): Promise<Instant | undefined>;
  /** Looks that were taken for a cause, after `since` and until now. */
  taken(cause: Look["cause"], since: Instant, now: Instant): Promise<readonly TakenLook[]>;
}

/** A look that somebody took. */
export interface TakenLook extends Look {
  readonly takenAt: Instant;
}

import type { DurationMs } from "./duration.ts";
import type { Instant } from "./instant.ts";

/** How long one step of a history is. */
export const historyStepMs: DurationMs = 3_600_000;

/** How many steps a history has: a day. */
export const historySteps = 24;

/** How an objective's error ratio went over the last day. For people only: no verdict looks at it. */
export type ErrorHistory =
  | {
      readonly kind: "measured";
      readonly objective: string;
      /** When the last hour ended. */
      readonly at: Instant;
      /** One for each hour, oldest first; `null` where nothing was measured, which JSON keeps. */
      readonly ratios: readonly (number | null)[];
    }
  | {
      readonly kind: "unmeasured";
      readonly objective: string;
      readonly at: Instant;
      /** One clause for people, without addresses or secrets. */
      readonly detail: string;
    };

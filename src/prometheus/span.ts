import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";

/** Moments at equal distances, both ends included. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
  readonly stepMs: DurationMs;
}

/** How many moments a span has. */
export function stepsIn({ from, to, stepMs }: Span): number {
  return Math.floor((to - from) / stepMs) + 1;
}

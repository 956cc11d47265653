import type { DurationMs } from "./duration.ts";
import type { Instant } from "./instant.ts";

/** Time from one moment to a later one. */
export interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

/** How long stretches are together. */
export function lengthOf(stretches: readonly Stretch[]): DurationMs {
  return stretches.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** What is left of a stretch without others, in order. These may overlap each other and reach beyond it. */
export function without({ from, to }: Stretch, others: readonly Stretch[]): readonly Stretch[] {
  const left: Stretch[] = [];
  let at = from;
  for (const other of others.toSorted((a, b) => a.from - b.from)) {
    if (other.to <= at) continue;
    if (other.from >= to) break;
    if (other.from > at) left.push({ from: at, to: other.from });
    at = other.to;
  }
  if (at < to) left.push({ from: at, to });
  return left;
}

/** What earlier evaluations measured, put together as Keptn 1.4.5 does. */
import type { Baseline } from "./criterion.ts";

/**
 * Puts values together, newest first. `name` is told apart by case; what is no function of Keptn's gives 0 to compare with, as it
 * does there.
 */
export function aggregateOf(values: readonly number[], name: string): Baseline {
  if (values.length === 0) return { kind: "nothing" };
  return { kind: "value", value: combined(values, name) };
}

function combined(values: readonly number[], name: string): number {
  switch (name) {
    case "avg":
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case "p50":
      return percentileOf(values, 0.5);
    case "p90":
      return percentileOf(values, 0.9);
    case "p95":
      return percentileOf(values, 0.95);
    default:
      return 0;
  }
}

/** A percentile of at least one value, by rank `p * (n + 1)`, between two by proportion. `p` from 0 to 1. */
export function percentileOf(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = p * (sorted.length + 1);
  if (rank < 1) return sorted[0] ?? 0;
  if (rank >= sorted.length) return sorted.at(-1) ?? 0;
  const floor = Math.floor(rank);
  const [below = 0, above = 0] = [sorted[floor - 1], sorted[floor]];
  return below + (rank - floor) * (above - below);
}

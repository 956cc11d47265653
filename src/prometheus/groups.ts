/** The groups of an objective that its labels split. */
import { numberOf } from "./ratio.ts";
import type { Series } from "./reply.ts";

/** The most groups that one objective may have. */
export const maxGroups = 50;

/** A series' group as its labels name it, sorted: `code="200", handler="/pay"`. A label that it lacks is an empty one. */
export function groupText({ labels }: Series, groupedBy: readonly string[]): string {
  return groupedBy
    .toSorted()
    .map((name) => `${name}=${JSON.stringify(labels[name] ?? "")}`)
    .join(", ");
}

/**
 * The groups that an answer speaks of. Totals and ratios make them; bad or good events that are of no total's group are a
 * group of their own, so that queries which do not count alike are told of instead of counted as none.
 */
export function groupsIn(
  bases: readonly Series[],
  parts: readonly Series[],
  groupedBy: readonly string[],
): readonly string[] {
  const counting = parts.filter(({ value }) => numberOf(value) !== 0);
  return [...new Set([...bases, ...counting].map((one) => groupText(one, groupedBy)))].toSorted();
}

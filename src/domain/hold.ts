import type { Instant } from "./instant.ts";

/** Since when each rule's condition has been true without a break, by `holdKey`. */
export type Holds = ReadonlyMap<string, Instant>;

/** Names one rule on one objective, or on one of its groups, in `Holds`. */
export function holdKey(objective: string, rule: string, group?: string): string {
  const whole = `${objective}\n${rule}`;
  return group === undefined ? whole : `${whole}\n${group}`;
}

/** The groups on which a rule's condition was true. */
export function groupsHeld(holds: Holds, objective: string, rule: string): readonly string[] {
  const before = holdKey(objective, rule, "");
  return [...holds.keys()].flatMap((key) => (key.startsWith(before) ? [key.slice(before.length)] : []));
}

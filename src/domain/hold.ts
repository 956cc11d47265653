import type { DurationMs } from "./duration.ts";
import type { Instant } from "./instant.ts";

/**
 * What is remembered of rules from one look to the next: since when a condition has been true (`holdKey`), that the rule
 * has spoken (`spokenKey`), and since when it has been calm (`calmKey`), each without a break.
 */
export type Holds = ReadonlyMap<string, Instant>;

/** How long a rule that has spoken must be calm before it lets go, where the policy does not say. */
export const defaultHoldMs: DurationMs = 300_000;

/** Names one rule on one objective, or on one of its groups, in `Holds`. */
export function holdKey(objective: string, rule: string, group?: string): string {
  const whole = `${objective}\n${rule}`;
  return group === undefined ? whole : `${whole}\n${group}`;
}

/** Names that a rule has spoken. No objective's name is empty, so this is nobody's `holdKey`. */
export function spokenKey(key: string): string {
  return `\nspoken\n${key}`;
}

/** Names since when a rule that has spoken is calm. */
export function calmKey(key: string): string {
  return `\ncalm\n${key}`;
}

/** The groups on which a rule's condition was true. */
export function groupsHeld(holds: Holds, objective: string, rule: string): readonly string[] {
  const before = holdKey(objective, rule, "");
  return [...holds.keys()].flatMap((key) => (key.startsWith(before) ? [key.slice(before.length)] : []));
}

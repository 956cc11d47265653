import type { Verdict } from "./github-required.ts";
import type { MergeQueueParameters } from "./github-rule.ts";

/** What happens next to a queue: so many from the front merge together, those at these places leave, or nothing. */
export type QueueStep =
  | { kind: "leave"; which: number[] }
  | { kind: "merge"; count: number }
  | { kind: "wait" };

/**
 * What the verdicts on the groups of a queue, first to merge first, make happen. With ALLGREEN each group must be green
 * and a red one leaves. With HEADGREEN, of those that merge together only the last must be: a red one may merge by one
 * behind it, and leaves once none there can be green any more.
 *
 * @param waited whether the first entry has waited as long as it must for others to merge together with it
 */
export function stepOf(
  verdicts: readonly Verdict[],
  settings: MergeQueueParameters,
  waited: boolean,
): QueueStep {
  const headGreen = settings.grouping_strategy === "HEADGREEN";
  const together = headGreen ? verdicts.slice(0, settings.max_entries_to_merge) : verdicts;
  const hopeful = together.findLastIndex((verdict) => verdict !== "red");
  const which = together.flatMap((verdict, index) =>
    verdict === "red" && (!headGreen || index > hopeful) ? [index] : [],
  );
  if (which.length > 0) return { kind: "leave", which };
  const unready = verdicts.findIndex((verdict) => verdict !== "green");
  const greens = unready === -1 ? verdicts.length : unready;
  const count = headGreen
    ? together.lastIndexOf("green") + 1
    : Math.min(greens, settings.max_entries_to_merge);
  const enough = waited || count >= settings.min_entries_to_merge;
  return count > 0 && enough ? { kind: "merge", count } : { kind: "wait" };
}

import type { Instant } from "./instant.ts";
import type { Actor } from "./subject.ts";

/**
 * One sight of a pull request's head: which commit it was, when GitHub said so, and who had pushed it if that
 * was told.
 */
export interface HeadSight {
  readonly headSha: string;
  readonly seenAt: Instant;
  readonly pusher: Actor | undefined;
}

/**
 * Since when a commit has been the head without a break, as far as sights go. The set of sights decides, not
 * their order of arrival.
 */
export interface HeadTenure {
  readonly since: Instant;
  /**
   * Another commit was seen to be the head before; else the commit may have been the head for longer than
   * `since`.
   */
  readonly isFirstKnown: boolean;
  /** Who pushed the commit, by the newest sight that tells. */
  readonly pusher: Actor | undefined;
}

/**
 * The tenure of `headSha` if it is the newest head seen, else `undefined`. Sights of one second with
 * different heads prove nothing, so both count as a break.
 */
export function tenureOf(sights: readonly HeadSight[], headSha: string): HeadTenure | undefined {
  const inTime = sights.toSorted(
    (a, b) =>
      a.seenAt - b.seenAt ||
      Number(a.headSha === headSha) - Number(b.headSha === headSha) ||
      (a.pusher?.id ?? 0) - (b.pusher?.id ?? 0),
  );
  const lastOther = inTime.findLastIndex((sight) => sight.headSha !== headSha);
  const run = inTime.slice(lastOther + 1);
  const [first] = run;
  if (first === undefined) return undefined;
  const pusher = run.findLast((sight) => sight.pusher !== undefined)?.pusher;
  return { since: first.seenAt, isFirstKnown: lastOther >= 0, pusher };
}

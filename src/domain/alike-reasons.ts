import type { Reason } from "./reason.ts";

/** Reasons that are told in one sentence: one alone, or what was not measured for one cause over several windows. */
export type AlikeReasons = readonly [Reason, ...Reason[]];

/** Puts together what is alike, each where the first of its kind stands. */
export function alikeReasons(reasons: readonly Reason[]): readonly AlikeReasons[] {
  const alike = Map.groupBy(reasons, (one) =>
    one.kind === "unmeasured" ? JSON.stringify([one.objective, one.group, one.why, one.detail]) : one,
  );
  return [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [[first, ...others] as const],
  );
}

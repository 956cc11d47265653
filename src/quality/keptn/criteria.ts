/** Groups of criteria: any group will do, and of a group every criterion must hold. */
import {
  type Baseline,
  isError,
  judgeCriterion,
  type KeptnError,
  parseCriterion,
  type Target,
} from "./criterion.ts";

/** A group of criteria, as texts. */
export type Group = readonly string[];

/** What became of groups. */
export interface GroupsOutcome {
  readonly isSatisfied: boolean;
  /** One for each criterion, in order; of no groups none, which Keptn's events tell as `null`. */
  readonly targets: readonly Target[];
}

/** Holds a value against groups. All of them are looked at, so one that cannot be read is an error wherever it stands. */
export function judgeGroups(
  groups: readonly Group[],
  measured: number,
  baseline: Baseline,
): GroupsOutcome | KeptnError {
  let isSatisfied = false;
  const targets: Target[] = [];
  for (const group of groups) {
    const judged = group.map((text) => judgeCriterion(text, measured, baseline));
    const wrong = judged.find((one) => isError(one));
    if (wrong !== undefined) return wrong;
    const ours = judged.filter((one): one is Target => !isError(one));
    isSatisfied ||= ours.every(({ violated }) => !violated);
    targets.push(...ours);
  }
  return { isSatisfied, targets };
}

/**
 * What is told of criteria that were not held against anything: violated, each with its number. A relative one shows what was
 * before and not what that makes; one that cannot be read is left out.
 */
export function previewGroups(groups: readonly Group[], baseline: Baseline): readonly Target[] {
  const before = baseline.kind === "value" ? baseline.value : 0;
  return groups.flat().flatMap((text): readonly Target[] => {
    const criterion = parseCriterion(text);
    if (isError(criterion)) return [];
    return [{ criteria: text, targetValue: criterion.isRelative ? before : criterion.value, violated: true }];
  });
}

/** What a Keptn `slo.yaml` says, after its defaults (go-utils pkg/lib/service_level_objectives.go). */
import type { Group } from "./criteria.ts";

/** With which earlier evaluations values are compared. */
export interface Comparison {
  /** `single_result`, `several_results`, or anything else, which means three results. */
  readonly compareWith: string;
  /** `pass`, `pass_or_warn`, or anything else, which means all. */
  readonly includeResultWithScore: string;
  readonly count: number;
  readonly aggregateFunction: string;
}

/** One objective. */
export interface KeptnObjective {
  readonly sli: string;
  readonly displayName: string;
  /** Absent or empty: the objective only informs. An `undefined` group stands for `null` in the file. */
  readonly pass: readonly (Group | undefined)[] | undefined;
  readonly warning: readonly (Group | undefined)[] | undefined;
  /** Never 0. */
  readonly weight: number;
  readonly isKey: boolean;
}

/** A whole file. */
export interface KeptnSlo {
  readonly specVersion: string;
  /** In the file's order; absent: there is none. */
  readonly filter: readonly (readonly [key: string, value: string])[] | undefined;
  readonly comparison: Comparison;
  readonly objectives: readonly KeptnObjective[];
  readonly totalScore: { readonly pass: string; readonly warning: string } | undefined;
}

/** What holds where the file says nothing of a comparison. */
export const noComparison: Comparison = {
  compareWith: "single_result",
  includeResultWithScore: "all",
  count: 1,
  aggregateFunction: "avg",
};

/** Groups that can be held against a value; `undefined` where one of them is `null`, which crashes Keptn. */
export function wholeGroups(
  groups: readonly (Group | undefined)[] | undefined,
): readonly Group[] | undefined {
  const whole = (groups ?? []).filter((group) => group !== undefined);
  return whole.length === (groups ?? []).length ? whole : undefined;
}

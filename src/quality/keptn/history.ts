/** Which earlier evaluations Keptn 1.4.5 compares with. */
import type { Instant } from "../../domain/instant.ts";
import type { Comparison } from "./slo-file.ts";
import type { SliValue } from "./sli-value.ts";

/** The words for how an evaluation ended. */
export type KeptnResult = "pass" | "warning" | "fail";

/** An evaluation that has ended. */
export interface EarlierEvaluation {
  readonly id: string;
  readonly at: Instant;
  /** The result that counted. */
  readonly result: KeptnResult;
  /** Somebody has taken it back. */
  readonly isInvalidated: boolean;
  /** What it measured; an objective without a value is not among them. */
  readonly values: readonly SliValue[];
}

/** Those that count, the newest first. */
export function selectEarlier(
  all: readonly EarlierEvaluation[],
  comparison: Comparison,
): readonly EarlierEvaluation[] {
  const kept = all
    .filter(({ isInvalidated, result }) => !isInvalidated && isIncluded(result, comparison))
    .toSorted((a, b) => b.at - a.at);
  const count = countOf(comparison);
  return count <= 0 ? kept : kept.slice(0, count);
}

/** What earlier evaluations measured of an SLI, the newest first. */
export function earlierValues(earlier: readonly EarlierEvaluation[], sli: string): readonly number[] {
  return earlier.flatMap(({ values }) =>
    values.flatMap(({ metric, value, success }) => (metric === sli && success ? value : [])),
  );
}

function isIncluded(result: KeptnResult, { includeResultWithScore }: Comparison): boolean {
  switch (includeResultWithScore.toLowerCase()) {
    case "pass":
      return result === "pass";
    case "pass_or_warn":
      return result !== "fail";
    default:
      return true;
  }
}

/** The number counts only beside `several_results`. */
function countOf({ compareWith, count }: Comparison): number {
  switch (compareWith) {
    case "single_result":
      return 1;
    case "several_results":
      return count;
    default:
      return 3;
  }
}

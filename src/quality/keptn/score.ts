/** From points to a result, in Keptn's arithmetic and words (lighthouse-service 1.4.5). */
import type { KeptnError } from "./criterion.ts";
import { formatGoFloat, parseGoFloat } from "./go-number.ts";
import type { KeptnResult } from "./history.ts";
import type { KeyFailure } from "./objectives.ts";
import type { KeptnSlo } from "./slo-file.ts";

/** What counts of an objective that was looked at. */
export interface Points {
  readonly score: number;
  /** Only what has them counts. */
  readonly hasPassTargets: boolean;
}

/** A score and what it means. */
export interface ScoreOutcome {
  readonly result: KeptnResult;
  /** 0 to 100, never rounded. */
  readonly score: number;
  readonly message: string;
}

/** Adds up points and holds them against the marks. */
export function scoreOf(
  points: readonly Points[],
  maximumScore: number,
  totalScore: KeptnSlo["totalScore"],
  keyFailure: KeyFailure | undefined,
): ScoreOutcome | KeptnError {
  const marks = marksOf(totalScore);
  if ("error" in marks) return marks;
  if (maximumScore === 0) return { result: "pass", score: 100, message: "" };
  const total = points.reduce((sum, { score, hasPassTargets }) => (hasPassTargets ? sum + score : sum), 0);
  // In this order: 57 of 100 points are 56.99999999999999.
  const score = 100 * (total / maximumScore);
  if (keyFailure !== undefined) {
    const { name, message } = keyFailure;
    return {
      result: "fail",
      score,
      message: `Evaluation failed due to key_sli objective '${name}': ${message}`,
    };
  }
  if (score >= marks.pass) return { result: "pass", score, message: "" };
  const said = `the calculated score of ${formatGoFloat(score)}`;
  if (marks.warning === undefined) {
    const mark = formatGoFloat(marks.pass);
    return {
      result: "fail",
      score,
      message: `Evaluation failed since ${said} is below the target value of ${mark}`,
    };
  }
  const mark = formatGoFloat(marks.warning);
  return score >= marks.warning
    ? {
        result: "warning",
        score,
        message: `Evaluation returned a warning: ${said} is close to the warning target value of ${mark}`,
      }
    : {
        result: "fail",
        score,
        message: `Evaluation failed since ${said} is below the warning value of ${mark}`,
      };
}

function marksOf(
  totalScore: KeptnSlo["totalScore"],
): { readonly pass: number; readonly warning: number | undefined } | KeptnError {
  if (totalScore === undefined || totalScore.pass === "") return { error: "no target score defined" };
  const pass = markIn(totalScore.pass);
  if (pass === undefined) return { error: "could not parse pass target percentage" };
  if (totalScore.warning === "") return { pass, warning: undefined };
  const warning = markIn(totalScore.warning);
  return warning === undefined ? { error: "could not parse warning target percentage" } : { pass, warning };
}

/** Percent, with its sign or without; `0.9` is less than one. */
function markIn(text: string): number | undefined {
  return parseGoFloat(text.endsWith("%") ? text.slice(0, -1) : text);
}

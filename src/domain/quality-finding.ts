/** One quality gate of another tool's file, held against what was measured. */
import type { UnmeasuredAction } from "./unmeasured-action.ts";
import type { Consequence } from "./rule.ts";

/** Whose file it is, and by whose rules it was judged. */
export type QualityTool = "keptn" | "argo" | "flagger";

/** What the tool says: `error` is *could not tell*, and never a kind of `fail`. */
export type QualityResult = "pass" | "warning" | "fail" | "error";

/** A quality gate's answer. */
export interface QualityFinding {
  /** How the policy names it; unique within one policy. */
  readonly gate: string;
  readonly tool: QualityTool;
  readonly result: QualityResult;
  /** One line for people; of an answer that is not a pass, why. */
  readonly message: string;
  /** Keptn's score, 0 to 100. */
  readonly score?: number;
  readonly lines: readonly QualityLine[];
  /** What the policy makes of a `warning`, and of an `error`. */
  readonly onWarning: Consequence;
  readonly onError: UnmeasuredAction;
}

/** One indicator or metric of a quality gate. */
export interface QualityLine {
  readonly name: string;
  readonly result: QualityResult | "info";
  /** What was measured, as it is written for people; absent: nothing was. */
  readonly value?: string;
  /** What was asked of it: `<=+10%`, `result[0] >= 0.95`. */
  readonly criteria: string;
}

import type { DurationMs } from "./duration.ts";
import type { UnmeasuredAction } from "./unmeasured-action.ts";
import type { Consequence } from "./rule.ts";

/**
 * A quality gate that a policy names: texts of another tool's files, and what the policy says beside them. They are kept as texts
 * because a policy is kept as JSON, and what a text means belongs to that tool's own rules (src/quality).
 */
export type QualityPlan = KeptnPlan | ArgoPlan | FlaggerPlan;

interface AnyPlan {
  /** Unique within a policy. */
  readonly name: string;
  /** How much of the past a look judges, up to now. */
  readonly timeframeMs: DurationMs;
  /** What a result between pass and fail asks for. */
  readonly onWarning: Consequence;
  /** What it means that the tool could not tell. */
  readonly onError: UnmeasuredAction;
}

/** A text with the path it was read from. */
export interface PlanFile {
  readonly path: string;
  readonly text: string;
}

/** Keptn's `slo.yaml`. */
export interface KeptnPlan extends AnyPlan {
  readonly tool: "keptn";
  readonly slo: PlanFile;
  /** Files of queries, from the project's to the service's: the later one's queries count. */
  readonly slis: readonly PlanFile[];
  readonly project: string;
  readonly stage: string;
  readonly service: string;
  readonly deployment: string;
  readonly labels: Readonly<Record<string, string>>;
  /** SLIs whose objective is left out where nothing was answered. */
  readonly ignoreIfEmpty: readonly string[];
  /** The one evaluation that values are compared with; absent: those that the file means. */
  readonly baseline?: string;
  /** Data sources of SLIs that lie elsewhere than the policy's. */
  readonly dataSources: Readonly<Record<string, string>>;
}

/** Argo Rollouts' AnalysisTemplate. */
export interface ArgoPlan extends AnyPlan {
  readonly tool: "argo";
  readonly file: PlanFile;
  /** Values of the template's arguments. */
  readonly args: Readonly<Record<string, string>>;
  /** The operator's data source for each address that the file names. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** Flagger's Canary, with the MetricTemplates of its file. */
export interface FlaggerPlan extends AnyPlan {
  readonly tool: "flagger";
  readonly file: PlanFile;
  readonly args: Readonly<Record<string, string>>;
  /** The operator's data source for each address that the file names. */
  readonly addresses: Readonly<Record<string, string>>;
}

import type { DurationMs } from "../../domain/duration.ts";
import type { Conditions } from "./condition.ts";

/** AnalysisTemplates of Argo Rollouts as one gate. */
export interface ArgoGate {
  readonly tool: "argo";
  /** The first template's. */
  readonly name: string;
  readonly metrics: readonly ArgoMetric[];
}

/** One metric of a template, its arguments filled in. */
export interface ArgoMetric {
  /** Unique within a gate. */
  readonly name: string;
  readonly source: ArgoSource;
  readonly conditions: Conditions;
  /** A dry run is told and never counts. */
  readonly isDryRun: boolean;
  /** What the file says and a gate of one look does not do, by its keys: `count`, `interval`. */
  readonly notApplied: readonly string[];
}

/** What a metric asks. */
export type ArgoSource =
  | {
      readonly kind: "query";
      readonly expression: string;
      /** Absent: the controller's own Prometheus. */
      readonly address?: string;
      readonly range?: RangeBefore;
      /** The query gives one number and no list, which Argo's conditions tell apart. */
      readonly isScalar: boolean;
    }
  /** `why` is for people. */
  | { readonly kind: "unable"; readonly why: string };

/** A time before the moment of asking. */
export interface RangeBefore {
  readonly startMs: DurationMs;
  readonly endMs: DurationMs;
  readonly stepMs: DurationMs;
}

import type { FlaggerMetric } from "./metric.ts";

/** The metrics of a Flagger canary as a gate. */
export interface FlaggerGate {
  readonly tool: "flagger";
  /** The canary's. */
  readonly name: string;
  readonly metrics: readonly CanaryMetric[];
}

/** One metric, its variables filled in. */
export interface CanaryMetric extends FlaggerMetric {
  readonly source: CanarySource;
}

/** What a metric asks. */
export type CanarySource =
  | {
      readonly kind: "query";
      readonly expression: string;
      /** Absent: Flagger's own metrics server. */
      readonly address?: string;
    }
  /** `why` is for people. */
  | { readonly kind: "unable"; readonly why: string };

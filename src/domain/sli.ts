import type { QueryTemplate } from "./query-template.ts";

/** An SLI that Prometheus can be asked for over any window. */
export type AskableSli =
  /** Bad and total events; the ratio is bad ÷ total, and no bad events at all is a ratio of 0. */
  | {
      readonly kind: "events";
      readonly errorQuery: QueryTemplate;
      readonly totalQuery: QueryTemplate;
      /** What the queries count, where their text does not show it. */
      readonly counted?: "per_window";
    }
  /**
   * Good and total events; the ratio is 1 − good ÷ total. Without any good series nothing is known: an outage
   * since ever and a wrong selector look alike.
   */
  | {
      readonly kind: "good_events";
      readonly goodQuery: QueryTemplate;
      readonly totalQuery: QueryTemplate;
      /** What the queries count, where their text does not show it. */
      readonly counted?: "per_window";
    }
  /** One expression that is an error ratio, 0..1. Traffic is not known, so an empty answer is *no data*. */
  | { readonly kind: "ratio"; readonly errorRatioQuery: QueryTemplate };

/** One SLI of several that make one objective. */
export interface SliPart {
  /** Share of good events that this part promises, 0 < target < 1. */
  readonly targetRatio: number;
  /** By what its burn is multiplied before the burns are added; above 0. */
  readonly weight: number;
  /** For Timeslices: the share of good events that makes a slice a good one. Absent: the objective's. */
  readonly sliceTargetRatio?: number;
  readonly sli: AskableSli;
}

/** How an objective's error ratio is asked for. */
export type Sli =
  | AskableSli
  /** Only another tool can compute it, and records it. `why` ends the sentence "cannot be asked directly: it …". */
  | { readonly kind: "recorded_only"; readonly why: string }
  /** Several SLIs with targets of their own; how they become one follows from the objective's budgeting. */
  | { readonly kind: "composite"; readonly parts: readonly [SliPart, ...SliPart[]] };

import type { DurationMs } from "./duration.ts";

/** What a slice without any traffic counts as. */
export type QuietSlice = "left_out" | "good" | "bad";

/**
 * How bad events become a spent budget. Names and meaning: OpenSLO, https://github.com/OpenSLO/OpenSLO
 * `budgetingMethod`.
 */
export type Budgeting =
  /** The share of bad events in the window. */
  | { readonly kind: "occurrences" }
  /** The share of slices of time in which fewer than `sliceTargetRatio` of the events were good. */
  | {
      readonly kind: "timeslices";
      readonly sliceMs: DurationMs;
      readonly sliceTargetRatio: number;
      readonly quiet: QuietSlice;
    }
  /** The mean of the slices' own error ratios, however many events each had. */
  | { readonly kind: "ratio_timeslices"; readonly sliceMs: DurationMs; readonly quiet: QuietSlice };

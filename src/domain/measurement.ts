import type { QuietSlice } from "./budgeting.ts";
import type { DurationMs } from "./duration.ts";
import type { Instant } from "./instant.ts";
import type { QualityFinding } from "./quality-finding.ts";
import type { Weighting } from "./recording.ts";

/**
 * The ways of not knowing. None is a number, none is a pass; what each means for the gate is the policy's
 * `when_unmeasured`.
 */
export const unmeasuredKinds = [
  /** The total was answered and is zero: nobody asked, so nobody was failed. */
  "no_traffic",
  /** Nothing was answered: a wrong selector, a dead scrape, a series that never was. */
  "no_data",
  /** NaN, an infinity, a ratio below zero, or errors of a total of zero. */
  "not_a_number",
  /** The newest sample is older than a live series could be. */
  "stale",
  /** More than one series where exactly one was asked for. */
  "ambiguous",
  /** Prometheus answered with warnings: some of the data is missing. */
  "partial",
  /** No usable answer: refused, timed out, malformed, oversized, redirected, an error. */
  "unreachable",
  /** The repository's queries of this minute are spent, or too many of them wait: it was not asked. */
  "query_limit",
  /** Too little history to speak of the objective's window. */
  "warming_up",
  /** What is recorded belongs to another revision of the objective than the file's. */
  "drift",
] as const;

/** One way of not knowing. */
export type UnmeasuredKind = (typeof unmeasuredKinds)[number];

/** What was asked, of whom, and for which moment. A number never travels without it. */
export interface Question {
  /** The objective's name. */
  readonly objective: string;
  readonly windowMs: DurationMs;
  /** The operator's id of the data source, never its address. */
  readonly dataSource: string;
  /** The PromQL that was evaluated. */
  readonly query: string;
  /** The moment the query was evaluated at. */
  readonly at: Instant;
  /** Which group of a grouped objective, as `handler="/pay"`; absent where it is not grouped. */
  readonly group?: string;
}

/** Where a number came from. */
export interface MeasuredWay {
  /** Another tool's recorded series, the file's own queries, or daily sums of these kept by us. */
  readonly kind: "recorded" | "direct" | "days";
  readonly weighting: Weighting;
  /** Why it was not read from the recorded series, one clause: `newest sample is 1h old`. */
  readonly insteadOf?: string;
  /** What slices without traffic count as, where slices are counted. */
  readonly quiet?: QuietSlice;
  /** What was not counted, one clause: `2h of maintenance`, `12 quiet slices of 60`. */
  readonly leftOut?: string;
}

/** One question's answer at one instant. */
export type Measurement =
  | (Question & {
      readonly kind: "measured";
      readonly errorRatio: number;
      /** How many events there were in the window, good and bad, where that is known. Not a whole number. */
      readonly totalEvents?: number;
      /** Absent: direct, weighted by events. */
      readonly way?: MeasuredWay;
    })
  | (Question & {
      readonly kind: "unmeasured";
      readonly why: UnmeasuredKind;
      /** One clause for people, without addresses or secrets: `newest sample is 23m old`. */
      readonly detail: string;
    });

/** All answers for one policy at one instant. */
export interface MeasurementSet {
  readonly at: Instant;
  readonly measurements: readonly Measurement[];
  /** What the policy's quality gates said; absent: it has none. */
  readonly quality?: readonly QualityFinding[];
}

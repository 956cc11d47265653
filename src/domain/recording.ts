import type { DurationMs } from "./duration.ts";
import type { QueryTemplate } from "./query-template.ts";
import type { AskableSli } from "./sli.ts";

/** What a number over the budget's window counts: events, moments of time, or slices of time. Never mixed. */
export type Weighting = "events" | "time" | "slices";

/**
 * The series in which another tool records an SLI. Every query here is a selector, or sums of selectors, that
 * gives one series where the tool's rules are deployed once.
 */
export interface Recording {
  readonly tool: "sloth" | "pyrra";
  /** The recorded error ratio (0..1) of a window. */
  readonly errorRatio: QueryTemplate;
  /** The windows for which `errorRatio` exists, without the budget's own. */
  readonly windowsMs: readonly DurationMs[];
  /** The budget's own window, and what it is weighted by. */
  readonly period: { readonly sli: AskableSli; readonly weighting: Exclude<Weighting, "slices"> };
  /**
   * The recorded target as a ratio, where the tool records one: a value other than the file's means that the
   * deployed rules are not of this revision.
   */
  readonly target: string | undefined;
}

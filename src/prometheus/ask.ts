/**
 * What is asked for one objective, and in which way.
 *
 * Wants: one form for two ways to measure. *Recorded* reads the series of another tool's rules, *direct* asks the queries
 * of the objective's own file.
 * Keeps: the recorded budget is asked only where it means the objective's own: a rolling window that counts events or, as
 * Sloth's does, moments. Where slices are counted or the calendar begins the window anew, no tool records it.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { Objective } from "../domain/objective.ts";
import { renderQuery } from "../domain/query-template.ts";
import type { Recording, Weighting } from "../domain/recording.ts";
import type { AskableSli } from "../domain/sli.ts";
import { metricIn, selectorsIn } from "../slo/promql.ts";
import { askedSli } from "./slices.ts";

/** The series that must be alive for numbers to count, and whose life vouches for theirs: the same `kin`. */
export interface Life {
  readonly selector: string;
  readonly kin: string;
}

/** A window, and the SLI that is asked over it. */
export interface AskedWindow {
  readonly windowMs: DurationMs;
  readonly sli: AskableSli;
}

/** What is asked for one objective. */
export interface Ask {
  readonly objective: Objective;
  readonly way: "recorded" | "direct";
  readonly windows: readonly AskedWindow[];
  readonly lives: readonly Life[];
  /** The recorded target, to be held against the objective's. */
  readonly target?: string;
}

const maxSelectors = 6;

/** The file's own queries over these windows, or `undefined` where none may be sent. */
export function directAsk(objective: Objective, windowsMs: readonly DurationMs[]): Ask | undefined {
  const sli = askedSli(objective);
  if (sli === undefined || windowsMs.length === 0) return undefined;
  const windows = windowsMs.map((windowMs) => ({ windowMs, sli }));
  return { objective, way: "direct", windows, lives: livesOf(objective, Math.min(...windowsMs)) };
}

/** The recorded series of these windows, as far as there are some; `undefined` where there are none. */
export function recordedAsk(objective: Objective, windowsMs: readonly DurationMs[]): Ask | undefined {
  const { recording } = objective;
  if (recording === undefined) return undefined;
  const errorRatio: AskableSli = { kind: "ratio", errorRatioQuery: recording.errorRatio };
  const windows = windowsMs.flatMap((windowMs): readonly AskedWindow[] => {
    if (windowMs === objective.windowMs)
      return isPlainBudget(objective) ? [{ windowMs, sli: recording.period.sli }] : [];
    return recording.windowsMs.includes(windowMs) ? [{ windowMs, sli: errorRatio }] : [];
  });
  if (windows.length === 0) return undefined;
  return {
    objective,
    way: "recorded",
    windows,
    lives: recordedLives(objective.windowMs, recording),
    ...(recording.target === undefined ? {} : { target: recording.target }),
  };
}

/**
 * The recorded series of which one must be alive. Of a service without any error there may be no ratio, but counts that
 * were recorded with it.
 */
function recordedLives(
  windowMs: DurationMs,
  { errorRatio, windowsMs, period: { sli } }: Recording,
): readonly Life[] {
  const shortest = windowsMs.length === 0 ? [] : [renderQuery(errorRatio, Math.min(...windowsMs))];
  // A recorded ratio of the period is made of what the shortest window recorded, and outlives it by far.
  const isMadeOfIt = sli.kind === "ratio" && shortest.length > 0;
  const base = renderQuery(sli.kind === "ratio" ? sli.errorRatioQuery : sli.totalQuery, windowMs);
  const selectors = [...shortest, ...(isMadeOfIt ? [] : selectorsIn(base))];
  return selectors.slice(0, maxSelectors).map((selector) => ({ selector, kin: "" }));
}

/** What a number over a window counts, asked in this way. */
export function weightingOf({ objective, way }: Ask, windowMs: DurationMs): Weighting {
  const isBudget = windowMs === objective.windowMs;
  if (way === "recorded") return isBudget ? (objective.recording?.period.weighting ?? "events") : "events";
  return objective.budgeting === undefined || objective.budgeting.kind === "occurrences"
    ? "events"
    : "slices";
}

function isPlainBudget({ calendar, budgeting }: Objective): boolean {
  return calendar === undefined && (budgeting === undefined || budgeting.kind === "occurrences");
}

/**
 * The series that a live objective must have. A total vouches as a whole: somebody asked. Of a ratio's metrics we do not
 * know which one is the total, so each must be alive; but not each selector, since the errors' series of a process are gone
 * when it starts anew.
 */
function livesOf({ sli }: Objective, shortestMs: DurationMs): readonly Life[] {
  switch (sli.kind) {
    case "events":
    case "good_events":
    case "ratio":
      return livesOfSli(sli, shortestMs, "");
    case "composite":
      return sli.parts.flatMap((part, index) => livesOfSli(part.sli, shortestMs, `part ${index + 1} `));
    case "recorded_only":
      return [];
  }
}

function livesOfSli(sli: AskableSli, shortestMs: DurationMs, part: string): readonly Life[] {
  const query = renderQuery(sli.kind === "ratio" ? sli.errorRatioQuery : sli.totalQuery, shortestMs);
  return selectorsIn(query)
    .slice(0, maxSelectors)
    .map((selector) => ({
      selector,
      kin: `${part}${sli.kind === "ratio" ? metricIn(selector) : ""}`.trim(),
    }));
}

/**
 * Budgets that count slices of time, asked as if the slices were events.
 *
 * Wants: the methods *Timeslices* and *RatioTimeslices* of https://github.com/OpenSLO/OpenSLO#budgeting-methods by the
 * same road as every other objective: a bad part, a total, one division.
 * Keeps: bad events of a slice are those of this slice alone, and a slice without an error series is a good one when its
 * total counts something. Each side of a division is summed first, so that labels that differ cannot make it vanish. A
 * slice without traffic counts as the objective says; when all are quiet the total is 0, which is *no traffic*, and when
 * nothing is there it is *no data*.
 * Leaves out: aligning slices with anybody's clock but Prometheus' own, which begins them at multiples of their length.
 */
import type { Budgeting, QuietSlice } from "../domain/budgeting.ts";
import { errorBudget } from "../domain/budget.ts";
import { formatDuration } from "../domain/duration.ts";
import type { Objective } from "../domain/objective.ts";
import { type QueryTemplate, renderQuery } from "../domain/query-template.ts";
import type { AskableSli, SliPart } from "../domain/sli.ts";

type Sliced = Exclude<Budgeting, { kind: "occurrences" }>;

/** The SLI that is asked for an objective, or `undefined` where no single one can be. A slice has no groups: it is summed. */
export function askedSli({ sli, budgeting, groupedBy }: Objective): AskableSli | undefined {
  const isSliced = budgeting !== undefined && budgeting.kind !== "occurrences";
  if (isSliced && groupedBy !== undefined) return undefined;
  switch (sli.kind) {
    case "events":
    case "good_events":
    case "ratio":
      return isSliced ? sliceEvents(budgeting, [sli]) : sli;
    case "composite":
      return budgeting?.kind === "timeslices" ? sliceEvents(budgeting, sli.parts) : undefined;
    case "recorded_only":
      return undefined;
  }
}

/** Slices as events. Of several SLIs a slice is bad when it is bad for any that had traffic in it. */
function sliceEvents(
  budgeting: Sliced,
  parts: readonly (AskableSli | Pick<SliPart, "sli" | "sliceTargetRatio">)[],
): AskableSli {
  const badnesses = parts.map((part) =>
    "kind" in part
      ? badnessOf(part, budgeting)
      : badnessOf(part.sli, part.sliceTargetRatio === undefined ? budgeting : { ...budgeting, ...part }),
  );
  const [only, ...others] = badnesses;
  const badness =
    only !== undefined && others.length === 0
      ? only
      : `max(${badnesses.map((one, index) => `label_replace((${one}), "burngate_part", "${index}", "", "")`).join(" or ")})`;
  const totals = parts.map((part) => trafficOf("kind" in part ? part : part.sli, budgeting)).join(" or ");
  const over = (outcome: string, inner: string): QueryTemplate => ({
    pieces: [`${outcome}((\n${inner}\n)[`, `:${formatDuration(budgeting.sliceMs)}])`],
  });
  const counted = over("count_over_time", badness);
  const quiet = over("count_over_time", totals);
  return {
    kind: "events",
    counted: "per_window",
    errorQuery: over("sum_over_time", badness),
    totalQuery: { pieces: joinedPieces(counted, " or 0 * ", quiet) },
  };
}

function joinedPieces(first: QueryTemplate, between: string, second: QueryTemplate): readonly string[] {
  const [head = "", ...rest] = second.pieces;
  return [...first.pieces.slice(0, -1), `${first.pieces.at(-1) ?? ""}${between}${head}`, ...rest];
}

/** How bad a slice was: its error ratio, or for Timeslices 1 or 0. */
function badnessOf(sli: AskableSli, budgeting: Sliced): string {
  const ratio = sliceRatio(sli, budgeting);
  const judged =
    budgeting.kind === "timeslices" ? `(${ratio}) > bool ${errorBudget(budgeting.sliceTargetRatio)}` : ratio;
  const quiet = quietBadness(sli, budgeting);
  return quiet === undefined ? judged : `(${judged}) or (${quiet})`;
}

function sliceRatio(sli: AskableSli, { sliceMs }: Sliced): string {
  const asked = (query: QueryTemplate): string => `(\n${renderQuery(query, sliceMs)}\n)`;
  switch (sli.kind) {
    case "events": {
      const [bad, total] = [`sum${asked(sli.errorQuery)}`, `sum${asked(sli.totalQuery)}`];
      return `(${bad} or ${total} * 0) / (${total} > 0)`;
    }
    case "good_events": {
      const [good, total] = [`sum${asked(sli.goodQuery)}`, `sum${asked(sli.totalQuery)}`];
      return `1 - (${good} or ${total} * 0) / (${total} > 0)`;
    }
    case "ratio":
      // NaN is what a ratio of no events is, and it is not at or above 0.
      return `${asked(sli.errorRatioQuery)} >= 0`;
  }
}

/** A value for slices of which the total says that nobody asked. */
function quietBadness(sli: AskableSli, { sliceMs, quiet }: Sliced): string | undefined {
  const value: Readonly<Record<QuietSlice, number | undefined>> = { left_out: undefined, good: 0, bad: 1 };
  const badness = value[quiet];
  if (badness === undefined) return undefined;
  if (sli.kind !== "ratio")
    return `(sum(\n${renderQuery(sli.totalQuery, sliceMs)}\n) == bool 0) * ${badness}`;
  const ratio = `(\n${renderQuery(sli.errorRatioQuery, sliceMs)}\n)`;
  return `((${ratio} != bool ${ratio}) > 0) * ${badness}`;
}

/** Something wherever the SLI could be looked at, quiet or not. */
function trafficOf(sli: AskableSli, { sliceMs }: Sliced): string {
  const query = sli.kind === "ratio" ? sli.errorRatioQuery : sli.totalQuery;
  return `sum(\n${renderQuery(query, sliceMs)}\n)`;
}

/**
 * An objective as an entry of the policy file, which read again is the same objective.
 *
 * Keeps: numbers exactly, and every text as one that YAML takes for that text and nothing else.
 */
import { Document, isScalar, visit } from "yaml";
import type { Budgeting } from "../domain/budgeting.ts";
import { formatDuration } from "../domain/duration.ts";
import { formatPercent, type Objective } from "../domain/objective.ts";
import { queryText } from "../domain/query-template.ts";
import type { Recording } from "../domain/recording.ts";
import type { Rule } from "../domain/rule.ts";
import type { AskableSli, Sli } from "../domain/sli.ts";

/** One entry of `objectives`, as YAML that begins with `- name:` and ends with a line break. */
export function printObjective(objective: Objective): string {
  const document = new Document([objectiveEntry(objective)], {
    version: "1.2",
    schema: "core",
    aliasDuplicateObjects: false,
  });
  visit(document, {
    Seq: (_, list) => {
      list.flow = list.items.every((one) => isScalar(one));
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** One entry of `objectives` as data. */
export function objectiveEntry(objective: Objective): object {
  const { budgeting, groupedBy, ownRules, recording, measure, metricSource } = objective;
  return {
    name: objective.name,
    target: formatPercent(objective.targetRatio),
    window: windowOf(objective),
    sli: sliOf(objective.sli),
    ...(budgeting === undefined ? {} : { budgeting: budgetingOf(budgeting) }),
    ...(groupedBy === undefined ? {} : { grouped_by: groupedBy }),
    ...(ownRules === undefined ? {} : { rules: ownRules.map(ruleEntry) }),
    ...(measure === undefined ? {} : { measure }),
    ...(recording === undefined ? {} : { recording: recordingOf(recording) }),
    ...(metricSource === undefined ? {} : { metric_source: metricSource }),
  };
}

function windowOf({ windowMs, calendar }: Objective): string | object {
  if (calendar === undefined) return formatDuration(windowMs);
  const { count, unit, startLocal, timeZone } = calendar;
  return { every: `${count} ${unit}${count === 1 ? "" : "s"}`, start: startLocal, time_zone: timeZone };
}

function sliOf(sli: Sli): object {
  switch (sli.kind) {
    case "recorded_only":
      return { recorded_only: sli.why };
    case "composite":
      return {
        parts: sli.parts.map(({ targetRatio, weight, sliceTargetRatio, sli: one }) => ({
          target: formatPercent(targetRatio),
          ...(weight === 1 ? {} : { weight }),
          ...(sliceTargetRatio === undefined ? {} : { slice_target: formatPercent(sliceTargetRatio) }),
          sli: askableOf(one),
        })),
      };
    case "events":
    case "good_events":
    case "ratio":
      return askableOf(sli);
  }
}

function askableOf(sli: AskableSli): object {
  switch (sli.kind) {
    case "events":
      return {
        error_query: queryText(sli.errorQuery),
        total_query: queryText(sli.totalQuery),
        ...countedOf(sli),
      };
    case "good_events":
      return {
        good_query: queryText(sli.goodQuery),
        total_query: queryText(sli.totalQuery),
        ...countedOf(sli),
      };
    case "ratio":
      return { error_ratio_query: queryText(sli.errorRatioQuery) };
  }
}

function countedOf({ counted }: { readonly counted?: "per_window" }): object {
  return counted === undefined ? {} : { counted };
}

function budgetingOf(budgeting: Budgeting): string | object {
  if (budgeting.kind === "occurrences") return budgeting.kind;
  const slice = formatDuration(budgeting.sliceMs);
  const quiet = budgeting.quiet === "left_out" ? {} : { quiet: budgeting.quiet };
  return budgeting.kind === "timeslices"
    ? { timeslices: { slice, target: formatPercent(budgeting.sliceTargetRatio), ...quiet } }
    : { ratio_timeslices: { slice, ...quiet } };
}

function ruleEntry({ name, condition, then, forMs }: Rule): object {
  const wait = forMs === 0 ? {} : { for: formatDuration(forMs) };
  if (condition.kind === "remaining")
    return { name, remaining: formatPercent(condition.thresholdRatio), then, ...wait };
  const { threshold, longWindowMs, shortWindowMs } = condition;
  const windows = [longWindowMs, shortWindowMs].map(formatDuration);
  return { name, burn_rate: threshold, windows, then, ...wait };
}

function recordingOf({ tool, errorRatio, windowsMs, period, target }: Recording): object {
  return {
    tool,
    error_ratio: queryText(errorRatio),
    windows: windowsMs.map(formatDuration),
    period: askableOf(period.sli),
    weighting: period.weighting,
    ...(target === undefined ? {} : { target }),
  };
}

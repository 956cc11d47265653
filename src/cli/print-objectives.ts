/** Objectives as they were understood, for people: a block each. */
import type { Budgeting, QuietSlice } from "../domain/budgeting.ts";
import { formatDuration } from "../domain/duration.ts";
import { rulesFor } from "../domain/objective-rules.ts";
import { formatPercent, type Objective } from "../domain/objective.ts";
import { type QueryTemplate, queryText, renderQuery } from "../domain/query-template.ts";
import type { Recording } from "../domain/recording.ts";
import type { Rule } from "../domain/rule.ts";
import { oneLine } from "../domain/sentence.ts";
import type { AskableSli, Sli } from "../domain/sli.ts";
import type { HeldObjective } from "./read-files.ts";

/** What is said on the left, and what of it. */
type Line = readonly [label: string, text: string];

/** An objective: its name, and what follows from its file. */
export function objectiveText({ objective, rules }: HeldObjective): string {
  const { name, targetRatio, groupedBy, budgeting, sli, recording, metricSource } = objective;
  const lines: readonly Line[] = [
    ["target", `${formatPercent(targetRatio)} ${windowWords(objective)}`],
    ...(groupedBy === undefined ? [] : ([["for each", groupedBy.join(", ")]] as const)),
    ...(budgeting === undefined || budgeting.kind === "occurrences"
      ? []
      : ([["budget", budgetWords(budgeting)]] as const)),
    ["measured", measuredWords(objective)],
    ...sliLines(sli),
    ...(recording === undefined ? [] : recordingLines(recording, objective.windowMs)),
    ...(metricSource === undefined ? [] : ([["lies in", oneLine(metricSource)]] as const)),
    ...ruleLines(objective, rules),
  ];
  return [name, ...lines.map(lineText)].join("\n");
}

const labelWidth = 12;

const lineText = (line: Line): string => `  ${columns(line)}`.replaceAll("\n", "\n  ");

/** The label, and beside it the text, every line of it. */
function columns([label, text]: Line): string {
  return `${label.padEnd(labelWidth)}${text.replaceAll("\n", `\n${" ".repeat(labelWidth)}`)}`;
}

/** Lines that belong to the one before, with their labels where its text is. */
const below = (lines: readonly Line[]): readonly Line[] => lines.map((line) => ["", columns(line)]);

function windowWords({ windowMs, calendar }: Objective): string {
  if (calendar === undefined) return `over ${formatDuration(windowMs)}`;
  const { count, unit, startLocal, timeZone } = calendar;
  const each = count === 1 ? unit : `${count} ${unit}s`;
  return `in each ${each} by the calendar, counted from ${startLocal.replace("T", " ")} in ${timeZone}`;
}

const quietWords: Readonly<Record<QuietSlice, string>> = {
  left_out: "one without traffic is left out",
  good: "one without traffic is good",
  bad: "one without traffic is bad",
};

function budgetWords(budgeting: Exclude<Budgeting, { kind: "occurrences" }>): string {
  const slices = `slices of ${formatDuration(budgeting.sliceMs)}`;
  const quiet = quietWords[budgeting.quiet];
  return budgeting.kind === "timeslices"
    ? `${slices}, each good when ${formatPercent(budgeting.sliceTargetRatio)} of it are; ${quiet}`
    : `the mean of ${slices}; ${quiet}`;
}

const tools: Readonly<Record<Recording["tool"], string>> = { sloth: "Sloth", pyrra: "Pyrra" };

function measuredWords({ sli, recording, measure = "auto" }: Objective): string {
  if (recording === undefined) return "directly";
  const tool = tools[recording.tool];
  if (sli.kind === "recorded_only") return `as ${tool} records it, since it ${oneLine(sli.why)}`;
  switch (measure) {
    case "auto":
      return `as ${tool} records it, or directly where that gives no answer`;
    case "recorded":
      return `as ${tool} records it`;
    case "direct":
      return `directly, though ${tool} records it`;
  }
}

function sliLines(sli: Sli): readonly Line[] {
  switch (sli.kind) {
    case "recorded_only":
      return [];
    case "composite":
      return sli.parts.flatMap(
        ({ targetRatio, weight, sliceTargetRatio, sli: one }, index): readonly Line[] => {
          const bar =
            sliceTargetRatio === undefined ? "" : `, a slice good at ${formatPercent(sliceTargetRatio)}`;
          const words = `${formatPercent(targetRatio)}, weighs ${Number(weight.toPrecision(6))}${bar}`;
          return [[`part ${index + 1}`, words], ...below(askableLines(one))];
        },
      );
    case "events":
    case "good_events":
    case "ratio":
      return askableLines(sli);
  }
}

/** The queries of an SLI, with their hole, or as they are over one window. */
function askableLines(sli: AskableSli, windowMs?: number): readonly Line[] {
  const text = (query: QueryTemplate): string =>
    (windowMs === undefined ? queryText(query) : renderQuery(query, windowMs)).trim();
  switch (sli.kind) {
    case "events":
      return [
        ["bad", text(sli.errorQuery)],
        ["total", text(sli.totalQuery)],
      ];
    case "good_events":
      return [
        ["good", text(sli.goodQuery)],
        ["total", text(sli.totalQuery)],
      ];
    case "ratio":
      return [["bad ÷ total", text(sli.errorRatioQuery)]];
  }
}

function recordingLines({ errorRatio, windowsMs, period }: Recording, windowMs: number): readonly Line[] {
  const whole = `over ${formatDuration(windowMs)}, counting ${period.weighting === "time" ? "every moment alike" : "events"}`;
  const isSame =
    period.sli.kind === "ratio" && queryText(period.sli.errorRatioQuery) === queryText(errorRatio);
  return [
    ["recorded", queryText(errorRatio)],
    ...(windowsMs.length === 0 ? [] : ([["", `over ${windowsMs.map(formatDuration).join(", ")}`]] as const)),
    ["", whole],
    ...(isSame ? [] : below(askableLines(period.sli, windowMs))),
  ];
}

function ruleLines(objective: Objective, written: readonly Rule[] | undefined): readonly Line[] {
  const whose =
    written !== undefined ? "of the policy" : objective.ownRules !== undefined ? "of its own" : "by default";
  const rules = rulesFor(objective, written).map(ruleWords);
  const width = Math.max(...rules.map(([name]) => name.length));
  const lines = rules.map(([name, words]) => `${name.padEnd(width)}  ${words}`);
  return [["rules", whose], ...lines.map((line): Line => ["", line])];
}

function ruleWords({ name, condition, then, forMs }: Rule): readonly [name: string, words: string] {
  const wait = forMs === 0 ? "" : ` for ${formatDuration(forMs)}`;
  const limit =
    condition.kind === "remaining"
      ? `when ${condition.thresholdRatio === 0 ? "nothing" : `${formatPercent(condition.thresholdRatio)} or less`} is left`
      : `above ${Number(condition.threshold.toPrecision(6))}x over ${formatDuration(condition.longWindowMs)} and ${formatDuration(condition.shortWindowMs)}`;
  return [oneLine(name), `${then.padEnd(5)} ${limit}${wait}`];
}

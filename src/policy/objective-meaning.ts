/** What an objective means that the policy file itself holds. */
import type { Budgeting } from "../domain/budgeting.ts";
import { type CalendarWindow, ordinaryLength } from "../domain/calendar-window.ts";
import type { Objective } from "../domain/objective.ts";
import type { Recording } from "../domain/recording.ts";
import type { AskableSli, Sli, SliPart } from "../domain/sli.ts";
import { accepted, milliseconds, ratio, template } from "./accepted.ts";
import { readCalendarLength } from "./calendar-value.ts";
import { ruleOf } from "./rule-keys.ts";
import type { PolicyText } from "./schema.ts";

type InlineObjective = Extract<NonNullable<PolicyText["objectives"]>[number], { name: string }>;
type SliText = InlineObjective["sli"];
type PartText = Extract<SliText, { parts: unknown }>["parts"][number];
type RecordingText = NonNullable<InlineObjective["recording"]>;

/** An objective that the policy file itself holds. */
export function inlineObjective(text: InlineObjective): Objective {
  const { budgeting, grouped_by: groupedBy, rules, measure, recording, metric_source: metricSource } = text;
  return {
    name: text.name,
    targetRatio: ratio(text.target),
    ...windowOf(text.window),
    sli: sliOf(text.sli),
    ...(budgeting === undefined ? {} : { budgeting: budgetingOf(budgeting) }),
    ...(groupedBy === undefined ? {} : { groupedBy }),
    ...(rules === undefined ? {} : { ownRules: rules.map(ruleOf) }),
    ...(recording === undefined ? {} : { recording: recordingOf(recording) }),
    ...(measure === undefined ? {} : { measure }),
    ...(metricSource === undefined ? {} : { metricSource }),
  };
}

function windowOf(window: InlineObjective["window"]): Pick<Objective, "windowMs" | "calendar"> {
  if (typeof window === "string") return { windowMs: milliseconds(window) };
  const { count, unit } = accepted(readCalendarLength(window.every), window.every);
  const calendar: CalendarWindow = { count, unit, startLocal: window.start, timeZone: window.time_zone };
  return { windowMs: ordinaryLength(count, unit), calendar };
}

function sliOf(sli: SliText): Sli {
  if ("recorded_only" in sli) return { kind: "recorded_only", why: sli.recorded_only };
  if (!("parts" in sli)) return askableOf(sli);
  const [first, ...others] = sli.parts.map(partOf);
  return { kind: "composite", parts: [accepted(first, sli), ...others] };
}

function partOf({ target, weight = 1, slice_target: sliceTarget, sli }: PartText): SliPart {
  const slices = sliceTarget === undefined ? {} : { sliceTargetRatio: ratio(sliceTarget) };
  return { targetRatio: ratio(target), weight, ...slices, sli: askableOf(sli) };
}

function askableOf(sli: PartText["sli"]): AskableSli {
  if ("error_ratio_query" in sli) return { kind: "ratio", errorRatioQuery: template(sli.error_ratio_query) };
  const totalQuery = template(sli.total_query);
  const counted = sli.counted === undefined ? {} : { counted: sli.counted };
  if ("good_query" in sli)
    return { kind: "good_events", goodQuery: template(sli.good_query), totalQuery, ...counted };
  return { kind: "events", errorQuery: template(sli.error_query), totalQuery, ...counted };
}

function budgetingOf(budgeting: NonNullable<InlineObjective["budgeting"]>): Budgeting {
  if (budgeting === "occurrences") return { kind: "occurrences" };
  if ("timeslices" in budgeting) {
    const { slice, target, quiet = "left_out" } = budgeting.timeslices;
    return { kind: "timeslices", sliceMs: milliseconds(slice), sliceTargetRatio: ratio(target), quiet };
  }
  const { slice, quiet = "left_out" } = budgeting.ratio_timeslices;
  return { kind: "ratio_timeslices", sliceMs: milliseconds(slice), quiet };
}

function recordingOf({ tool, error_ratio, windows, period, weighting, target }: RecordingText): Recording {
  return {
    tool,
    errorRatio: template(error_ratio),
    windowsMs: windows.map(milliseconds),
    period: { sli: askableOf(period), weighting },
    target,
  };
}

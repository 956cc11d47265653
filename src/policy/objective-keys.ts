/** The keys of one objective of the policy file: written out, or read from other tools' files. */
import { z } from "zod";
import { calendarUnits } from "../domain/calendar-window.ts";
import { parseDuration } from "../domain/duration.ts";
import { fault } from "../slo/shape.ts";
import { ruleKeys } from "./rule-keys.ts";
import { budgetingKeys, recordingKeys, sliKeys } from "./sli-keys.ts";
import { calendarLength, localTime, timeZone } from "./calendar-value.ts";
import { duration, hour, labelName, objectiveName, oneLine, pathGlob, target } from "./value.ts";

const limits = [hour, 366 * 24 * hour, "between `1h` and `366d`"] as const;

const window = duration(...limits, "Rolling window of the error budget, such as 30d.");

const calendarWindow = z
  .strictObject({
    every: calendarLength(
      ...limits,
      `How long a window is: a number and one of ${calendarUnits.join(", ")}, such as \`1 month\`.`,
    ),
    start: localTime("A moment at which one window begins, in local time: `2026-01-01T00:00:00`."),
    time_zone: timeZone("The place whose clock `start` is read from, such as Europe/Berlin or UTC."),
  })
  .meta({ description: "A window that begins anew by the calendar." });

const measure = z.enum(["auto", "recorded", "direct"]).optional().meta({
  description:
    "recorded: the series that a tool records. direct: the queries. Default: auto, recorded where that answers, else direct.",
});

/** An objective that the policy file itself holds: whatever an SLO file of another tool can say has a key here. */
const inlineObjective = z
  .strictObject({
    name: objectiveName,
    target,
    window: z
      .union([window, calendarWindow])
      .meta({ description: "The window of the error budget: rolling, or by the calendar." }),
    sli: sliKeys,
    budgeting: budgetingKeys.optional(),
    grouped_by: z.array(labelName).min(1).max(10).optional().meta({
      description: "Labels that split the SLI: each combination of their values has a budget of its own.",
    }),
    rules: ruleKeys
      .optional()
      .meta({ description: "Rules of this objective, where the policy itself has none." }),
    measure,
    recording: recordingKeys.optional(),
    metric_source: oneLine(
      "The data source in which the SLO's metrics lie, as another tool's file names it.",
    ).optional(),
  })
  .check((context) => {
    const { sli, measure, recording, window, budgeting, grouped_by: groups, rules = [] } = context.value;
    const contradiction = (message: string, path: PropertyKey[]): void => {
      context.issues.push(fault("contradiction", context.value, message, path));
    };
    if (recording === undefined && "recorded_only" in sli)
      contradiction("is only recorded, and no `recording` says where", ["sli"]);
    else if (recording === undefined && measure === "recorded")
      contradiction("is `recorded`, and no `recording` says where", ["measure"]);
    else if (measure === "direct" && "recorded_only" in sli)
      contradiction("is `direct`, and `sli` has no query that could be asked", ["measure"]);
    const names = rules.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) {
      const message = `hold \`${twice}\` twice; names must be unique`;
      context.issues.push(fault("duplicate_name", rules, message, ["rules"]));
    }
    const slice = sliceOf(budgeting);
    if (slice !== undefined && typeof window === "string" && slice >= (parseDuration(window) ?? 0))
      contradiction("has slices that are not shorter than the objective's window", ["budgeting"]);
    if (groups !== undefined && (slice !== undefined || "parts" in sli))
      contradiction("cannot split slices, or an SLI of several parts", ["grouped_by"]);
    if (recording !== undefined && "parts" in sli)
      contradiction("records one SLI, and this objective has several parts", ["recording"]);
  });

function sliceOf(budgeting: z.infer<typeof budgetingKeys> | undefined): number | undefined {
  if (budgeting === undefined || budgeting === "occurrences") return undefined;
  const { slice } = "timeslices" in budgeting ? budgeting.timeslices : budgeting.ratio_timeslices;
  return parseDuration(slice);
}

/** Objectives of SLO files. */
const fromObjective = z.strictObject({
  from: pathGlob,
  window: window.optional(),
  measure,
  matchers: z
    .record(
      labelName,
      z
        .string()
        .max(256)
        .regex(/^(?:(?!\{\{)[^])*$/, "must not hold `{{`"),
    )
    .optional()
    .meta({
      description: "Labels that recorded series must wear, where several environments record under one name.",
    }),
});

/** One entry of `objectives`. */
export const objectiveKeys = z.union([inlineObjective, fromObjective]);

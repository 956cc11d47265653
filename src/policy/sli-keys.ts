/** The keys below `sli` and `recording` of an objective that the policy file itself holds. */
import { z } from "zod";
import { parsePercent } from "../domain/objective.ts";
import { checked, duration, hour, oneLine, query, recordedQuery, target } from "./value.ts";

const counted = z
  .literal("per_window")
  .optional()
  .meta({ description: "What the queries count, where neither `rate` nor `increase` in them shows it." });

/** The ways in which an error ratio can be asked for, and how one of their queries is read and described. */
const askableKeys = (query: (description: string) => z.ZodType<string>, where: string) =>
  [
    z.strictObject({
      error_query: query(`PromQL for bad events, ${where}.`),
      total_query: query(`PromQL for all events, ${where}.`),
      counted,
    }),
    z.strictObject({
      good_query: query(`PromQL for good events, ${where}.`),
      total_query: query(`PromQL for all events, ${where}.`),
      counted,
    }),
    z.strictObject({ error_ratio_query: query(`PromQL for bad ÷ total (0..1), ${where}.`) }),
  ] as const;

const askable = askableKeys(query, "with {{window}} as the range");

const sliceTarget = checked(
  "bad_target",
  "^[0-9]+(\\.[0-9]+)?\\s?%$",
  (value) => {
    const ratio = typeof value === "string" ? parsePercent(value) : undefined;
    return ratio !== undefined && ratio > 0 && ratio <= 1
      ? undefined
      : "must be a percentage above 0%, written with its sign: `95%`, at most `100%`";
  },
  "Share of good events, up to 100%, that makes a slice a good one.",
);

const part = z.strictObject({
  target,
  weight: z
    .number()
    .gt(0)
    .lte(1_000_000)
    .optional()
    .meta({ description: "By what this part's burn is multiplied before the burns are added. Default: 1." }),
  slice_target: sliceTarget.optional(),
  sli: z.union(askable).meta({ description: "How this part's error ratio is asked for." }),
});

/** How an objective's error ratio is asked for. */
export const sliKeys = z
  .union([
    ...askable,
    z.strictObject({
      recorded_only: oneLine(
        "Why no query can ask for it, as the end of a sentence; `recording` says where it is.",
      ),
    }),
    z.strictObject({
      parts: z
        .array(part)
        .min(1)
        .max(20)
        .meta({ description: "Several SLIs with targets of their own that make one objective." }),
    }),
  ])
  .meta({
    description:
      "How the error ratio is asked for: bad or good events and their total, or one expression that is the ratio.",
  });

const quiet = z
  .enum(["left_out", "good", "bad"])
  .optional()
  .meta({ description: "What a slice without any traffic counts as. Default: left_out." });
const slice = duration(
  1000,
  31 * 24 * hour,
  "between `1s` and `31d`",
  "Length of a slice of time, such as 5m.",
);

/** How bad events become a spent budget. */
export const budgetingKeys = z
  .union([
    z.literal("occurrences"),
    z.strictObject({
      timeslices: z
        .strictObject({
          slice,
          target: sliceTarget,
          quiet,
        })
        .meta({ description: "The share of slices of time in which too few events were good." }),
    }),
    z.strictObject({
      ratio_timeslices: z
        .strictObject({ slice, quiet })
        .meta({ description: "The mean of the slices' error ratios, however many events each had." }),
    }),
  ])
  .meta({
    description: "How bad events become a spent budget. Default: occurrences, the share of bad events.",
  });

const recordedPeriod = z.union(askableKeys(recordedQuery, "as recorded over the budget's window"));

/** In which series another tool records an SLI. */
export const recordingKeys = z
  .strictObject({
    tool: z.enum(["sloth", "pyrra"]).meta({ description: "The tool whose rules record them." }),
    error_ratio: query("The recorded error ratio of a window, with {{window}} in the series' name."),
    windows: z
      .array(duration(1000, 366 * 24 * hour, "between `1s` and `366d`", "A window, such as 1h."))
      .max(30)
      .meta({ description: "The windows that are recorded, without the budget's own." }),
    period: recordedPeriod.meta({ description: "What is recorded over the budget's own window." }),
    weighting: z.enum(["events", "time"]).meta({
      description: "Whether what is recorded over the budget's window counts events or moments of time.",
    }),
    target: recordedQuery(
      "The recorded target as a ratio; another value means rules of another revision.",
    ).optional(),
  })
  .meta({ description: "The series in which another tool records the error ratio." });

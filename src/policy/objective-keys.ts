/** The keys of one objective of the policy file: written out, or read from other tools' files. */
import { z } from "zod";
import { duration, hour, labelName, objectiveName, pathGlob, query, target } from "./value.ts";

const sli = z
  .union([
    z.strictObject({
      error_query: query("PromQL for bad events per second, with {{window}} as the range."),
      total_query: query("PromQL for all events per second, with {{window}} as the range."),
    }),
    z.strictObject({
      error_ratio_query: query("PromQL for bad ÷ total (0..1), with {{window}} as the range."),
    }),
  ])
  .meta({
    description:
      "How the error ratio is asked for: bad and total events, or one expression that is the ratio.",
  });

const window = duration(
  hour,
  366 * 24 * hour,
  "between `1h` and `366d`",
  "Rolling window of the error budget, such as 30d.",
);

/** An objective that the policy file itself holds. */
const inlineObjective = z.strictObject({ name: objectiveName, target, window, sli });

/** Objectives of SLO files. */
const fromObjective = z.strictObject({
  from: pathGlob,
  window: window.optional(),
  measure: z.enum(["auto", "recorded", "direct"]).optional().meta({
    description:
      "recorded: the series that the file's tool records. direct: the file's own queries. Default: auto, recorded where that answers, else direct.",
  }),
  matchers: z.record(labelName, z.string().max(256)).optional().meta({
    description: "Labels that recorded series must wear, where several environments record under one name.",
  }),
});

/** One entry of `objectives`. */
export const objectiveKeys = z.union([inlineObjective, fromObjective]);

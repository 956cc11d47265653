/** The keys of one objective of the policy file: written out, or read from other tools' files. */
import { z } from "zod";
import { duration, hour, objectiveName, path, query, target } from "./value.ts";

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
const fromObjective = z.strictObject({ from: path, window: window.optional() });

/** One entry of `objectives`. */
export const objectiveKeys = z.union([inlineObjective, fromObjective]);

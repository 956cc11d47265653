/** The keys of `gates.verify` in the policy file. */
import { z } from "zod";
import { duration, environment, hour } from "./value.ts";

const minute = 60_000;

/** How deployments are looked at afterwards. */
export const verifyKeys = z
  .strictObject({
    after: duration(
      minute,
      24 * hour,
      "between `1m` and `24h`",
      "When a deployment has passed, if nothing has failed by then.",
    ),
    window: duration(
      minute,
      6 * hour,
      "between `1m` and `6h`",
      "The most of the time since the deployment that a look judges. Default: as `after`, at most 6h.",
    ).optional(),
    every: duration(
      minute,
      hour,
      "between `1m` and `60m`",
      "How often it is looked at until then. Default: 1m.",
    ).optional(),
    environments: z
      .array(environment)
      .min(1)
      .max(50)
      .optional()
      .meta({ description: "Environments whose deployments are verified. Default: all." }),
    dispatch: z.boolean().optional().meta({
      description:
        "Whether a failure sends repository_dispatch `burngate-verification-failed`. Default: false.",
    }),
  })
  .meta({ description: "Looks at deployments after they have happened. Default: not at all." });

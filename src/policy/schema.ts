/**
 * The shape of `.github/slo-policy.yml`, version 1: the one place that knows its keys, but for those below
 * `bypass` (bypass-keys.ts). The JSON Schema for editors is generated from it. Descriptions are written for the person who edits the file.
 */
import { z } from "zod";
import { type UnmeasuredKind, unmeasuredKinds } from "../domain/measurement.ts";
import { bypassKeys } from "./bypass-keys.ts";
import { maintenanceKeys } from "./maintenance-keys.ts";
import { objectiveKeys } from "./objective-keys.ts";
import { qualityKeys } from "./quality-keys.ts";
import { holdTime, ruleKeys } from "./rule-keys.ts";
import { verifyKeys } from "./verify-keys.ts";
import { branch, duration, environment, environmentName, hour } from "./value.ts";

const action = z.enum(["allow", "warn", "block"]);
const unmeasuredWhen: Readonly<Record<UnmeasuredKind, string>> = {
  no_traffic: "The total was answered and is zero.",
  no_data: "Nothing was answered: a wrong selector, or a series that never was.",
  not_a_number: "NaN, an infinity, a ratio below zero, or errors of a total of zero.",
  stale: "The newest sample is older than a live series could be.",
  ambiguous: "More than one series where exactly one was asked for.",
  partial: "Prometheus answered that some of the data is missing.",
  unreachable: "No usable answer.",
  query_limit: "The repository's queries of this minute are spent.",
  warming_up: "Too little history to speak of the objective's window.",
  drift: "What is recorded is of another revision than the file.",
};
const unmeasured = Object.fromEntries(
  unmeasuredKinds.map((kind) => [kind, action.optional().meta({ description: unmeasuredWhen[kind] })]),
) as Record<UnmeasuredKind, z.ZodOptional<typeof action>>;

/** The file as it is written. */
export const policySchema = z
  .strictObject({
    version: z.literal(1).meta({ description: "Version of this format." }),
    mode: z
      .enum(["enforce", "observe"])
      .optional()
      .meta({ description: "observe tells verdicts and blocks nothing. Default: enforce." }),
    data_source: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9_.-]{0,62}$/,
        "must be the id of a data source that the operator has configured",
      )
      .optional()
      .meta({ description: "Id of the operator's data source. May be left out where there is only one." }),
    objectives: z.array(objectiveKeys).min(1).max(50).optional().meta({
      description:
        "What is promised: written here, or read from SLO files of this repository. May be left out where there are quality gates.",
    }),
    quality_gates: qualityKeys.optional().meta({
      description: "Files of Keptn, Argo Rollouts and Flagger that must pass, too. Default: none.",
    }),
    rules: ruleKeys.optional().meta({
      description:
        "Held against every objective. Default: an objective's own rules, else the burn rates and windows of the SRE Workbook.",
    }),
    hold: holdTime.optional(),
    gates: z
      .strictObject({
        pull_request: z
          .strictObject({
            branches: z
              .array(branch)
              .min(1)
              .max(50)
              .meta({ description: "Base branches: `*` is anything but a slash, `**` anything at all." }),
          })
          .optional()
          .meta({ description: "Pull requests, and the merge queues of these branches." }),
        deployment: z
          .strictObject({
            environments: z
              .array(environment)
              .min(1)
              .max(50)
              .optional()
              .meta({ description: "Environments: `*` is anything but a slash, `**` anything at all." }),
            hold: duration(
              0,
              hour,
              "at most `60m`",
              "How long a waiting job is held before it is rejected. Default: not at all.",
            ).optional(),
          })
          .optional()
          .meta({
            description:
              "Deployments. Default: jobs of every environment whose protection rule asks, and no others.",
          }),
        verify: verifyKeys.optional(),
        deployments_api: z.array(environmentName).min(1).max(10).optional().meta({
          description:
            "Environments whose status is kept on the default branch's head, so that GitHub's Deployments API refuses while the gate is held. Callers should name required_contexts.",
        }),
      })
      .optional()
      .meta({
        description:
          "Where verdicts are enforced. Default: pull requests into every branch that has this file.",
      }),
    when_unmeasured: z
      .strictObject(unmeasured)
      .optional()
      .meta({ description: "What each way of not knowing means. Default: block, but allow for no_traffic." }),
    strict: z
      .strictObject({
        lease: duration(
          60_000,
          24 * hour,
          "between `1m` and `24h`",
          "How long a gate stays open while not everything is measured; then it is pending until it is.",
        ),
      })
      .optional()
      .meta({ description: "For who wants no green to outlive its numbers. Default: not strict." }),
    comment: z.enum(["none", "sticky"]).optional().meta({
      description:
        "sticky: one comment on a pull request that is held or warned, edited in place. Default: none.",
    }),
    disclose: z.boolean().optional().meta({
      description:
        "Whether a public repository shows what was measured: numbers, queries, series. Default: false. Private ones always do.",
    }),
    maintenance: maintenanceKeys.optional().meta({
      description: "Planned work, of which budgets count neither the bad nor the good. Default: none.",
    }),
    bypass: bypassKeys
      .optional()
      .meta({ description: "Who may open a held gate. Default: label hotfix by role maintain, for 4h." }),
  })
  .meta({
    title: "Burngate error budget policy",
    description: "Kept in .github/slo-policy.yml on the base branch.",
  });

/** A policy file whose shape is right. */
export type PolicyText = z.infer<typeof policySchema>;

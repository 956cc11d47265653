/** The keys of one quality gate in the policy file: a file of Keptn, Argo Rollouts or Flagger, and what is said beside it. */
import { z } from "zod";
import { fault } from "../slo/shape.ts";
import { duration, hour } from "./value.ts";

const minute = 60_000;

/** A path to one file. */
const path = (description: string) =>
  z
    .string()
    .check((context) => {
      const isPlain = /^[^\\*\p{Cc}]{1,200}$/u.test(context.value) && !context.value.startsWith("/");
      const segments = context.value.split("/");
      if (isPlain && segments.every((one) => one !== "" && one !== "." && one !== "..")) return;
      const message = "must be the path of one file of this repository, such as `slo/carts.yaml`";
      context.issues.push(fault("bad_path", context.value, message));
    })
    .meta({ description });

/** What may stand in a query for a name. [T33] */
const queryName = (description: string) =>
  z
    .string()
    .regex(/^[\w .:/@+-]{1,200}$/, "may hold letters, digits, blanks and . : / @ + - _, at most 200")
    .meta({ description });

const name = queryName("Unique name of the gate, for people. Default: the file's path.");
const timeframe = duration(
  minute,
  24 * hour,
  "between `1m` and `24h`",
  "How much of the past a look judges, up to now. Default: 10m. After a deployment it is the time since.",
);
const onError = z.enum(["allow", "warn", "block"]).optional().meta({
  description: "What it means that the gate could not tell. Default: block, until it can.",
});
const onWarning = z.enum(["warn", "block"]).optional().meta({
  description: "What a result between pass and fail means. Default: warn.",
});
const shared = { name: name.optional(), timeframe: timeframe.optional(), on_error: onError };

const sliName = z.string().min(1).max(200);

const keptnGate = z.strictObject({
  ...shared,
  on_warning: onWarning,
  keptn: path("Keptn's slo.yaml."),
  sli: z
    .union([path("Keptn's sli.yaml."), z.array(path("An sli.yaml.")).min(1).max(3)])
    .optional()
    .meta({
      description:
        "Keptn's sli.yaml, or several from the project's to the service's. Default: the five queries that Keptn brings.",
    }),
  project: queryName("What `$PROJECT` is in queries.").optional(),
  stage: queryName("What `$STAGE` is in queries.").optional(),
  service: queryName("What `$SERVICE` is in queries."),
  deployment: queryName("What `$DEPLOYMENT` is in queries. Default: primary.").optional(),
  labels: z
    .record(z.string().regex(/^[\w.-]{1,60}$/), queryName("A label's value."))
    .optional()
    .meta({ description: "What `$LABEL.<name>` is in queries." }),
  tolerant: z
    .boolean()
    .optional()
    .meta({ description: "Repairs an slo.yaml that Keptn refuses, where it is plain what was meant." }),
  ignore_if_empty: z
    .array(sliName)
    .min(1)
    .max(50)
    .optional()
    .meta({ description: "SLIs whose objective is left out where nothing was answered. Default: none." }),
  baseline: z
    .string()
    .regex(/^[0-9a-f-]{36}$/, "must be the id of an evaluation; `burngate evaluations list` shows them")
    .optional()
    .meta({ description: "The one evaluation to compare with. Default: those that slo.yaml means." }),
  data_sources: z
    .record(sliName, z.string().min(1).max(63))
    .optional()
    .meta({ description: "Data sources of SLIs that lie elsewhere than the policy's, by SLI." }),
});

const args = z
  .record(
    z.string().min(1).max(60),
    z
      .string()
      .max(200)
      .regex(/^[^"'\\{}\p{Cc}]*$/u, "must hold no quotes, braces or backslashes"),
  )
  .optional();

const argoGate = z.strictObject({
  ...shared,
  argo: path("An AnalysisTemplate or ClusterAnalysisTemplate of Argo Rollouts."),
  args: args.meta({ description: "Values of the template's arguments." }),
});

const flaggerGate = z.strictObject({
  ...shared,
  flagger: path("A Canary of Flagger, and the MetricTemplates it names."),
  args: args.meta({ description: "Variables of its MetricTemplates: namespace, target, service, ingress." }),
});

/** A list of quality gates. */
export const qualityKeys = z
  .array(z.union([keptnGate, argoGate, flaggerGate]))
  .min(1)
  .max(10);

/** One quality gate as it is written. */
export type QualityText = z.infer<typeof qualityKeys>[number];

/** The files that a quality gate names. */
export function filesOf(gate: QualityText): readonly string[] {
  if ("argo" in gate) return [gate.argo];
  if ("flagger" in gate) return [gate.flagger];
  return [gate.keptn, ...slisOf(gate)];
}

/** The files of queries that a Keptn gate names. */
export function slisOf({ sli }: Extract<QualityText, { keptn: string }>): readonly string[] {
  return sli === undefined ? [] : typeof sli === "string" ? [sli] : sli;
}

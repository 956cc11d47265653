/**
 * The shape of `.github/slo-policy.yml`, version 1: the one place that knows its keys. The JSON Schema for editors is generated from it.
 * Descriptions are written for the person who edits the file.
 */
import { z } from "zod";
import { foldLabel, repositoryRoles } from "../domain/bypass-terms.ts";
import { parseDuration } from "../domain/duration.ts";
import { unmeasuredKinds } from "../domain/measurement.ts";
import { parsePercent, parseTarget } from "../domain/objective.ts";
import type { ProblemCode } from "../domain/problem.ts";
import { checkQuery } from "../slo/query.ts";
import { fault } from "../slo/shape.ts";

const hour = 3_600_000;

/** A value of any YAML type that must satisfy a check; the failing check names the problem. */
const checked = (code: ProblemCode, pattern: string, check: (value: unknown) => string | undefined, description: string) =>
  z
    .unknown()
    .check((context) => {
      const message = context.value === undefined ? undefined : check(context.value);
      if (message !== undefined) context.issues.push(fault(code, context.value, message));
    })
    .meta({ type: "string", pattern, description });

const durationPattern = "^([0-9]+(ms|[ywdhms]))+$";

const duration = (minMs: number, maxMs: number, limits: string, description: string) =>
  checked(
    "bad_duration",
    durationPattern,
    (value) => {
      const ms = typeof value === "string" ? parseDuration(value) : undefined;
      if (ms === undefined) return "must be a duration such as `30m`, `4h` or `30d`";
      return ms >= minMs && ms <= maxMs ? undefined : `must be ${limits}`;
    },
    description,
  );

const target = checked(
  "bad_target",
  "^[0-9]+(\\.[0-9]+)?\\s?%$",
  (value) =>
    typeof value === "string" && parseTarget(value) !== undefined
      ? undefined
      : "must be a percentage above 0% and below 100%, written with its sign: `99.9%`",
  "Share of good events promised, such as 99.9%. The sign is required: tools disagree whether 99.9 or 0.999 is meant.",
);

const query = (description: string) =>
  z
    .string()
    .check((context) => {
      const result = checkQuery(context.value);
      if (typeof result === "string") context.issues.push(fault("bad_query", context.value, result));
    })
    .meta({ description });

const sli = z.union([
  z.strictObject({
    error_query: query("PromQL for bad events per second, with {{window}} as the range."),
    total_query: query("PromQL for all events per second, with {{window}} as the range."),
  }),
  z.strictObject({ error_ratio_query: query("PromQL for bad ÷ total (0..1), with {{window}} as the range.") }),
]);

const windowKey = duration(hour, 366 * 24 * hour, "between `1h` and `366d`", "Rolling window of the error budget, such as 30d.");

const objectiveName = z
  .string()
  .check((context) => {
    if (/^[A-Za-z0-9][A-Za-z0-9 _.:/-]{0,127}$/.test(context.value)) return;
    const message = "must begin with a letter or digit and hold only those, spaces and `_ . : / -`, 128 at most";
    context.issues.push(fault("wrong_value", context.value, message));
  })
  .meta({ description: "Unique name, shown to people." });

const path = z
  .string()
  .check((context) => {
    const isPlain = /^[^\\\p{Cc}]{1,200}$/u.test(context.value) && !context.value.startsWith("/");
    const segments = context.value.split("/");
    if (isPlain && segments.every((one) => one !== "" && one !== "." && one !== "..")) return;
    context.issues.push(fault("bad_path", context.value, "must be a path inside this repository, such as `slo/checkout.yaml`"));
  })
  .meta({ description: "Path of a Sloth file (plain or Kubernetes) in this repository." });

const inlineObjective = z.strictObject({ name: objectiveName, target, window: windowKey, sli });
const fromObjective = z.strictObject({ from: path, window: windowKey.optional() });

const ruleName = z.string().min(1).max(60).meta({ description: "Unique name of the rule, shown to people." });
const then = z.enum(["block", "warn"]).meta({ description: "What the rule asks for when it holds." });
const forKey = duration(1, 24 * hour, "at most `24h`", "How long the condition must hold before the rule speaks.").optional();
const ruleWindow = duration(10_000, 90 * 24 * hour, "between `10s` and `90d`", "A window, such as 1h.");

const burnRule = z.strictObject({
  name: ruleName,
  burn_rate: z.number().gt(0).lte(1_000_000).meta({ description: "Multiple of the budget's even spending, such as 14.4." }),
  windows: z
    .tuple([ruleWindow, ruleWindow])
    .check((context) => {
      const [long, short] = context.value.map((one) => (typeof one === "string" ? parseDuration(one) : undefined));
      if (long === undefined || short === undefined || long > short) return;
      context.issues.push(fault("bad_windows", context.value, "must be the long window, then a shorter one: `[1h, 5m]`"));
    })
    .meta({ description: "Long window, then short window. Both must burn faster than burn_rate." }),
  then,
  for: forKey,
});

const remainingRule = z.strictObject({
  name: ruleName,
  remaining: checked(
    "bad_percent",
    "^-?[0-9]+(\\.[0-9]+)?\\s?%$",
    (value) => (typeof value === "string" && parsePercent(value) !== undefined ? undefined : "must be a percentage with its sign: `0%`, `10%`"),
    "The rule holds when this share of the budget, or less, is left.",
  ),
  then,
  for: forKey,
});

const action = z.enum(["allow", "warn", "block"]);
const unmeasured = Object.fromEntries(unmeasuredKinds.map((kind) => [kind, action.optional()])) as Record<
  (typeof unmeasuredKinds)[number],
  z.ZodOptional<typeof action>
>;

const branch = z
  .string()
  .check((context) => {
    if (/^[^\s\p{Cc}~^:?[\\]{1,200}$/u.test(context.value)) return;
    context.issues.push(fault("bad_pattern", context.value, "must be a branch name or a glob with `*` and `**`, such as `release/*`"));
  })
  .meta({ description: "A branch name or glob." });

const label = z
  .string()
  .check((context) => {
    const folded = foldLabel(context.value);
    if (folded === "" || folded.length > 50) context.issues.push(fault("wrong_value", context.value, "must be a label of 1 to 50 characters"));
  })
  .meta({ description: "A label's name." });

const team = z
  .string()
  .check((context) => {
    if (/^[A-Za-z0-9-]{1,39}\/[a-z0-9_.-]{1,100}$/i.test(context.value)) return;
    context.issues.push(fault("wrong_value", context.value, "must be `organisation/team`, such as `acme/sre`"));
  })
  .meta({ description: "A team as organisation/slug." });

const user = z.union([
  z.string().check((context) => {
    if (/^[A-Za-z0-9](?:[A-Za-z0-9-_]{0,38})$/.test(context.value)) return;
    context.issues.push(fault("wrong_value", context.value, "must be a login, or an account's numeric id"));
  }),
  z.int().positive(),
]);

const bypass = z.strictObject({
  labels: z.array(label).max(10).optional().meta({ description: "Labels that ask for a bypass. Default: hotfix. An empty list: no bypass by label." }),
  permission: z.enum(repositoryRoles).optional().meta({ description: "Everybody with this repository role or a stronger one." }),
  teams: z.array(team).max(20).optional().meta({ description: "Active members of these teams." }),
  users: z.array(user).max(50).optional().meta({ description: "These logins. A bot must be listed by its numeric id." }),
  expires: duration(60_000, 14 * 24 * hour, "between `1m` and `14d`", "How long a bypass lasts. Default: 4h.").optional(),
  reason: z.enum(["required", "optional"]).optional().meta({ description: "Whether a line `Hotfix: why` is demanded in the pull request." }),
  self: z.enum(["refused", "allowed"]).optional().meta({ description: "Whether the author or last pusher may open the gate for their own change." }),
});

/** The file as it is written. */
export const policySchema = z
  .strictObject({
    version: z.literal(1).meta({ description: "Version of this format." }),
    mode: z.enum(["enforce", "observe"]).optional().meta({ description: "observe tells verdicts and blocks nothing. Default: enforce." }),
    data_source: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/, "must be the id of a data source that the operator has configured")
      .optional()
      .meta({ description: "Id of the operator's data source. May be left out where there is only one." }),
    objectives: z.array(z.union([inlineObjective, fromObjective])).min(1).max(50),
    rules: z.array(z.union([burnRule, remainingRule])).min(1).max(20).optional(),
    gates: z
      .strictObject({ pull_request: z.strictObject({ branches: z.array(branch).min(1).max(50) }).optional() })
      .optional()
      .meta({ description: "Where verdicts are enforced. Default: pull requests into every branch that has this file." }),
    when_unmeasured: z
      .strictObject(unmeasured)
      .optional()
      .meta({ description: "What each way of not knowing means. Default: block, but allow for no_traffic." }),
    bypass: bypass.optional().meta({ description: "Who may open a held gate. Default: label hotfix by role maintain, for 4h." }),
  })
  .meta({ title: "Burngate error budget policy", description: "Kept in .github/slo-policy.yml on the base branch." });

/** A policy file whose shape is right. */
export type PolicyText = z.infer<typeof policySchema>;

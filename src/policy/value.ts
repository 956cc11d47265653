/**
 * The values that keys of the policy file hold, each with what is said of a wrong one. The keys themselves
 * are in schema.ts.
 */
import { z } from "zod";
import { foldLabel } from "../domain/bypass-terms.ts";
import { parseDuration } from "../domain/duration.ts";
import { parsePercent, parseTarget } from "../domain/objective.ts";
import type { ProblemCode } from "../domain/problem.ts";
import { parseQueryTemplate } from "../domain/query-template.ts";
import { promqlFault } from "../slo/promql.ts";
import { checkQuery } from "../slo/query.ts";
import { fault } from "../slo/shape.ts";

/** In milliseconds. */
export const hour = 3_600_000;

/** A text, or any other YAML type that the check must refuse; the failing check names the problem. */
export const checked = (
  code: ProblemCode,
  pattern: string,
  check: (value: unknown) => string | undefined,
  description: string,
): z.ZodType<string> =>
  z
    .unknown()
    .check((context) => {
      const message = context.value === undefined ? undefined : check(context.value);
      if (message !== undefined) context.issues.push(fault(code, context.value, message));
    })
    .meta({ type: "string", pattern, description }) as z.ZodType as z.ZodType<string>;

const durationPattern = "^([0-9]+(ms|[ywdhms]))+$";

/** A length of time within limits. */
export const duration = (minMs: number, maxMs: number, limits: string, description: string) =>
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

/** A promise. */
export const target = checked(
  "bad_target",
  "^[0-9]+(\\.[0-9]+)?\\s?%$",
  (value) =>
    typeof value === "string" && parseTarget(value) !== undefined
      ? undefined
      : "must be a percentage above 0% and below 100%, written with its sign: `99.9%`",
  "Share of good events promised, such as 99.9%. The sign is required: tools disagree whether 99.9 or 0.999 is meant.",
);

/** PromQL with a hole for its window. */
export const query = (description: string) =>
  z
    .string()
    .check((context) => {
      const result = checkQuery(context.value);
      if (typeof result === "string") context.issues.push(fault("bad_query", context.value, result));
    })
    .meta({ description });

/** PromQL of recorded series, which may go without a hole: their names may say the window. */
export const recordedQuery = (description: string) =>
  z
    .string()
    .check((context) => {
      const template = parseQueryTemplate(context.value);
      const result =
        template === "no_window" ? promqlFault(context.value)?.message : checkQuery(context.value);
      if (typeof result === "string") context.issues.push(fault("bad_query", context.value, result));
    })
    .meta({ description });

/** Words that are said to people as they are, in one line. */
export const oneLine = (description: string) =>
  z
    .string()
    .check((context) => {
      if (/^[^\p{Cc}\p{Cs}\u2028\u2029]{1,500}$/u.test(context.value)) return;
      context.issues.push(fault("wrong_value", context.value, "must be one line of at most 500 characters"));
    })
    .meta({ description });

/** A percentage with its sign. */
export const percent = (description: string) =>
  checked(
    "bad_percent",
    "^-?[0-9]+(\\.[0-9]+)?\\s?%$",
    (value) =>
      typeof value === "string" && parsePercent(value) !== undefined
        ? undefined
        : "must be a percentage with its sign: `0%`, `10%`",
    description,
  );

/** An objective's name: it stands in sentences, so it holds nothing odd. */
export const objectiveName = z
  .string()
  .check((context) => {
    if (/^[A-Za-z0-9][A-Za-z0-9 _.:/-]{0,127}$/.test(context.value)) return;
    const message =
      "must begin with a letter or digit and hold only those, spaces and `_ . : / -`, 128 at most";
    context.issues.push(fault("wrong_value", context.value, message));
  })
  .meta({ description: "Unique name, shown to people." });

/** A file of the same repository, or a glob of files. */
export const pathGlob = z
  .string()
  .check((context) => {
    const isPlain = /^[^\\\p{Cc}]{1,200}$/u.test(context.value) && !context.value.startsWith("/");
    const segments = context.value.split("/");
    if (isPlain && segments.every((one) => one !== "" && one !== "." && one !== "..")) return;
    context.issues.push(
      fault("bad_path", context.value, "must be a path inside this repository, such as `slo/checkout.yaml`"),
    );
  })
  .meta({
    description:
      "SLO files of this repository (Sloth, Pyrra, OpenSLO, Nobl9): a path or a glob, `*` anything but a slash, `**` anything at all.",
  });

/** A label's name, as Prometheus allows it. */
export const labelName = z
  .string()
  .check((context) => {
    if (/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/.test(context.value)) return;
    context.issues.push(fault("bad_label", context.value, "must be a label's name: letters, digits and `_`"));
  })
  .meta({ description: "A label's name." });

/** A branch or a glob of branches. */
export const branch = z
  .string()
  .check((context) => {
    if (/^[^\s\p{Cc}~^:?[\\]{1,200}$/u.test(context.value)) return;
    context.issues.push(
      fault(
        "bad_pattern",
        context.value,
        "must be a branch name or a glob with `*` and `**`, such as `release/*`",
      ),
    );
  })
  .meta({ description: "A branch name or glob." });

/** A label that asks for a bypass. */
export const label = z
  .string()
  .check((context) => {
    const folded = foldLabel(context.value);
    if (folded === "" || folded.length > 50)
      context.issues.push(fault("wrong_value", context.value, "must be a label of 1 to 50 characters"));
  })
  .meta({ description: "A label's name." });

/** A team. */
export const team = z
  .string()
  .check((context) => {
    if (/^[A-Za-z0-9-]{1,39}\/[a-z0-9_.-]{1,100}$/i.test(context.value)) return;
    context.issues.push(
      fault("wrong_value", context.value, "must be `organisation/team`, such as `acme/sre`"),
    );
  })
  .meta({ description: "A team as organisation/slug." });

/** An account by login or id. */
export const user = z.union([
  z.string().check((context) => {
    if (/^[A-Za-z0-9](?:[A-Za-z0-9-_]{0,38})$/.test(context.value)) return;
    context.issues.push(fault("wrong_value", context.value, "must be a login, or an account's numeric id"));
  }),
  z.int().positive(),
]);

/** The name of an environment, or a glob. GitHub allows anything up to 255 characters. */
export const environment = z
  .string()
  .check((context) => {
    if (/^[^\p{Cc}\p{Cf}\p{Cs}]{1,255}$/u.test(context.value)) return;
    context.issues.push(
      fault(
        "bad_pattern",
        context.value,
        "must be an environment or a glob with `*` and `**`, such as `prod-*`",
      ),
    );
  })
  .meta({ description: "An environment's name or glob." });

/** The name of an environment, exactly. */
export const environmentName = z
  .string()
  .check((context) => {
    if (/^[^*\p{Cc}\p{Cf}\p{Cs}]{1,255}$/u.test(context.value)) return;
    context.issues.push(
      fault("bad_pattern", context.value, "must be an environment's name, such as `production`; no glob"),
    );
  })
  .meta({ description: "An environment's name." });

/** A tag or a glob of tags. A literal beginning is asked of it, since GitHub lists tags by how they begin. */
export const tagGlob = z
  .string()
  .check((context) => {
    if (/^[^*\s\p{Cc}~^:?[\\][^\s\p{Cc}~^:?[\\]{0,199}$/u.test(context.value)) return;
    const message = "must be a tag or a glob that begins with letters, such as `hotfix-*`";
    context.issues.push(fault("bad_pattern", context.value, message));
  })
  .meta({ description: "A tag's name or glob: `*` is anything but a slash, `**` anything at all." });

/** What a word of a reason must look like. */
export const ticketGlob = z
  .string()
  .check((context) => {
    if (/^[^\s\p{Cc}]{1,50}$/u.test(context.value) && !/^\*+$/.test(context.value)) return;
    const message = "must be one word, with `*` for any run of characters, such as `INC-*`";
    context.issues.push(fault("bad_pattern", context.value, message));
  })
  .meta({ description: "A word that the reason must hold, as a glob: `INC-*`. Default: none is demanded." });

/** A mail address, roughly: it is only ever compared. */
export const email = z
  .string()
  .check((context) => {
    if (/^[^\s@<>\p{Cc}]{1,64}@[^\s@<>\p{Cc}]{1,190}$/u.test(context.value)) return;
    context.issues.push(
      fault("wrong_value", context.value, "must be a mail address, such as `release@acme.example`"),
    );
  })
  .meta({ description: "A mail address." });

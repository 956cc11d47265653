/** The keys of one rule, of the policy or of an objective, and what they mean. */
import { z } from "zod";
import { type DurationMs, parseDuration } from "../domain/duration.ts";
import { defaultHoldMs } from "../domain/hold.ts";
import type { Condition, Rule } from "../domain/rule.ts";
import { fault } from "../slo/shape.ts";
import { milliseconds, ratio } from "./accepted.ts";
import { checked, duration, hour, percent } from "./value.ts";

const name = z.string().min(1).max(128).meta({ description: "Unique name of the rule, shown to people." });
const then = z.enum(["block", "warn"]).meta({ description: "What the rule asks for when it holds." });
const forKey = duration(
  1,
  7 * 24 * hour,
  "at most `7d`",
  "How long the condition must hold before the rule speaks.",
).optional();
const window = duration(10_000, 90 * 24 * hour, "between `10s` and `90d`", "A window, such as 1h.");

const burnRule = z.strictObject({
  name,
  burn_rate: z
    .number()
    .gt(0)
    .lte(1_000_000)
    .meta({ description: "Multiple of the budget's even spending, such as 14.4." }),
  windows: z
    .tuple([window, window])
    .check((context) => {
      const [long, short] = context.value.map((one) => parseDuration(one));
      if (long === undefined || short === undefined || long >= short) return;
      context.issues.push(
        fault("bad_windows", context.value, "must be the long window, then a shorter one: `[1h, 5m]`"),
      );
    })
    .meta({ description: "Long window, then short window. Both must burn faster than burn_rate." }),
  then,
  for: forKey,
});

const remainingRule = z.strictObject({
  name,
  remaining: percent("The rule holds when this share of the budget, or less, is left."),
  then,
  for: forKey,
});

/** A time to be calm for, or none. */
export const holdTime = checked(
  "bad_duration",
  "^(none|([0-9]+(ms|[ywdhms]))+)$",
  (value) => {
    const ms = typeof value === "string" ? parseDuration(value) : undefined;
    return value === "none" || (ms !== undefined && ms <= 24 * hour)
      ? undefined
      : "must be a duration of at most `24h`, or `none`";
  },
  "How long a rule that has spoken must be calm (a burn rate below 0.9 of its threshold) before it lets go; none: not at all. Default: 5m.",
);

/** A list of rules. */
export const ruleKeys = z
  .array(z.union([burnRule, remainingRule]))
  .min(1)
  .max(20);

/** What a written time to be calm for means, in milliseconds. */
export function holdOf(text: string | undefined): DurationMs {
  if (text === undefined) return defaultHoldMs;
  return text === "none" ? 0 : milliseconds(text);
}

/** What a rule means. */
export function ruleOf(rule: z.infer<typeof ruleKeys>[number]): Rule {
  return {
    name: rule.name,
    then: rule.then,
    forMs: rule.for === undefined ? 0 : milliseconds(rule.for),
    condition: conditionOf(rule),
  };
}

function conditionOf(rule: z.infer<typeof ruleKeys>[number]): Condition {
  if ("remaining" in rule) return { kind: "remaining", thresholdRatio: ratio(rule.remaining) };
  return {
    kind: "burn_rate",
    threshold: rule.burn_rate,
    longWindowMs: milliseconds(rule.windows[0]),
    shortWindowMs: milliseconds(rule.windows[1]),
  };
}

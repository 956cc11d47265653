/** One metric of an AnalysisTemplate, as far as one look at it goes. */
import { maxQueryLength, promqlFault } from "../../slo/promql.ts";
import { isThere, missing, type Place, refuse, textAt, under } from "../../slo/place.ts";
import { seriesCount } from "../../slo/series-count.ts";
import type { FillIn } from "./arguments.ts";
import type { Conditions } from "./condition.ts";
import type { ArgoMetric, ArgoSource, RangeBefore } from "./gate.ts";
import { goDurationMs } from "./go-duration.ts";
import { metricFault, type MetricPlan } from "./metric-fault.ts";

/** What is said of measuring again and again, and of whom to ask as what. A gate looks once, as its data source is set up. */
const planKeys = ["interval", "initialDelay"] as const;
const countKeys = [
  "count",
  "failureLimit",
  "inconclusiveLimit",
  "consecutiveErrorLimit",
  "consecutiveSuccessLimit",
] as const;
const askingKeys = ["timeout", "headers", "authentication", "insecure"] as const;

/** So many moments a query over a time may ask about, as Prometheus allows: https://prometheus.io/docs/prometheus/latest/querying/api/ */
const maxSteps = 11_000;

/** Reads a metric; `undefined` where its arguments cannot be filled in. */
export function metricAt(
  place: Place,
  name: string,
  isDryRun: boolean,
  fillIn: FillIn,
): ArgoMetric | undefined {
  const fault = planFault(place, fillIn);
  if (fault !== undefined) refuse(place, "wrong_value", `\`${name}\` is refused by Argo: ${fault}`);
  const conditions = conditionsAt(place, fillIn);
  const source = sourceAt(under(place, "provider"), fillIn);
  if (conditions === undefined || source === undefined) return undefined;
  const prometheus = under(place, "provider", "prometheus");
  const notApplied = [
    ...[...planKeys, ...countKeys].filter((key) => isThere(under(place, key))),
    ...askingKeys.filter((key) => isThere(under(prometheus, key))),
  ];
  return { name, source, conditions, isDryRun, notApplied };
}

/** What is said of a metric's counts and pauses; what is no number at all is left to `planFault`. */
export function planAt(place: Place, fillIn: FillIn): MetricPlan | string {
  const plan: Record<string, number | string> = {};
  for (const key of planKeys) {
    const text = textAt(under(place, key));
    const filled = text === undefined ? undefined : fillIn(under(place, key), text);
    if (filled !== undefined) plan[key] = filled;
  }
  for (const key of countKeys) {
    const { value } = under(place, key);
    if (value === undefined || value === null) continue;
    const filled = typeof value === "string" ? fillIn(under(place, key), value) : value;
    if (filled === undefined) continue;
    const number = typeof filled === "string" && /^[-+]?\d{1,9}$/.test(filled) ? Number(filled) : filled;
    if (typeof number !== "number" || !Number.isInteger(number)) return `${key} is no whole number`;
    plan[key] = number;
  }
  return plan;
}

function planFault(place: Place, fillIn: FillIn): string | undefined {
  const plan = planAt(place, fillIn);
  return typeof plan === "string" ? plan : metricFault(plan, "unknown");
}

function conditionsAt(place: Place, fillIn: FillIn): Conditions | undefined {
  const at = (key: string): string | undefined => {
    const text = textAt(under(place, key));
    return text === undefined ? "" : fillIn(under(place, key), text);
  };
  const [success, failure] = [at("successCondition"), at("failureCondition")];
  return success === undefined || failure === undefined ? undefined : { success, failure };
}

function sourceAt(provider: Place, fillIn: FillIn): ArgoSource | undefined {
  const { value } = provider;
  if (!isThere(provider)) return missing(provider);
  const names = typeof value === "object" && value !== null ? Object.keys(value) : [];
  const [name] = names;
  if (name === undefined || names.length > 1)
    return refuse(provider, "wrong_value", "must name one provider, neither none nor several");
  if (name !== "prometheus")
    return { kind: "unable", why: `provider \`${name}\` is not supported; only \`prometheus\` is` };
  const prometheus = under(provider, "prometheus");
  const place = under(prometheus, "query");
  const query = textAt(place) ?? missing(place);
  const expression = query === undefined ? undefined : fillIn(place, query);
  if (expression === undefined) return undefined;
  if (expression.length > maxQueryLength)
    return refuse(place, "bad_query", `is longer than ${maxQueryLength} characters`);
  const address = textAt(under(prometheus, "address"));
  const filled = address === undefined ? "" : fillIn(under(prometheus, "address"), address);
  if (filled === undefined) return undefined;
  const range = under(prometheus, "rangeQuery");
  const asked = { kind: "query", expression, ...(filled === "" ? {} : { address: filled }) } as const;
  if (!isThere(range)) {
    const isScalar = promqlFault(expression) === undefined && seriesCount(expression) === "scalar";
    return { ...asked, isScalar };
  }
  const before = rangeAt(range, fillIn);
  return before === undefined ? undefined : { ...asked, range: before, isScalar: false };
}

/** `start` and `end` are expressions that give a time; `now()` and what lies before it is read. */
function rangeAt(range: Place, fillIn: FillIn): RangeBefore | undefined {
  const textOf = (key: string): string | undefined => {
    const text = textAt(under(range, key)) ?? missing(under(range, key));
    return text === undefined ? undefined : fillIn(under(range, key), text);
  };
  const beforeNow = (key: string): number | undefined => {
    const text = textOf(key);
    if (text === undefined) return undefined;
    const [, duration = "0"] = /^\s*now\(\)\s*(?:-\s*duration\(\s*["']([^"']{1,50})["']\s*\)\s*)?$/.exec(
      text,
    ) ?? [undefined, ""];
    const ms = goDurationMs(duration);
    return ms !== undefined && ms >= 0
      ? ms
      : refuse(under(range, key), "bad_duration", 'must be `now()`, or as `now() - duration("1h")`');
  };
  const [startMs, endMs, step] = [beforeNow("start"), beforeNow("end"), textOf("step")];
  if (startMs === undefined || endMs === undefined || step === undefined) return undefined;
  const stepMs = goDurationMs(step);
  if (stepMs === undefined || stepMs < 1)
    return refuse(under(range, "step"), "bad_duration", "must be a duration of Go's, such as `1m`");
  if (startMs < endMs) return refuse(range, "bad_duration", "ends before it starts");
  if ((startMs - endMs) / stepMs > maxSteps)
    return refuse(range, "bad_duration", `asks about more than ${maxSteps} moments; make \`step\` longer`);
  return { startMs, endMs, stepMs };
}

import { burnRateSpending, maxBurnRate, remaining } from "../../src/domain/budget.ts";
import { parseDuration } from "../../src/domain/duration.ts";
import { ratioOfPercent } from "../../src/domain/objective.ts";
import { numberOf } from "../../src/prometheus/ratio.ts";
import type { Ask } from "./asks.ts";
import type { Vector } from "./vector.ts";

const hour = 3_600_000;
const day = 24 * hour;

type Inputs = Readonly<Record<string, unknown>>;

interface Slice {
  readonly minutes: number;
  readonly rps: number;
  readonly error_ratio: number;
}

/** Vectors of plain arithmetic. Which question it is, its inputs say. */
export const mathAsks: Readonly<Record<string, Ask>> = {
  math(vector) {
    const inputs = vector["inputs"] as Inputs;
    if ("prometheus_value" in inputs) {
      const isNumber = numberOf(String(inputs["prometheus_value"])) !== undefined;
      return { decision_class: isNumber ? "number" : "no-data" };
    }
    if ("slices" in inputs) return weightings(inputs);
    if ("objective" in inputs) {
      const most = maxBurnRate(ratioOfPercent(Number(inputs["objective"])));
      return { max_burn: most, reachable: most > Number(inputs["threshold"]) };
    }
    if ("in" in inputs) {
      const share = Number(inputs["budget_consumed"]);
      return { burn: burnRateSpending(share, ms(vector, "period"), ms(vector, "in")) };
    }
    return spending(vector, Number(inputs["burn"]));
  },
};

function spending(vector: Vector, burn: number) {
  const periodMs = ms(vector, "period");
  // What a burn of 1 over the whole period spends is all; the share is what this burn spends of it.
  const consumed = burn / burnRateSpending(1, periodMs, ms(vector, "for"));
  return {
    budget_consumed: Number(consumed.toFixed(6)),
    hours_to_exhaust_from_full: periodMs / burn / hour,
    days_to_exhaust_from_full: periodMs / burn / day,
  };
}

function weightings(inputs: Inputs) {
  const slices = inputs["slices"] as readonly Slice[];
  const sum = (of: (slice: Slice) => number): number => slices.reduce((total, slice) => total + of(slice), 0);
  const byTime = sum((one) => one.minutes * one.error_ratio) / sum((one) => one.minutes);
  const byEvents =
    sum((one) => one.minutes * one.rps * one.error_ratio) / sum((one) => one.minutes * one.rps);
  const targetRatio = ratioOfPercent(Number(inputs["objective"]));
  const six = (value: number): number => Number(value.toPrecision(6));
  return {
    time_weighted_error_ratio: byTime,
    event_weighted_error_ratio: six(byEvents),
    remaining_time_weighted: remaining(byTime, targetRatio),
    remaining_event_weighted: six(remaining(byEvents, targetRatio)),
  };
}

function ms(vector: Vector, key: string): number {
  const text = (vector["inputs"] as Inputs)[key];
  const duration = parseDuration(String(text));
  if (duration === undefined) throw new Error(`${vector.id}: ${key} is ${String(text)}, no duration`);
  return duration;
}

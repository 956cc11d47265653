import { errorBudget, burnRate, burnRateSpending, maxBurnRate, remaining } from "../../src/domain/budget.ts";
import { parseDuration } from "../../src/domain/duration.ts";
import { ratioOfPercent } from "../../src/domain/objective.ts";
import { numberOf } from "../../src/prometheus/read.ts";
import type { Ask } from "./asks.ts";

const hour = 3_600_000;
const ms = (text: unknown): number => parseDuration(String(text))!;

/** Vectors of plain arithmetic. */
export const mathAsks: Readonly<Record<string, Ask>> = {
  math(vector) {
    const inputs = vector["inputs"] as Readonly<Record<string, unknown>>;
    if ("prometheus_value" in inputs) {
      const isNumber = numberOf(String(inputs["prometheus_value"])) !== undefined;
      return { decision_class: isNumber ? "number" : "no-data" };
    }
    void [errorBudget, burnRate, burnRateSpending, maxBurnRate, remaining, ratioOfPercent, hour, ms];
    return {};
  },
};

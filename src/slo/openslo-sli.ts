/** What an OpenSLO objective is measured by: its indicator, and where that is a threshold, the objective's own limit. */
import type { AskableSli } from "../domain/sli.ts";
import type { Indicator } from "./indicator.ts";
import { queryOf } from "./openslo-indicator.ts";
import type { ValueKind } from "./openslo-query.ts";
import { isThere, missing, numberAt, type Place, refuse, under, warn } from "./place.ts";

const operators: Readonly<Record<string, (ValueKind & { kind: "threshold" })["op"]>> = {
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
};

/** An indicator as one objective holds it. */
export function askableSli(indicator: Indicator, objective: Place): AskableSli | undefined {
  switch (indicator.kind) {
    case "ratio": {
      const { counts, counted, total } = indicator;
      return counts === "good"
        ? { kind: "good_events", goodQuery: counted, totalQuery: total }
        : { kind: "events", errorQuery: counted, totalQuery: total };
    }
    case "raw":
      return { kind: "ratio", errorRatioQuery: indicator.errorRatio };
    case "threshold": {
      const limit = limitOf(objective);
      const errorRatioQuery = limit && queryOf(indicator.metric, limit);
      return errorRatioQuery && { kind: "ratio", errorRatioQuery };
    }
  }
}

/** Tells of an `op` that compares nothing. */
export function lintOperator(indicator: Indicator, objective: Place): void {
  const op = under(objective, "op");
  if (indicator.kind === "threshold" || !isThere(op)) return;
  warn(op, "dropped_key", "compares nothing in an objective of a ratio; strict readers refuse it");
}

function limitOf(objective: Place): ValueKind | undefined {
  const [written, limit] = [under(objective, "op"), under(objective, "value")];
  const op = typeof written.value === "string" ? operators[written.value] : undefined;
  const value = numberAt(limit);
  if (op === undefined) {
    if (!isThere(written)) return missing(written);
    return refuse(written, "wrong_value", "must be one of `gt`, `gte`, `lt`, `lte`");
  }
  if (value === undefined) return isThere(limit) ? undefined : missing(limit);
  return { kind: "threshold", op, value };
}

/** What an OpenSLO objective is measured by: its indicator, and where that is a threshold, the objective's own limit. */
import type { QueryTemplate } from "../domain/query-template.ts";
import type { AskableSli } from "../domain/sli.ts";
import type { Indicator, Metric } from "./openslo-indicator.ts";
import { type ValueKind, windowed } from "./openslo-query.ts";
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
      const value: ValueKind = { kind: indicator.isCounter ? "counter" : "amount" };
      const counted = queryOf(indicator.counted, value);
      const totalQuery = queryOf(indicator.total, value);
      if (counted === undefined || totalQuery === undefined) return undefined;
      return indicator.counts === "good"
        ? { kind: "good_events", goodQuery: counted, totalQuery }
        : { kind: "events", errorQuery: counted, totalQuery };
    }
    case "raw": {
      const errorRatioQuery = queryOf(indicator.metric, { kind: "ratio", of: indicator.of });
      return errorRatioQuery && { kind: "ratio", errorRatioQuery };
    }
    case "threshold": {
      const limit = limitOf(objective);
      const errorRatioQuery = limit && queryOf(indicator.metric, limit);
      return errorRatioQuery && { kind: "ratio", errorRatioQuery };
    }
  }
}

/** The names of the data sources that an indicator asks. */
export function sourcesOf(indicator: Indicator): readonly string[] {
  const metrics = indicator.kind === "ratio" ? [indicator.counted, indicator.total] : [indicator.metric];
  return metrics.flatMap(({ source }) => source ?? []);
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

function queryOf({ query, text }: Metric, value: ValueKind): QueryTemplate | undefined {
  const found = windowed(text, value);
  if (found.query === undefined) return refuse(query, "bad_query", found.why);
  if (found.remark !== undefined) warn(query, "bad_query", found.remark);
  return found.query;
}

/** What a number of events counts: how many in a second, or how many in the whole window. */
import { parser } from "@prometheus-io/lezer-promql";

/** The unit of a query that counts events. */
export type EventUnit = "per_second" | "per_window";

/** By what an amount of events stays one: any other function or arithmetic could have changed its unit. */
const units: ReadonlyMap<string, EventUnit | "any"> = new Map([
  ["Rate", "per_second"],
  ["Increase", "per_window"],
  ["Vector", "any"],
  ["HistogramCount", "any"],
]);

/** What counts samples, or adds up a gauge's: whether these are events, only who wrote the query knows. */
const samples: ReadonlySet<string> = new Set(["CountOverTime", "SumOverTime"]);
const scaling: ReadonlySet<string> = new Set(["Mul", "Div", "Mod", "Pow", "Atan2"]);

/**
 * The unit of a query's value where its text shows one, else `undefined`: Sloth's files may count with `rate` or with
 * `increase`, since for a ratio it is the same. `counted` says that events are counted where only samples are seen to be.
 */
export function eventUnitOf(query: string, counted?: "per_window"): EventUnit | undefined {
  const found = new Set<EventUnit | undefined>();
  parser.parse(query).iterate({
    enter({ name, node }) {
      const isFunction = node.parent?.name === "FunctionIdentifier";
      const isSum = node.parent?.name !== "AggregateOp" || name === "Sum";
      const unit = isFunction ? (units.get(name) ?? (samples.has(name) ? counted : undefined)) : "any";
      if (scaling.has(name) || !isSum) found.add(undefined);
      else if (unit !== "any") found.add(unit);
    },
  });
  const [unit, ...others] = found;
  return others.length === 0 ? unit : undefined;
}

/**
 * Which objectives count events so that the counts of stretches of time that follow each other add up: only then a
 * budget can be counted by days, and maintenance be left out of it.
 */
import { parser } from "@prometheus-io/lezer-promql";
import type { Objective } from "../domain/objective.ts";
import { type QueryTemplate, renderQuery } from "../domain/query-template.ts";
import { eventUnitOf, type EventUnit } from "./event-unit.ts";

/** Two queries that count events, so that counts of stretches that follow each other add up. */
export interface CountedEvents {
  /** What the first query counts, besides all events. */
  readonly part: "bad" | "good";
  readonly partQuery: QueryTemplate;
  readonly totalQuery: QueryTemplate;
  readonly unit: EventUnit;
}

/** What may stand in a query whose values add up over time: what compares or picks series does so for the whole window. */
const notAdding: ReadonlySet<string> = new Set([
  "EqlC",
  "Neq",
  "Gtr",
  "Gte",
  "Lss",
  "Lte",
  "And",
  "Unless",
  "StepInvariantExpr",
]);

/** The events that an objective counts, or `undefined` where its numbers do not add up over time. */
export function countedEvents({ sli, budgeting, groupedBy }: Objective): CountedEvents | undefined {
  const isPlain = (budgeting === undefined || budgeting.kind === "occurrences") && groupedBy === undefined;
  if (!isPlain || (sli.kind !== "events" && sli.kind !== "good_events")) return undefined;
  const partQuery = sli.kind === "events" ? sli.errorQuery : sli.goodQuery;
  const units = [partQuery, sli.totalQuery].map((query) => addingUnit(query, sli.counted));
  const [unit] = units;
  if (unit === undefined || units[1] !== unit) return undefined;
  return { part: sli.kind === "events" ? "bad" : "good", partQuery, totalQuery: sli.totalQuery, unit };
}

function addingUnit(template: QueryTemplate, counted: "per_window" | undefined): EventUnit | undefined {
  const query = renderQuery(template, 86_400_000);
  let adds = true;
  parser.parse(query).iterate({
    enter({ name, node }) {
      if (notAdding.has(name) && node.parent?.name !== "MatchOp") adds = false;
    },
  });
  return adds ? eventUnitOf(query, counted) : undefined;
}

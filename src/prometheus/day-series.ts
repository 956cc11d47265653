import { createHash } from "node:crypto";
import { dayStart } from "../domain/budget-day.ts";
import type { PlannedDay } from "../domain/budget-plan.ts";
import type { CountedEvents } from "../slo/counted-events.ts";
import type { DataSource } from "./data-source.ts";

/**
 * Under what a day of counted events is kept: all that could make its numbers others. So an edited query, a data source
 * that was pointed elsewhere and maintenance that was moved have days of their own. A digest, since headers can hold
 * what must not be stored.
 */
export function daySeries(
  { url, headers }: Pick<DataSource, "url" | "headers">,
  { part, partQuery, totalQuery, unit }: CountedEvents,
  { day, stretches }: PlannedDay,
): string {
  const offsets = stretches.map(({ from, to }) => [from - dayStart(day), to - dayStart(day)]);
  const sent = Object.entries(headers).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const asked = [part, partQuery.pieces, totalQuery.pieces, unit, offsets];
  return createHash("sha256")
    .update(JSON.stringify([url.href, sent, asked]))
    .digest("hex");
}

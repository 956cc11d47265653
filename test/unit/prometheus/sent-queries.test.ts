import { expect, it } from "vitest";
import { sentQueries } from "../../../src/prometheus/sent-queries.ts";
import { objective, ratio, requests } from "../../contract/written-objective.ts";

const hour = 3_600_000;
const day = 24 * hour;
const at = Date.parse("2026-11-22T12:00:00Z");

const totals = (one: ReturnType<typeof objective>) =>
  sentQueries({ dataSource: "main", questions: [{ objective: one, windowsMs: [hour, one.windowMs] }], at })
    .filter(({ role }) => role !== "bad")
    .map(({ windowMs, text }) => [windowMs / hour, text]);

it("shows of a budget that is counted by days what is asked about a day", () => {
  expect(totals(objective("shop", requests("shop")))).toEqual([
    [1, "sum(rate(shop_total[1h]))"],
    [720, "sum(rate(shop_total[1d]))"],
  ]);
});

it("shows of a window of the calendar what is asked about the part that is over", () => {
  const share = objective("share", ratio("avg(avg_over_time(share[{{window}}]))"));
  const calendar = { count: 1, unit: "month", startLocal: "2026-01-01T00:00:00", timeZone: "UTC" } as const;
  expect(totals({ ...share, calendar }).at(-1)).toEqual([720, "avg(avg_over_time(share[21d12h]))"]);
  expect(totals({ ...share, windowMs: 7 * day }).at(-1)).toEqual([168, "avg(avg_over_time(share[1w]))"]);
});

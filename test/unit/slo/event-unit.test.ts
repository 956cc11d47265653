import { describe, expect, it } from "vitest";
import { eventUnitOf } from "../../../src/slo/event-unit.ts";

describe("the unit of a query that counts events", () => {
  it.each([
    'sum(rate(http_requests_total{code="500"}[5m]))',
    "sum by () (rate(a[5m])) + sum(rate(b[5m])) or vector(0)",
    "rate(a[5m]) - rate(b[5m] offset 5m)",
    "histogram_count(sum(rate(a[5m])))",
  ])("is a second in %s", (query) => {
    expect(eventUnitOf(query)).toBe("per_second");
  });

  it("is the window where events are counted with increase", () => {
    expect(eventUnitOf("sum(increase(a[5m])) or vector(0)")).toBe("per_window");
  });

  it.each([
    "job:requests:rate5m",
    "sum(rate(a[5m])) * 300",
    "sum(rate(a[5m])) / 2",
    "avg(rate(a[5m]))",
    "sum(irate(a[5m]))",
    "sum(sum_over_time(a[5m]))",
    "sum(rate(a[5m])) + sum(increase(b[5m]))",
    "vector(100)",
    "rate[5m]",
  ])("is not shown by %s", (query) => {
    expect(eventUnitOf(query)).toBeUndefined();
  });
});

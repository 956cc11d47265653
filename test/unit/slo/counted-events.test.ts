import { describe, expect, it } from "vitest";
import { countedEvents } from "../../../src/slo/counted-events.ts";
import { events, objective, ratio, requests } from "../../contract/written-objective.ts";

const total = "sum(rate(all[{{window}}]))";
const counted = (error: string, all = total) => countedEvents(objective("a", events(error, all)));

describe("events whose counts add up over time", () => {
  it.each([
    ["sum(rate(bad[{{window}}]))", total, "per_second"],
    ["sum(increase(bad[{{window}}]))", "sum(increase(all[{{window}}]))", "per_window"],
    ["sum(rate(bad[{{window}}])) or vector(0)", total, "per_second"],
    ["sum(rate(all[{{window}}])) - sum(rate(good[{{window}}]))", total, "per_second"],
    ['sum(rate(all{code!="200"}[{{window}}]))', total, "per_second"],
    ["sum(rate(bad[{{window}}] offset 1h))", total, "per_second"],
  ])("are counted: %s", (error, all, unit) => {
    expect(counted(error, all)).toMatchObject({ part: "bad", unit });
  });

  it.each([
    ["sum(rate(bad[{{window}}])) * 2", total],
    ["sum(rate(bad[{{window}}]))", "sum(increase(all[{{window}}]))"],
    ["sum(rate(bad[{{window}}])) > 5", total],
    ["sum(rate(bad[{{window}}]) > 0)", total],
    ["sum(rate(bad[{{window}}]) and on () up)", total],
    ["sum(rate(bad[{{window}}]) unless on () down)", total],
    ["sum(rate(bad[{{window}}] @ 1609746000))", total],
    ["max(rate(bad[{{window}}]))", total],
    ["sum(avg_over_time(bad[{{window}}]))", total],
  ])("are not: %s beside %s", (error, all) => {
    expect(counted(error, all)).toBeUndefined();
  });

  it("are none of a ratio, of slices and of groups", () => {
    const shop = objective("shop", requests("shop"));
    expect(countedEvents(shop)).toBeDefined();
    expect(countedEvents({ ...shop, budgeting: { kind: "occurrences" } })).toBeDefined();
    expect(countedEvents({ ...shop, groupedBy: ["code"] })).toBeUndefined();
    const slices = { kind: "ratio_timeslices", sliceMs: 60_000, quiet: "left_out" } as const;
    expect(countedEvents({ ...shop, budgeting: slices })).toBeUndefined();
    expect(countedEvents({ ...shop, sli: ratio("avg_over_time(x[{{window}}])") })).toBeUndefined();
  });

  it("may be samples of a gauge, where the file says that it counts by them", () => {
    const over = (name: string) => ({ pieces: [`sum(${name}(up[`, "]))"] });
    const sli = {
      kind: "good_events",
      goodQuery: over("sum_over_time"),
      totalQuery: over("count_over_time"),
    } as const;
    expect(countedEvents(objective("a", sli))).toBeUndefined();
    expect(countedEvents(objective("a", { ...sli, counted: "per_window" }))).toMatchObject({
      part: "good",
      unit: "per_window",
    });
    const mean = { ...sli, goodQuery: over("avg_over_time"), counted: "per_window" } as const;
    expect(countedEvents(objective("a", mean))).toBeUndefined();
    // A day of these is recorded under no name.
    const named = (name: string) => ({ pieces: [`sum(${name}:increase`, ")"] });
    const recorded = {
      ...sli,
      goodQuery: named("good"),
      totalQuery: named("all"),
      counted: "per_window",
    } as const;
    expect(countedEvents(objective("a", recorded))).toBeUndefined();
  });

  it("may be good ones", () => {
    const pieces = (metric: string) => ({ pieces: [`sum(rate(${metric}[`, "]))"] });
    const sli = { kind: "good_events", goodQuery: pieces("good"), totalQuery: pieces("all") } as const;
    expect(countedEvents(objective("a", sli))).toMatchObject({ part: "good", unit: "per_second" });
  });
});

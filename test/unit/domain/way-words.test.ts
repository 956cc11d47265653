import { describe, expect, it } from "vitest";
import type { MeasuredWay, Measurement } from "../../../src/domain/measurement.ts";
import { wayNotes } from "../../../src/domain/way-words.ts";

const hour = 3_600_000;
const measured = (windowMs: number, way?: MeasuredWay): Measurement => ({
  objective: "shop",
  windowMs,
  dataSource: "main",
  query: "q",
  at: 0,
  kind: "measured",
  errorRatio: 0,
  ...(way === undefined ? {} : { way }),
});
const told = (...measurements: readonly Measurement[]): readonly string[] =>
  wayNotes(measurements).map(({ objective, words }) => `${objective} ${words}`);

describe("how numbers came about", () => {
  it("is not said of the plain way: the file's own queries, counting events", () => {
    expect(told(measured(hour), measured(24 * hour, { kind: "direct", weighting: "events" }))).toEqual([]);
    expect(told(measured(720 * hour, { kind: "days", weighting: "events" }))).toEqual([]);
  });

  it("names what is counted where that is not events, windows of one way together", () => {
    const time: MeasuredWay = { kind: "recorded", weighting: "time" };
    const events: MeasuredWay = { kind: "recorded", weighting: "events" };
    expect(told(measured(hour, events), measured(720 * hour, time), measured(6 * hour, events))).toEqual([
      "shop is read from recorded series, counts events, over 1h, 6h",
      "shop is read from recorded series, counts every moment alike, however many events it had, over 30d",
    ]);
  });

  it.each([
    ["left_out", "left out"],
    ["good", "as good"],
    ["bad", "as bad"],
  ] as const)("says of slices without traffic that they count as %s", (quiet, words) => {
    expect(told(measured(hour, { kind: "direct", weighting: "slices", quiet }))).toEqual([
      `shop is measured by its own queries, counts slices of time, those without traffic ${words}, over 1h`,
    ]);
  });

  it("tells why recorded series were not used, and what was left out", () => {
    const way: MeasuredWay = {
      kind: "days",
      weighting: "events",
      insteadOf: "newest sample is 1h old",
      leftOut: "2h of maintenance",
    };
    expect(told(measured(720 * hour, way))).toEqual([
      "shop is measured by its own queries, not by recorded series (newest sample is 1h old), over 30d",
      "shop leaves out 2h of maintenance over 30d",
    ]);
  });
});

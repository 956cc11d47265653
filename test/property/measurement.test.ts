import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Measurement } from "../../src/domain/measurement.ts";
import type { Objective } from "../../src/domain/objective.ts";
import { expressionsOf } from "../../src/prometheus/expressions.ts";
import { directAsk } from "../../src/prometheus/ask.ts";
import { numberOf } from "../../src/prometheus/ratio.ts";
import { readMeasurements } from "../../src/prometheus/read.ts";
import { decodeReply, type Series } from "../../src/prometheus/reply.ts";

const day = 86_400_000;
const pieces = (metric: string) => ({ pieces: [`sum(rate(${metric}[`, "]))"] });
const events: Objective = {
  name: "checkout",
  targetRatio: 0.999,
  windowMs: 30 * day,
  sli: { kind: "events", errorQuery: pieces("bad"), totalQuery: pieces("all") },
};
const ratio: Objective = { ...events, sli: { kind: "ratio", errorRatioQuery: pieces("ratio") } };

const odd = [
  "NaN",
  "+Inf",
  "-Inf",
  "Inf",
  "0",
  "-0",
  "1e-07",
  "5e-324",
  "1e308",
  "1e999",
  "-1e-12",
  "-1",
  "",
  " 1",
  "1 ",
  "0x10",
  "1_0",
  "null",
  "١",
];
const text = fc.oneof(
  fc.constantFrom(...odd),
  fc.double().map(String),
  fc.double({ min: 0, max: 1e9, noNaN: true }).map(String),
  fc.string({ maxLength: 6 }),
);
const series: fc.Arbitrary<readonly Series[]> = fc.oneof(
  { weight: 5, arbitrary: text.map((value) => [{ labels: {}, value }]) },
  {
    weight: 1,
    arbitrary: fc.array(
      text.map((value) => ({ labels: {}, value })),
      { maxLength: 3 },
    ),
  },
);

function read(objective: Objective, windowMs: number, answers: readonly (readonly Series[])[]): Measurement {
  const at = Date.parse("2026-11-22T12:00:00Z");
  const ask = directAsk(objective, [300_000, objective.windowMs])!;
  const expressions = expressionsOf([ask]);
  const question = { objective: objective.name, windowMs, dataSource: "main", query: "x", at };
  const window = ask.windows.find((one) => one.windowMs === windowMs)!;
  const reading = {
    ask,
    expressions,
    answers: (id: string) => answers[expressions.findIndex((one) => one.id === id)] ?? [],
  };
  const [measurement, ...others] = readMeasurements(question, window, reading);
  expect(others).toEqual([]);
  return measurement!;
}

describe("reading what Prometheus said", () => {
  it("[T37] measures a finite ratio of zero or more, or measures nothing, whatever the answers", () => {
    let measured = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(events, ratio),
        fc.constantFrom(300_000, 30 * day),
        fc.array(series, { minLength: 6, maxLength: 6 }),
        (objective, windowMs, answers) => {
          const measurement = read(objective, windowMs, answers);
          if (measurement.kind === "unmeasured") {
            expect(measurement.detail).not.toBe("");
            return;
          }
          measured += 1;
          expect(Number.isFinite(measurement.errorRatio)).toBe(true);
          expect(measurement.errorRatio).toBeGreaterThanOrEqual(0);
          expect(JSON.parse(JSON.stringify(measurement))).toEqual(measurement);
        },
      ),
      { numRuns: 10_000, seed: 42 },
    );
    expect(measured, "cases that were measured, or the law would be empty").toBeGreaterThan(20);
  });

  it("[T37] reads no number where Prometheus printed none", () => {
    const read = Object.fromEntries(odd.map((one) => [one, numberOf(one)]));
    expect(read).toEqual({
      ...Object.fromEntries(odd.map((one) => [one, undefined])),
      "0": 0,
      "-0": -0,
      "1e-07": 1e-7,
      "5e-324": 5e-324,
      "1e308": 1e308,
      "-1e-12": -1e-12,
      "-1": -1,
    });
  });

  // Age and reach are good; only bad and total vary.
  const good = [[{ labels: {}, value: "30" }], [{ labels: {}, value: "2592000" }]] as const;
  const one = (value: string | undefined) => (value === undefined ? [] : [{ labels: {}, value }]);
  const ofEvents = (bad: string | undefined, total: string | undefined) => {
    const answer = [one(bad), one(total)];
    return read(events, 300_000, [...answer, ...answer, ...good]);
  };

  it.each([
    [undefined, "100", 0],
    ["0", "100", 0],
    ["1e-07", "1", 1e-7],
    ["25", "100", 0.25],
    ["150", "100", 1.5],
    ["-1e-12", "100", 0],
  ])("measures %s bad of %s as %d", (bad, total, errorRatio) => {
    expect(ofEvents(bad, total)).toMatchObject({ kind: "measured", errorRatio });
  });

  it.each([
    ["0", "0", "no_traffic"],
    [undefined, "0", "no_traffic"],
    ["NaN", "0", "no_traffic"],
    ["0", "-0", "no_traffic"],
    ["5", "0", "not_a_number"],
    ["+Inf", "0", "not_a_number"],
    ["1", "5e-324", "not_a_number"],
    ["NaN", "100", "not_a_number"],
    ["-1", "100", "not_a_number"],
    ["1", "NaN", "not_a_number"],
    ["1", "+Inf", "not_a_number"],
    ["1", "-1", "not_a_number"],
    ["1", undefined, "no_data"],
    [undefined, undefined, "no_data"],
  ])("[T37] does not measure %s bad of %s: %s", (bad, total, why) => {
    expect(ofEvents(bad, total)).toMatchObject({ kind: "unmeasured", why });
  });

  it("tells how many events there were only where the query shows what it counts", () => {
    const answers = [one("1"), one("100"), one("1"), one("100"), ...good];
    const counted = (totalQuery: string) => {
      const [before = "", after = ""] = totalQuery.split("WINDOW");
      const sli = {
        kind: "events" as const,
        errorQuery: pieces("bad"),
        totalQuery: { pieces: [before, after] },
      };
      const measurement = read({ ...events, sli }, 300_000, answers);
      return measurement.kind === "measured" ? measurement.totalEvents : measurement.why;
    };
    expect(counted("sum(rate(all[WINDOW]))")).toBe(30_000);
    expect(counted("sum(increase(all[WINDOW]))")).toBe(100);
    expect(counted("sum(sum_over_time(all[WINDOW]))")).toBeUndefined();
  });

  it("never throws on a body, whatever it is, and gives series only for a vector", () => {
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.object().map((data) => JSON.stringify({ status: "success", data })),
    );
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), body, (status, answer) => {
        expect(decodeReply(status, answer, 0).ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Measurement } from "../../src/domain/measurement.ts";
import type { Objective } from "../../src/domain/objective.ts";
import { expressionsOf } from "../../src/prometheus/expressions.ts";
import { type Ask, directAsk, recordedAsk } from "../../src/prometheus/ask.ts";
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

const one = (value: string | undefined): readonly Series[] =>
  value === undefined ? [] : [{ labels: {}, value }];

/** Recorded by Sloth: what is asked is, in this order, both windows, age, reach and the target. */
const recorded: Objective = {
  ...events,
  recording: {
    tool: "sloth",
    errorRatio: pieces("slo"),
    windowsMs: [300_000],
    period: { sli: { kind: "ratio", errorRatioQuery: pieces("period") }, weighting: "time" },
    target: "target",
  },
};

function readRecorded(windowMs: number, answers: readonly (readonly Series[])[]): Measurement {
  const ask = recordedAsk(recorded, [300_000, recorded.windowMs])!;
  const [measurement, ...others] = readAll(ask, windowMs, answers);
  expect(others).toEqual([]);
  return measurement!;
}

function read(objective: Objective, windowMs: number, answers: readonly (readonly Series[])[]): Measurement {
  const ask = directAsk(objective, [300_000, objective.windowMs])!;
  const [measurement, ...others] = readAll(ask, windowMs, answers);
  expect(others).toEqual([]);
  return measurement!;
}

function readAll(
  ask: Ask,
  windowMs: number,
  answers: readonly (readonly Series[])[],
): readonly Measurement[] {
  const at = Date.parse("2026-11-22T12:00:00Z");
  const expressions = expressionsOf([ask]);
  const question = { objective: ask.objective.name, windowMs, dataSource: "main", query: "x", at };
  const window = ask.windows.find((one) => one.windowMs === windowMs)!;
  return readMeasurements(question, window, {
    ask,
    expressions,
    answers: (id: string) => answers[expressions.findIndex((one) => one.id === id)] ?? [],
  });
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

  it("[T38] [T40] reads a recording only where it is one, fresh and of this target, whatever the answers", () => {
    const value = fc.oneof(series, fc.constantFrom("0.999", "0.9990000000000001", "30", "300").map(one));
    let measured = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(300_000, 30 * day),
        fc.array(value, { minLength: 5, maxLength: 5 }),
        (windowMs, answers) => {
          const measurement = readRecorded(windowMs, answers);
          if (measurement.kind === "unmeasured") return;
          measured += 1;
          const [ratios = [], ages = [], targets = []] = [
            answers[windowMs === 300_000 ? 0 : 1],
            answers[2],
            answers[4],
          ];
          expect(ratios).toHaveLength(1);
          expect(Number(ratios[0]?.value)).toBeCloseTo(measurement.errorRatio, 6);
          expect(Math.min(...ages.flatMap((each) => numberOf(each.value) ?? []))).toBeLessThanOrEqual(300);
          expect(targets.length).toBeLessThanOrEqual(1);
          for (const target of targets) expect(Number(target.value)).toBeCloseTo(0.999, 8);
          expect(measurement.way).toEqual({
            kind: "recorded",
            weighting: windowMs === 300_000 ? "events" : "time",
          });
        },
      ),
      { numRuns: 10_000, seed: 42 },
    );
    expect(measured, "cases that were measured, or the law would be empty").toBeGreaterThan(20);
  });

  it("[T36] [T40] loses no group that counts something, and tells each once, whatever the answers", () => {
    const label = fc.constantFrom("/a", "/b", "", 'x"y', "\n", "__proto__");
    const labelled = fc.array(
      fc.record({
        labels: fc.option(
          label.map((handler) => ({ handler })),
          { nil: {} },
        ),
        value: text,
      }),
      { maxLength: 4 },
    );
    const grouped: Objective = { ...events, groupedBy: ["handler"] };
    const ask = directAsk(grouped, [300_000, 30 * day])!;
    const alive = [one("30"), one("2592000")];
    let several = 0;
    fc.assert(
      fc.property(labelled, labelled, (bad, total) => {
        const found = readAll(ask, 300_000, [bad, total, [], [], ...alive]);
        const told = found.map(({ group }) => group);
        expect(new Set(told).size).toBe(told.length);
        if (told.length > 1) several += 1;
        const nameOf = ({ labels }: Series): string => `handler=${JSON.stringify(labels["handler"] ?? "")}`;
        for (const each of bad) {
          if (!(Number(each.value) > 1e-9)) continue;
          expect(told).toContain(nameOf(each));
          const alone = bad.filter((other) => nameOf(other) === nameOf(each)).length === 1;
          const measurement = found.find(({ group }) => group === nameOf(each));
          if (alone && measurement?.kind === "measured") expect(measurement.errorRatio).toBeGreaterThan(0);
        }
        for (const measurement of found)
          if (measurement.kind === "unmeasured") expect(measurement.detail).not.toBe("");
      }),
      { numRuns: 5000, seed: 42 },
    );
    expect(several, "cases of several groups, or the law would be empty").toBeGreaterThan(100);
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
  const ofEvents = (bad: string | undefined, total: string | undefined) => {
    const answer = [one(bad), one(total)];
    return read(events, 300_000, [...answer, ...answer, ...good]);
  };

  const ofGood = (passed: string | undefined, total: string | undefined) => {
    const answer = [one(passed), one(total)];
    const sli = { kind: "good_events" as const, goodQuery: pieces("good"), totalQuery: pieces("all") };
    return read({ ...events, sli }, 300_000, [...answer, ...answer, ...good]);
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

  it.each([
    ["90", "100", 0.1],
    ["100.00001", "100", 0],
    ["0", "100", 1],
  ])("measures %s good of %s as %d", (good, total, errorRatio) => {
    const measurement = ofGood(good, total);
    expect(measurement.kind).toBe("measured");
    if (measurement.kind === "measured") expect(measurement.errorRatio).toBeCloseTo(errorRatio, 9);
  });

  it.each([
    ["0", "0", "no_traffic"],
    [undefined, "0", "no_traffic"],
    ["NaN", "0", "no_traffic"],
    ["5", "0", "not_a_number"],
    ["101", "100", "not_a_number"],
    ["-1", "100", "not_a_number"],
    ["NaN", "100", "not_a_number"],
    ["1", "NaN", "not_a_number"],
    [undefined, "100", "no_data"],
    ["1", undefined, "no_data"],
    [undefined, undefined, "no_data"],
  ])("[T37] does not measure %s good of %s: %s", (good, total, why) => {
    expect(ofGood(good, total)).toMatchObject({ kind: "unmeasured", why });
  });

  it("[T40] reads no recording of which several targets are told", () => {
    const answers = [one("0.1"), one("0.1"), one("30"), one("2592000")];
    expect(readRecorded(300_000, [...answers, one("0.999")])).toMatchObject({ errorRatio: 0.1 });
    expect(readRecorded(300_000, [...answers, [...one("0.999"), ...one("0.99")]])).toMatchObject({
      why: "ambiguous",
      detail: "2 targets are recorded, must be one",
    });
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

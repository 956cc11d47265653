import { describe, expect, it } from "vitest";
import { remaining } from "../../../src/domain/budget.ts";
import { combined, partsOf } from "../../../src/domain/composite.ts";
import type { Measurement, UnmeasuredKind } from "../../../src/domain/measurement.ts";
import type { Objective } from "../../../src/domain/objective.ts";

const query = { pieces: ["x[", "]"] };
const ratio = { kind: "ratio", errorRatioQuery: query } as const;
const hour = 3_600_000;

function composite(
  targets: readonly [number, number],
  weights: readonly [number, number],
  more: Partial<Objective> = {},
): Objective {
  const [first, second] = targets;
  return {
    name: "shop",
    targetRatio: 0.95,
    windowMs: hour,
    sli: {
      kind: "composite",
      parts: [
        { targetRatio: first, weight: weights[0], sli: ratio },
        { targetRatio: second, weight: weights[1], sli: ratio },
      ],
    },
    ...more,
  };
}

const question = { objective: "shop", windowMs: hour, dataSource: "main", query: "q", at: 0 };
const part = (found: number | UnmeasuredKind): Measurement =>
  typeof found === "number"
    ? { ...question, kind: "measured", errorRatio: found }
    : { ...question, kind: "unmeasured", why: found, detail: "is so" };
const ratioSlices = { kind: "ratio_timeslices", sliceMs: 60_000, quiet: "left_out" } as const;

describe("a composite", () => {
  it("is not what one group of its parts is", () => {
    const parts = [{ ...part(0), group: 'handler="/a"' }, part(0)];
    expect(combined(composite([0.99, 0.9], [1, 1]), question, parts)).toMatchObject({
      kind: "unmeasured",
      why: "ambiguous",
    });
  });

  it("has parts of which none is what is recorded of the whole", () => {
    const recording = {
      tool: "sloth",
      errorRatio: query,
      windowsMs: [hour],
      period: { sli: ratio, weighting: "time" },
      target: undefined,
    } as const;
    const parts = partsOf(composite([0.99, 0.9], [1, 1], { recording }));
    expect(parts?.map((one) => one.recording)).toEqual([undefined, undefined]);
  });

  it.each([
    ["adds burn rates: 2x and 3x are 5x", composite([0.99, 0.9], [1, 1]), [0.02, 0.3], 5],
    ["multiplies each burn rate by its weight", composite([0.99, 0.9], [2, 0.5]), [0.02, 0.3], 5.5],
    ["burns not at all where no part does", composite([0.99, 0.9], [1, 1]), [0, 0], 0],
    ["lets a part without traffic spend nothing", composite([0.99, 0.9], [1, 1]), ["no_traffic", 0.3], 3],
    [
      "adds what the slices missed: 95% and 95% are 90%, twice the budget",
      composite([0.95, 0.95], [1, 1], { budgeting: ratioSlices }),
      [0.05, 0.05],
      2,
    ],
  ] as const)("%s", (_, objective, found, burn) => {
    const whole = combined(objective, question, found.map(part));
    expect(whole).toMatchObject({ kind: "measured" });
    if (whole.kind === "measured")
      expect(1 - remaining(whole.errorRatio, objective.targetRatio)).toBeCloseTo(burn, 9);
  });

  it.each(["no_data", "stale", "ambiguous", "not_a_number", "unreachable"] as const)(
    "is not measured where a part is not: %s",
    (why) => {
      const whole = combined(composite([0.99, 0.9], [1, 1]), question, [part(0), part(why)]);
      expect(whole).toMatchObject({ kind: "unmeasured", why, detail: "part 2: is so" });
    },
  );

  it("is not measured where a part was never asked", () => {
    expect(combined(composite([0.99, 0.9], [1, 1]), question, [part(0)])).toMatchObject({ why: "no_data" });
  });

  it("says what was left out of its parts, each once", () => {
    const days = { kind: "days", weighting: "events", leftOut: "2h of maintenance" } as const;
    const both = [0.1, 0.2].map((ratio) => ({ ...part(ratio), way: days }));
    expect(combined(composite([0.99, 0.9], [1, 1]), question, both)).toMatchObject({
      way: { leftOut: "2h of maintenance" },
    });
    expect(combined(composite([0.99, 0.9], [1, 1]), question, [part("no_traffic"), both[1]!])).toMatchObject({
      way: { leftOut: "2h of maintenance, part 1 without traffic" },
    });
  });

  it("has no traffic where no part has", () => {
    const quiet = [part("no_traffic"), part("no_traffic")];
    expect(combined(composite([0.99, 0.9], [1, 1]), question, quiet)).toMatchObject({ why: "no_traffic" });
  });

  it("is asked by its parts, but as one where slices are judged", () => {
    expect(partsOf(composite([0.99, 0.9], [1, 1]))?.map((one) => one.targetRatio)).toEqual([0.99, 0.9]);
    const budgeting = { ...ratioSlices, kind: "timeslices", sliceTargetRatio: 0.9 } as const;
    expect(partsOf(composite([0.99, 0.9], [1, 1], { budgeting }))).toBeUndefined();
  });
});

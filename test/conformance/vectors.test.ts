import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { difference } from "./compare.ts";
import { runVectors } from "./run.ts";
import { dataIn, readVectors, type Vector, type VectorData } from "./vector.ts";

const shared = process.env["BURNGATE_SHARED"];
if (shared !== undefined && !existsSync(join(shared, "vectors")))
  throw new Error(`BURNGATE_SHARED names ${shared}, which holds no vectors`);
const withShared = shared === undefined ? it.skip : it;
const note = shared === undefined ? " (skipped: BURNGATE_SHARED names no folder with vectors)" : "";
const folder = shared ?? "";

const nowhere: VectorData = {
  read: (path) => {
    throw new Error(`there is no ${path}`);
  },
};
const vector = (more: Partial<Vector>): Vector => ({
  id: "v",
  tool: "math",
  ask: "math",
  expected: {},
  ...more,
});

describe("what other tools decide", () => {
  withShared.each([
    ["SLO files", "slo.json", 78],
    ["Keptn's quality gates", "keptn.json", 194],
    ["Argo Rollouts and Flagger", "delivery.json", 150],
  ])(`is what we decide, of %s${note}`, (_, file, least) => {
    const vectors = readVectors(join(folder, "vectors", file));
    expect(vectors.length).toBeGreaterThanOrEqual(least);
    const { passed, failures } = runVectors(vectors, dataIn(join(folder, "slo-data")));
    expect(failures).toEqual([]);
    expect(passed).toBe(vectors.length);
  });
});

describe("the runner of vectors", () => {
  it("fails what differs, what nobody answers, and what throws", () => {
    const { passed, failures } = runVectors(
      [
        vector({ id: "right", inputs: { objective: 95, threshold: 14 }, expected: { max_burn: 20 } }),
        vector({ id: "wrong", inputs: { objective: 95, threshold: 14 }, expected: { max_burn: 21 } }),
        vector({ id: "unknown", tool: "keptn" }),
        vector({ id: "thrown", tool: "sloth", ask: "validate", spec: "gone.yaml" }),
      ],
      nowhere,
    );
    expect(passed).toBe(1);
    expect(failures.map((one) => one.split("\n")[0])).toEqual([
      "wrong: answer.max_burn",
      "unknown: nobody answers `math` of keptn",
      "thrown: Error: there is no gone.yaml",
    ]);
  });

  it.each([
    ["numbers a billionth apart", 1, 1 + 1e-10, true],
    ["numbers further apart", 1, 1 + 1e-8, false],
    ["expressions but for white space", "sum( a )\n/ b", "sum(a) / b", true],
    ["expressions that differ", "sum(a) / b", "sum(b) / a", false],
    ["a key that is not answered", { a: 1, b: 2 }, { a: 1 }, false],
    ["prose that explains", { a: 1, note: "why" }, { a: 1 }, true],
    ["lists of other lengths", [1], [1, 2], false],
    ["nothing and null", null, undefined, false],
  ])("compares %s", (_, expected, actual, isAlike) => {
    expect(difference(expected, actual) === undefined).toBe(isAlike);
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Objective } from "../../src/domain/objective.ts";
import { readSlos } from "../../src/slo/read.ts";
import { printObjective } from "../../src/policy/print-objective.ts";
import { isShared, sharedNote, sloDataFiles } from "../conformance/slo-data.ts";
import { policyOf } from "../unit/policy/written-policy.ts";
import { arbitraryObjective } from "./arbitrary-objective.ts";

/** An objective printed into a policy of its own, and read again. */
function readAgain(objective: Objective): Objective | undefined {
  return policyOf(`version: 1\nobjectives:\n${printObjective(objective)}`).objectives[0];
}

describe("an objective that is printed", () => {
  it("is the same when it is read again", () => {
    fc.assert(
      fc.property(arbitraryObjective, (objective) => {
        expect(readAgain(objective)).toEqual(objective);
      }),
      { numRuns: 1500 },
    );
  });

  it.skipIf(!isShared)(`is the same when it is read again, from any tool's file${sharedNote}`, () => {
    const objectives = sloDataFiles().flatMap((one) => readSlos([one]).objectives);
    expect(objectives.length).toBeGreaterThan(50);
    for (const one of objectives) expect(readAgain(one), one.name).toEqual(one);
  });
});

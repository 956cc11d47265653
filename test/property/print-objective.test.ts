import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Objective } from "../../src/domain/objective.ts";
import { printObjective } from "../../src/policy/print-objective.ts";
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
});

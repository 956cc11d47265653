import { describe, expect } from "vitest";
import type { NewEvaluation } from "../../src/gate/evaluations.ts";
import type { EvaluationData } from "../../src/quality/keptn/evaluation.ts";
import type { Law } from "./ledger-contract.ts";
import { noon } from "./ledger-samples.ts";

const minute = 60_000;
const series = { repositoryId: 7, project: "shop", stage: "production", service: "carts" };

/** An evaluation under a key. */
export function evaluation(key: string, at: number, more: Partial<NewEvaluation> = {}): NewEvaluation {
  const value = { metric: "p95", value: 200, comparedValue: 0, success: true };
  const data: EvaluationData = {
    project: "shop",
    stage: "production",
    service: "carts",
    status: "succeeded",
    result: "pass",
    evaluation: {
      timeStart: "",
      timeEnd: "",
      result: "pass",
      score: 100,
      indicatorResults: [
        {
          score: 1,
          value,
          displayName: "",
          passTargets: [],
          warningTargets: null,
          keySli: false,
          status: "pass",
        },
      ],
    },
  };
  return { series, gate: "slo.yaml", key, environment: "production", headSha: "abc", at, data, ...more };
}

/** What is promised of evaluations. */
export function evaluationLaws(law: Law): void {
  describe("evaluations", () => {
    law("are kept once under their key, whoever tells of them again", async ({ evaluations }) => {
      const ids = await Promise.all(
        Array.from({ length: 8 }, async () => evaluations.keep(evaluation("d1", noon))),
      );
      expect(new Set(ids).size).toBe(1);
      expect(await evaluations.newest(7, 10)).toHaveLength(1);
      const [kept] = await evaluations.newest(7, 10);
      const { key: _, ...rest } = evaluation("d1", noon);
      expect(kept).toEqual({ ...rest, id: ids[0], invalidated: undefined });
    });

    law("of one series come newest first, with what they measured", async ({ evaluations }) => {
      await evaluations.keep(evaluation("d1", noon));
      const last = await evaluations.keep(evaluation("d2", noon + minute));
      await evaluations.keep(evaluation("d3", noon, { series: { ...series, service: "pay" } }));
      await evaluations.keep(evaluation("d4", noon, { series: { ...series, repositoryId: 8 } }));
      const earlier = await evaluations.earlier(series);
      expect(earlier.map(({ at }) => at)).toEqual([noon + minute, noon]);
      expect(earlier[0]).toMatchObject({ id: last, result: "pass", values: [{ metric: "p95", value: 200 }] });
    });

    law("that were taken back are compared with no more, and still told", async ({ evaluations }) => {
      const id = await evaluations.keep(evaluation("d1", noon));
      expect(await evaluations.invalidate(id, "load test", noon + minute)).toBe(true);
      expect(await evaluations.invalidate(id, "again", noon + 2 * minute)).toBe(false);
      expect(await evaluations.earlier(series)).toEqual([]);
      const found = await evaluations.find(7, id);
      expect(found?.invalidated).toEqual({ at: noon + minute, because: "load test" });
    });

    law("are told to their own repository only", async ({ evaluations }) => {
      const id = await evaluations.keep(evaluation("d1", noon));
      expect(await evaluations.find(8, id)).toBeUndefined();
      expect(await evaluations.newest(8, 10)).toEqual([]);
    });
  });
}

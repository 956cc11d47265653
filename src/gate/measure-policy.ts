/** One look at everything that a policy names: its objectives and its quality gates, all up to one moment. */
import type { MeasurementSet } from "../domain/measurement.ts";
import { windowsOf } from "../domain/objective-rules.ts";
import type { Policy } from "../domain/policy.ts";
import type { Instant } from "../domain/instant.ts";
import type { Measurer, MeasurementRequest } from "./ports.ts";
import { type QualityWorld, runQuality } from "./quality.ts";

/** What a look needs. */
export interface LookWorld extends QualityWorld {
  readonly measurer: Pick<Measurer, "measure" | "values">;
}

/** Measures a policy. Not knowing is an answer, so this never fails. */
export async function measurePolicy(
  world: LookWorld,
  policy: Policy,
  at: Instant,
  repositoryId: number,
): Promise<MeasurementSet> {
  const { qualityGates, dataSource } = policy;
  const measurements = await world.measurer.measure(requestOf(policy, at, repositoryId));
  if (qualityGates === undefined) return { at, measurements };
  const { findings: quality } = await runQuality(world, {
    repositoryId,
    dataSource,
    plans: qualityGates,
    frameOf: ({ timeframeMs }) => ({ start: at - timeframeMs, end: at }),
  });
  return { at, measurements, quality };
}

/** What must be measured to judge by a policy. */
export function requestOf(policy: Policy, at: Instant, repositoryId: number): MeasurementRequest {
  const questions = policy.objectives.map((objective) => ({
    objective,
    windowsMs: windowsOf(objective, policy.rules),
  }));
  const { dataSource, maintenance } = policy;
  return { dataSource, repositoryId, questions, at, ...(maintenance === undefined ? {} : { maintenance }) };
}

import { holdKey } from "../domain/hold.ts";
import type { Policy, PolicyAnswer } from "../domain/policy.ts";
import { rulesFor } from "../domain/objective-rules.ts";
import { type Gate, noCommit, type Repository, type Subject } from "../domain/subject.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import type { Result } from "./failure.ts";
import { noEvaluations } from "./evaluations.ts";
import { measurePolicy } from "./measure-policy.ts";
import { type PolicyReadout, type PolicyWorld, readPolicyAt } from "./policy-of.ts";
import type { Clock, Measurer } from "./ports.ts";

/** What a check asks about, and of whom. */
export interface CheckWorld extends PolicyWorld {
  readonly measurer: Pick<Measurer, "measure" | "values">;
  readonly clock: Pick<Clock, "now">;
  readonly repository: Repository;
  readonly baseRef: string;
  readonly policyFile: string;
  /** What is to pass; a question may be about a part of the policy. */
  readonly gate: Gate;
}

/**
 * Judges a branch once, with nothing remembered. One look cannot know for how long a condition has been true,
 * so a rule's `for` counts as over: the strictest reading. Nobody is asked for a bypass.
 */
export async function check(world: CheckWorld): Promise<Evaluation> {
  const { repository, baseRef, gate, clock, measurer } = world;
  const read = await readPolicyAt(world, repository, baseRef, world.policyFile);
  const subject: Subject = { repositoryId: repository.id, headSha: noCommit, baseRef, gate };
  return evaluate(subject, {
    policy: () => Promise.resolve(answerOf(read)),
    async measurements(_, policy) {
      const at = clock.now();
      return {
        set: await measurePolicy({ measurer, evaluations: noEvaluations }, policy, at, repository.id),
        holds: alwaysHeld(policy),
        renewedAt: at,
      };
    },
    bypass: () => Promise.resolve({ kind: "none" } as const),
    audience: () => Promise.resolve("members" as const),
    now: () => clock.now(),
  });
}

function answerOf(read: Result<PolicyReadout>): PolicyAnswer {
  return read.ok ? read.value.answer : { kind: "unknown", detail: read.failure.detail };
}

/** As if every rule's condition had been true for ever, for who cannot know since when it is: the strictest reading. */
export function alwaysHeld(policy: Policy): ReadonlyMap<string, number> {
  const keys = policy.objectives.flatMap((objective) =>
    rulesFor(objective, policy.rules).map((rule) => holdKey(objective.name, rule.name)),
  );
  return new Map(keys.map((key) => [key, 0]));
}

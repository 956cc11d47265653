import { describe, expect, it } from "vitest";
import type { Measurement } from "../../../src/domain/measurement.ts";
import { noCommit, type Subject } from "../../../src/domain/subject.ts";
import { windowsOf } from "../../../src/domain/objective-rules.ts";
import { formatDuration } from "../../../src/domain/duration.ts";
import { answerOf, type Asked, unanswered } from "../../../src/gate/answer-of.ts";
import { evaluate, type Evaluation } from "../../../src/gate/evaluate.ts";
import { assemblePolicy, readPolicy } from "../../../src/policy/parse.ts";
import { policyFor } from "../../world/checkout.ts";
import { noon } from "./gate-world.ts";

const reading = assemblePolicy(readPolicy("f", policyFor("checkout")), () => ({ kind: "files", files: [] }), {
  id: "main",
  named: () => "main",
});
if (reading.kind !== "usable") throw new Error("the policy of the story is not usable");
const { policy } = reading;

const asked: Asked = { repo: "acme/shop", environment: undefined, service: undefined, sha: undefined };
const subject: Subject = {
  repositoryId: 7,
  headSha: noCommit,
  baseRef: "main",
  gate: { kind: "question", environment: undefined, service: undefined, scope: "all" },
};

/** What was measured over a window of a group: an error ratio, or nothing. */
type Seen = readonly [window: string, group: string | undefined, ratio: number | undefined];

/** A look at the story's policy; every window that is not told has no error. */
function lookAt(seen: readonly Seen[]): Promise<Evaluation> {
  const origin = { file: "f", commitSha: "a".repeat(40), revision: "r1" };
  const measurements = policy.objectives.flatMap((objective) =>
    windowsOf(objective, policy.rules).flatMap((windowMs): readonly Measurement[] => {
      const question = { objective: objective.name, windowMs, dataSource: "main", query: "q", at: noon };
      const told = seen.filter(([window]) => window === formatDuration(windowMs));
      return (told.length === 0 ? [["", undefined, 0] as const] : told).map(([, group, ratio]) => {
        const about = group === undefined ? question : { ...question, group };
        return ratio === undefined
          ? { ...about, kind: "unmeasured", why: "no_data", detail: "no" }
          : { ...about, kind: "measured", errorRatio: ratio };
      });
    }),
  );
  return evaluate(subject, {
    policy: () => Promise.resolve({ kind: "present", policy, origin }),
    measurements: () =>
      Promise.resolve({ set: { at: noon, measurements }, holds: new Map(), renewedAt: noon }),
    bypass: () => Promise.resolve({ kind: "none" }),
    audience: () => Promise.resolve("members"),
    now: () => noon,
  });
}

describe("the answer to a question", () => {
  it("tells what was measured over a window that another rule shares with one that was not", async () => {
    const evaluation = await lookAt([
      ["3d", undefined, undefined],
      ["6h", undefined, 0.002],
    ]);
    const { slos, allow } = answerOf(asked, evaluation, noon, null, null);
    expect(slos[0]?.burn).toMatchObject({ "6h": expect.closeTo(2) as number, "3d": null });
    expect(allow).toBe(false);
  });

  it("tells of groups the one that burns fastest, and not the one of which nothing is known", async () => {
    const evaluation = await lookAt([
      ["5m", "a", 0.02],
      ["5m", "b", undefined],
      ["1h", "a", 0.02],
      ["1h", "b", 0.03],
    ]);
    const { slos } = answerOf(asked, evaluation, noon, null, null);
    expect(slos[0]?.burn).toMatchObject({ "1h": expect.closeTo(20) as number });
  });

  it("tells the reason in one line of 140 characters, whatever the world said of its silence", () => {
    const { reason, allow } = unanswered(asked, `Not measured: ${"GitHub\nis gone ".repeat(100)}.`, noon);
    expect([...reason].length).toBeLessThanOrEqual(140);
    expect(reason).not.toContain("\n");
    expect(allow).toBe(false);
  });
});

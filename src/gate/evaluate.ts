/**
 * The whole path, from subject to report:
 *
 *     Subject ─► Policy ─► Measurement[] ─► Finding[] ─► Decision ─► Verdict ─► Report
 *
 * Wants: the one place that says what the gate does. The worker, the command line and every later surface
 * call it and differ only in who answers its questions.
 * Keeps: it looks at the world as it is now, writes nothing, and gives the same answer for the same answers.
 * Whatever cannot be known is either a decision that the policy makes (*inconclusive*) or a wish to be asked
 * again (*not now*); it is never a pass.
 * Leaves out: delivery, queue and storage (worker.ts), and making GitHub agree (publish.ts).
 */
import { type BypassTerms, defaultBypassTerms } from "../domain/bypass-terms.ts";
import type { BypassAnswer } from "../domain/bypass.ts";
import { decide, decideBroken, type Decision, isHeld } from "../domain/decide.ts";
import type { Audience } from "../domain/explain.ts";
import { type Finding, findingOf, type Holds } from "../domain/finding.ts";
import type { Instant } from "../domain/instant.ts";
import type { MeasurementSet } from "../domain/measurement.ts";
import type { Mode, Policy, PolicyAnswer, PolicyOrigin } from "../domain/policy.ts";
import { type Report, reportOf } from "../domain/report.ts";
import { rulesFor } from "../domain/rule.ts";
import { matchesBranch, type Subject } from "../domain/subject.ts";
import type { Verdict } from "../domain/verdict.ts";
import { type Failure, type Result } from "./failure.ts";

/** Everything that the path asks of the world, in the order in which it asks. */
export interface Asks {
  /** The policy at the subject's base commit. */
  policy(subject: Subject): Promise<PolicyAnswer>;
  /** The newest measurements for the policy's objectives, and since when its rules' conditions have held. */
  measurements(subject: Subject, policy: Policy, origin: PolicyOrigin): Promise<Measured>;
  /** Whether somebody entitled has opened the gate. Asked only when it is held. */
  bypass(subject: Subject, terms: BypassTerms): Promise<Result<BypassAnswer>>;
  /** Who will be able to read the report. */
  audience(subject: Subject): Promise<Audience>;
  now(): Instant;
}

/** Measurements with the memory that a rule's `for` needs. */
export interface Measured {
  readonly set: MeasurementSet;
  readonly holds: Holds;
}

/** What became of a look at a subject. */
export type Evaluation =
  | {
      readonly kind: "judged";
      readonly policy: Policy | undefined;
      readonly measured: MeasurementSet;
      readonly findings: readonly Finding[];
      readonly decision: Decision;
      readonly verdict: Verdict;
      readonly report: Report;
    }
  /** The repository has no policy here, or its policy does not name this branch: not ours to speak. */
  | {
      readonly kind: "not_gated";
      readonly why: "policy_removed" | "branch_not_gated";
      readonly commitSha: string;
    }
  /** The world did not answer; ask again. */
  | { readonly kind: "not_now"; readonly failure: Failure };

/** Judges a subject as the world is now. */
export async function evaluate(subject: Subject, ask: Asks): Promise<Evaluation> {
  const answer = await ask.policy(subject);
  switch (answer.kind) {
    case "absent":
      return { kind: "not_gated", why: "policy_removed", commitSha: answer.commitSha };
    case "unknown":
      return {
        kind: "not_now",
        failure: { kind: "unreachable", detail: answer.detail, retryAt: answer.retryAt },
      };
    case "broken": {
      const measured = { at: ask.now(), measurements: [] };
      const decision = decideBroken(answer.problems);
      return pronounce({
        subject,
        ask,
        decision,
        findings: [],
        measured,
        mode: answer.mode,
        origin: answer.origin,
      });
    }
    case "present": {
      const { policy, origin } = answer;
      if (!matchesBranch(subject.baseRef, policy.pullRequestBranches)) {
        return { kind: "not_gated", why: "branch_not_gated", commitSha: origin.commitSha };
      }
      const { set: measured, holds } = await ask.measurements(subject, policy, origin);
      const findings = findingsOf(policy, measured, holds);
      const decision = decide(findings, policy.whenUnmeasured);
      return pronounce({ subject, ask, decision, findings, measured, mode: policy.mode, origin, policy });
    }
  }
}

/** Every objective of a policy held against one set of measurements. */
export function findingsOf(
  policy: Policy,
  { at, measurements }: MeasurementSet,
  holds: Holds,
): readonly Finding[] {
  return policy.objectives.map((objective) =>
    findingOf(objective, rulesFor(objective, policy.rules), measurements, holds, at),
  );
}

interface Decided {
  readonly subject: Subject;
  readonly ask: Asks;
  readonly decision: Decision;
  readonly findings: readonly Finding[];
  readonly measured: MeasurementSet;
  readonly mode: Mode;
  readonly origin: PolicyOrigin;
  readonly policy?: Policy;
}

async function pronounce({
  subject,
  ask,
  decision,
  findings,
  measured,
  mode,
  origin,
  policy,
}: Decided): Promise<Evaluation> {
  const terms = policy?.bypass ?? defaultBypassTerms;
  const isAsked = mode === "enforce" && isHeld(decision);
  const bypass = isAsked
    ? await ask.bypass(subject, terms)
    : ({ ok: true, value: { kind: "none" } } as const);
  if (!bypass.ok) return { kind: "not_now", failure: bypass.failure };
  const verdict: Verdict = {
    subject,
    decision,
    bypass: bypass.value,
    mode,
    at: ask.now(),
    measuredAt: measured.at,
    origin,
    findings,
    terms,
  };
  const report = reportOf(verdict, await ask.audience(subject));
  return { kind: "judged", policy, measured, findings, decision, verdict, report };
}

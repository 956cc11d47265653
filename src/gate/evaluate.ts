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
import type { Audience } from "../domain/audience.ts";
import { type Finding, findingOf } from "../domain/finding.ts";
import type { Holds } from "../domain/hold.ts";
import type { Instant } from "../domain/instant.ts";
import type { MeasurementSet } from "../domain/measurement.ts";
import { gatesEnvironment, type Policy, type PolicyAnswer, type PolicyOrigin } from "../domain/policy.ts";
import { type NotGated, type Report, reportOf } from "../domain/report.ts";
import { rulesFor } from "../domain/objective-rules.ts";
import { partOf } from "../domain/question.ts";
import { matchesBranch, type Subject } from "../domain/subject.ts";
import type { Verdict } from "../domain/verdict.ts";
import type { Failure } from "./failure.ts";

/** Everything that the path asks of the world, in the order in which it asks. */
export interface Asks {
  /** The policy at the subject's base commit. */
  policy(subject: Subject): Promise<PolicyAnswer>;
  /** The newest measurements for the policy's objectives, and since when its rules' conditions have held. */
  measurements(subject: Subject, policy: Policy, origin: PolicyOrigin): Promise<Measured>;
  /** Whether somebody entitled has opened the gate. Asked only when it is held. */
  bypass(subject: Subject, terms: BypassTerms): Promise<BypassAnswer>;
  /** Who will be able to read the report. Asked only where the policy discloses nothing. */
  audience(subject: Subject): Promise<Audience>;
  now(): Instant;
}

/** Measurements, with what the looks before them leave behind. */
export interface Measured {
  readonly set: MeasurementSet;
  /** Since when the rules' conditions have held. */
  readonly holds: Holds;
  /** When everything was last answered, which renews the lease of a policy that has one. */
  readonly renewedAt: Instant;
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
      /** Whom the report is written for. */
      readonly audience: Audience;
      readonly report: Report;
    }
  /** The repository has no policy here, or its policy does not name this gate: not ours to speak. */
  | {
      readonly kind: "not_gated";
      readonly why: NotGated;
      readonly commitSha: string;
    }
  /** The world did not answer; ask again. */
  | { readonly kind: "not_now"; readonly failure: Failure };

/** Judges a subject as the world is now. */
export async function evaluate(subject: Subject, ask: Asks): Promise<Evaluation> {
  // Policy
  const answer = await ask.policy(subject);
  if (answer.kind === "unknown") {
    const { detail, retryAt } = answer;
    return { kind: "not_now", failure: { kind: "unreachable", detail, retryAt } };
  }
  if (answer.kind === "absent") {
    return { kind: "not_gated", why: "policy_removed", commitSha: answer.commitSha };
  }
  const { origin } = answer;
  const policy = answer.kind === "present" ? answer.policy : undefined;
  const ungated = policy === undefined ? undefined : ungatedBecause(subject, policy);
  if (ungated !== undefined) return { kind: "not_gated", why: ungated, commitSha: origin.commitSha };

  // Measurement[]
  const known =
    policy === undefined ? nothingMeasured(ask.now()) : await ask.measurements(subject, policy, origin);
  const part = policy && partOf(policy, subject.gate);
  const measured = part === undefined || part === policy ? known.set : measuredOf(known.set, part);

  // Finding[]
  const findings = part === undefined ? [] : findingsOf(part, measured, known.holds);

  // Decision
  const decision =
    answer.kind === "broken"
      ? decideBroken(answer.problems)
      : decideBy(answer.policy, findings, measured, known.renewedAt);

  // Verdict
  const mode = answer.kind === "broken" ? answer.mode : answer.policy.mode;
  const terms = policy?.bypass ?? defaultBypassTerms;
  const isAsked = mode === "enforce" && isHeld(decision);
  const bypass = isAsked ? await ask.bypass(subject, terms) : ({ kind: "none" } as const);
  const at = ask.now();
  const measuredAt = measured.at;
  const reached = { subject, decision, bypass, mode, at, measuredAt, origin, findings, terms };
  const { quality } = measured;
  const verdict: Verdict = quality === undefined ? reached : { ...reached, quality };

  // Report
  const audience = policy?.disclose === true ? "members" : await ask.audience(subject);
  const report = reportOf(verdict, audience);
  return { kind: "judged", policy, measured, findings, decision, verdict, audience, report };
}

function ungatedBecause({ baseRef, gate }: Subject, policy: Policy): NotGated | undefined {
  switch (gate.kind) {
    case "pull_request":
    case "merge_group":
      return matchesBranch(baseRef, policy.pullRequestBranches) ? undefined : "branch_not_gated";
    case "environment":
    case "deployment":
      return gatesEnvironment(policy, gate) ? undefined : "environment_not_gated";
    // Who asks is gated by asking; what is deployed already is held back by nobody.
    case "question":
    case "verification":
      return undefined;
  }
}

/** What was measured of a part of a policy. */
function measuredOf(set: MeasurementSet, { objectives, qualityGates = [] }: Policy): MeasurementSet {
  const names = new Set(objectives.map(({ name }) => name));
  const gates = new Set(qualityGates.map(({ name }) => name));
  const measurements = set.measurements.filter(({ objective }) => names.has(objective));
  const quality = set.quality?.filter(({ gate }) => gates.has(gate));
  return quality === undefined ? { ...set, measurements } : { ...set, measurements, quality };
}

/** What is known where no policy says what to measure. */
function nothingMeasured(at: Instant): Measured {
  return { set: { at, measurements: [] }, holds: new Map(), renewedAt: at };
}

/** What a policy decides on the findings of a look. */
export function decideBy(
  { whenUnmeasured, leaseMs }: Policy,
  findings: readonly Finding[],
  { at, quality }: MeasurementSet,
  renewedAt: Instant,
): Decision {
  const lease = leaseMs === undefined ? undefined : { leaseMs, renewedAt, at };
  return decide(findings, whenUnmeasured, lease, quality);
}

/** Every objective of a policy held against one set of measurements. */
export function findingsOf(
  policy: Policy,
  { at, measurements }: MeasurementSet,
  holds: Holds,
): readonly Finding[] {
  return policy.objectives.map((objective) =>
    findingOf(objective, rulesFor(objective, policy.rules), measurements, holds, at, policy.holdMs),
  );
}

/** One look at a deployment: everything of the policy, over the time since it happened. */
import { alikeReasons } from "../domain/alike-reasons.ts";
import type { Audience } from "../domain/audience.ts";
import { decide, type Decision } from "../domain/decide.ts";
import { type DurationMs, formatDuration } from "../domain/duration.ts";
import { reasonSentence } from "../domain/explain.ts";
import { findingOf } from "../domain/finding.ts";
import type { Instant } from "../domain/instant.ts";
import type { MeasurementSet } from "../domain/measurement.ts";
import { rulesFor } from "../domain/objective-rules.ts";
import type { Policy, PolicyOrigin } from "../domain/policy.ts";
import type { Rule } from "../domain/rule.ts";
import { fitSentence } from "../domain/sentence.ts";
import type { Subject } from "../domain/subject.ts";
import type { Verdict } from "../domain/verdict.ts";
import type { LookWorld } from "./measure-policy.ts";
import { type QualityRun, runQuality } from "./quality.ts";
import type { Verification, VerificationOutcome } from "./verifications.ts";

/** The least that a look judges: less is no time to measure anything in. */
export const leastMs: DurationMs = 60_000;

/** What a look found. */
export interface SinceLook {
  readonly decision: Decision;
  readonly verdict: Verdict;
  readonly set: MeasurementSet;
  readonly quality: QualityRun;
}

/** Looks at a deployment. */
export async function judgeSince(
  { measurer, evaluations }: LookWorld,
  policy: Policy,
  origin: PolicyOrigin,
  { repositoryId, environment, headSha, deployedAt }: Verification,
  baseRef: string,
  now: Instant,
): Promise<SinceLook> {
  const terms = policy.verify;
  const longestMs = Math.min(now - deployedAt, terms?.windowMs ?? 0);
  const windowMs = Math.max(leastMs, Math.floor(longestMs / leastMs) * leastMs);
  const { dataSource, objectives, qualityGates = [], maintenance } = policy;
  const measurements = await measurer.measure({
    dataSource,
    repositoryId,
    questions: objectives.map((objective) => ({ objective, windowsMs: [windowMs] })),
    at: now,
    ...(maintenance === undefined ? {} : { maintenance }),
  });
  const quality = await runQuality(
    { measurer, evaluations },
    { repositoryId, dataSource, plans: qualityGates, frameOf: () => ({ start: now - windowMs, end: now }) },
  );
  const set: MeasurementSet = { at: now, measurements, quality: quality.findings };
  const findings = objectives.map((objective) =>
    findingOf(
      objective,
      [ruleSince(rulesFor(objective, policy.rules), windowMs)],
      measurements,
      new Map(),
      now,
    ),
  );
  const decision = decide(findings, policy.whenUnmeasured, undefined, quality.findings);
  const subject: Subject = {
    repositoryId,
    headSha: headSha ?? "",
    baseRef,
    gate: { kind: "verification", environment },
  };
  const verdict: Verdict = {
    subject,
    decision,
    bypass: { kind: "none" },
    mode: policy.mode,
    at: now,
    measuredAt: now,
    origin,
    findings,
    quality: quality.findings,
    terms: policy.bypass,
  };
  return { decision, verdict, set, quality };
}

/** The SRE Workbook's fastest burn, for an objective whose rules block on none. */
const fastestBurn = 14.4;

/** Burning as fast as the fastest rule that blocks, over the time since the deployment. */
function ruleSince(rules: readonly Rule[], windowMs: DurationMs): Rule {
  const thresholds = rules.flatMap(({ condition, then }) =>
    condition.kind === "burn_rate" && then === "block" ? condition.threshold : [],
  );
  const threshold = thresholds.length === 0 ? fastestBurn : Math.max(...thresholds);
  const condition = {
    kind: "burn_rate",
    threshold,
    longWindowMs: windowMs,
    shortWindowMs: windowMs,
  } as const;
  return { name: "since the deployment", then: "block", forMs: 0, condition };
}

/** What a look comes to; `undefined`: it goes on. A policy that only observes fails nothing. */
export function stateOf(
  { outcome }: Decision,
  mode: Policy["mode"],
  isLast: boolean,
): VerificationOutcome["state"] | undefined {
  if (outcome === "block") return mode === "observe" ? (isLast ? "passed" : undefined) : "failed";
  if (!isLast) return undefined;
  return outcome === "inconclusive" && mode === "enforce" ? "error" : "passed";
}

/** A look in a sentence, for the status. */
export function sentenceOf(
  { decision, verdict }: SinceLook,
  audience: Audience,
  sinceMs: DurationMs,
): string {
  const [reasons] = alikeReasons(decision.reasons);
  const since = formatDuration(Math.max(leastMs, Math.floor(sinceMs / leastMs) * leastMs));
  if (decision.outcome === "allow" || reasons === undefined)
    return fitSentence([{ text: `Verified: no harm seen in ${since} since the deployment.`, spare: 0 }]);
  const cause = reasonSentence(reasons, verdict, audience);
  const lead = {
    warn: "Warning: ",
    block: verdict.mode === "observe" ? "Would fail: " : "",
    inconclusive: "",
  };
  return fitSentence([{ text: `${lead[decision.outcome]}${cause}`, spare: 0 }]);
}

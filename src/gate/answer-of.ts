/**
 * What became of a question, as the answer that callers read.
 *
 * Keeps: only what was judged and stands open is allowed. Whatever was not judged (no policy, a silent GitHub, a fault) is
 * inconclusive with its reason. Numbers that are none are `null`: JSON has no others.
 */
import type { Outcome } from "../domain/decide.ts";
import type { DurationMs } from "../domain/duration.ts";
import { formatDuration } from "../domain/duration.ts";
import type { Finding } from "../domain/finding.ts";
import { opensAt } from "../domain/forecast.ts";
import type { GateAnswer, QualityGateAnswer, SloAnswer } from "../domain/gate-answer.ts";
import { formatIso, type Instant } from "../domain/instant.ts";
import { fitSentence } from "../domain/sentence.ts";
import { standingOf, type Verdict } from "../domain/verdict.ts";
import type { Evaluation } from "./evaluate.ts";

/** For how long an answer may be kept by whoever asked. */
export const validForSeconds = 15;

/** When to ask again, at the soonest and at the latest. */
const [soonestSeconds, latestSeconds] = [30, 300] as const;

/** What was asked, as it is told back. */
export interface Asked {
  readonly repo: string;
  readonly environment: string | undefined;
  readonly service: string | undefined;
  readonly sha: string | undefined;
}

/** The answer to a question that was evaluated. `id` names its verdict, `url` is where people read more. */
export function answerOf(
  asked: Asked,
  evaluation: Evaluation,
  now: Instant,
  id: string | null,
  url: string | null,
): GateAnswer {
  switch (evaluation.kind) {
    case "not_now":
      return unanswered(asked, `Not measured: ${evaluation.failure.detail}.`, now);
    case "not_gated":
      return unanswered(asked, "There is no error budget policy on the default branch.", now);
    case "judged": {
      const { verdict, report, findings } = evaluation;
      const { decision, mode, bypass, origin, quality = [] } = verdict;
      const effective = verdictWord(verdict);
      const isAllowed = effective === "allow" || effective === "warn";
      return {
        ...blank(asked, now),
        id,
        verdict: effective,
        allow: isAllowed,
        decision: decision.outcome,
        mode,
        reason: report.sentence,
        policy: { path: origin.file, sha: origin.commitSha },
        slos: findings.map((finding) => sloOf(finding, verdict)),
        qualityGates: quality.map(({ gate, tool, result, score, message }): QualityGateAnswer => ({
          name: gate,
          tool,
          result,
          message,
          score: finite(score),
        })),
        bypass:
          bypass.kind === "granted"
            ? {
                by: bypass.bypass.actor?.login ?? bypass.bypass.entitledThrough,
                until: formatIso(bypass.bypass.until),
                reason: bypass.bypass.reason ?? null,
              }
            : null,
        retryAfterSeconds: isAllowed ? null : retryAfter(verdict, now),
        url,
      };
    }
  }
}

/** The answer where nothing could be judged. What others say of their silence may be of any length. */
export function unanswered(asked: Asked, reason: string, now: Instant): GateAnswer {
  return { ...blank(asked, now), reason: fitSentence([{ text: reason, spare: 0 }]) };
}

function blank({ repo, environment, service, sha }: Asked, now: Instant): GateAnswer {
  return {
    schema: "burngate.gate/v1",
    id: null,
    verdict: "inconclusive",
    allow: false,
    decision: "inconclusive",
    mode: "enforce",
    reason: "",
    repo,
    environment: environment ?? null,
    service: service ?? null,
    sha: sha ?? null,
    policy: null,
    slos: [],
    qualityGates: [],
    bypass: null,
    evaluatedAt: formatIso(now),
    validForSeconds,
    retryAfterSeconds: 60,
    url: null,
  };
}

/** What the caller should do: a gate that only observes warns of what it would hold. */
function verdictWord(verdict: Verdict): Outcome {
  const { outcome } = verdict.decision;
  const isHeld = outcome === "block" || outcome === "inconclusive";
  switch (standingOf(verdict)) {
    case "open":
      return isHeld ? "warn" : outcome;
    case "bypassed":
      return "warn";
    case "held":
      return outcome;
  }
}

function sloOf(finding: Finding, { decision }: Verdict): SloAnswer {
  const reasons = decision.reasons.filter((one) => "objective" in one && one.objective === finding.objective);
  const holding = reasons.filter(({ weight }) => weight === "block");
  const verdict = holding.some(({ kind }) => kind === "rule")
    ? "block"
    : holding.length > 0
      ? "inconclusive"
      : reasons.some(({ weight }) => weight === "warn")
        ? "warn"
        : "allow";
  return {
    name: finding.objective,
    verdict,
    budgetRemaining: finite(finding.remaining),
    burn: burnsOf(finding),
  };
}

/** Rules share windows, and groups share rules: of each window the highest burn rate that anybody found. */
function burnsOf({ outcomes }: Finding): Record<string, number | null> {
  const burns: Record<string, number | null> = {};
  const see = (windowMs: DurationMs, burn: number | undefined): void => {
    const name = formatDuration(windowMs);
    const found = [finite(burn), burns[name] ?? null].filter((one) => one !== null);
    burns[name] = found.length === 0 ? null : Math.max(...found);
  };
  for (const outcome of outcomes) {
    const { condition } = outcome.rule;
    if (condition.kind !== "burn_rate") continue;
    const isKnown = outcome.state !== "unmeasured" && outcome.numbers.kind === "burn_rate";
    see(condition.longWindowMs, isKnown ? outcome.numbers.longBurn : undefined);
    see(condition.shortWindowMs, isKnown ? outcome.numbers.shortBurn : undefined);
  }
  return burns;
}

function retryAfter({ decision, measuredAt }: Verdict, now: Instant): number {
  const opens = opensAt(decision.reasons, measuredAt);
  const seconds = opens === undefined ? 60 : Math.ceil((opens - now) / 1000);
  return Math.min(latestSeconds, Math.max(soonestSeconds, seconds));
}

function finite(number: number | undefined): number | null {
  return number === undefined || !Number.isFinite(number) ? null : number;
}

/**
 * The one sentence that a person reads beside the check: cause, number, next step.
 *
 * Wants: somebody who has never heard of Burngate knows what is wrong and what to do.
 * Keeps: at most 140 code points on one line for any input; never a number for the public [T31]; a number
 * always with the time it was measured; a forecast always with its condition.
 */
import { bypassWords, refusalWords, wayInWords } from "./bypass-words.ts";
import type { AlikeReasons } from "./alike-reasons.ts";
import type { Reason } from "./reason.ts";
import { type DurationMs, formatDuration } from "./duration.ts";
import type { Finding } from "./finding.ts";
import { opensAt } from "./forecast.ts";
import { formatNear, type Instant } from "./instant.ts";
import type { Audience } from "./audience.ts";
import { qualityWords } from "./quality-words.ts";
import { unmeasuredWords } from "./unmeasured-words.ts";
import { cut, fitSentence, formatLeft, formatRate, formatShare, type Part } from "./sentence.ts";
import { calmShare } from "./rule-outcome.ts";
import { standingOf, type Verdict } from "./verdict.ts";

/** The status sentence of a verdict. */
export function sentenceOf(verdict: Verdict, audience: Audience): string {
  const { decision, bypass } = verdict;
  const [reason] = decision.reasons;
  if (standingOf(verdict) === "bypassed" && bypass.kind === "granted") {
    return fitSentence([{ text: bypassWords(bypass.bypass, verdict.at), spare: 0 }]);
  }
  if (reason === undefined || decision.outcome === "allow") {
    return fitSentence(withinBudget(verdict, reason, audience));
  }
  const cause = causeOf(reason, verdict, audience);
  switch (decision.outcome) {
    case "warn":
      return fitSentence([{ text: "Warning:", spare: 0 }, ...cause]);
    case "block":
    case "inconclusive":
      if (verdict.mode === "observe") {
        const isMeasured = decision.outcome === "block";
        return fitSentence([{ text: isMeasured ? "Would block:" : "", spare: 0 }, ...cause]);
      }
      return fitSentence([...cause, ...wayOut(verdict)]);
  }
}

/** What is said while not knowing may still end: why nothing is known, and until when it is asked again. */
export function waitingSentence(verdict: Verdict, audience: Audience, until: Instant): string {
  const [reason] = verdict.decision.reasons;
  const cause = reason === undefined ? [] : causeOf(reason, verdict, audience);
  return fitSentence([...cause, { text: `Asking again until ${formatNear(until, verdict.at)}.`, spare: 1 }]);
}

/** Reasons that are alike in a sentence of their own, for places that tell them all. */
export function reasonSentence(reasons: AlikeReasons, verdict: Verdict, audience: Audience): string {
  const windows = reasons.flatMap((one) => (one.kind === "unmeasured" ? one.windowMs : []));
  return fitSentence(causeOf(reasons[0], verdict, audience, windows));
}

function withinBudget(verdict: Verdict, reason: Reason | undefined, audience: Audience): readonly Part[] {
  const at = `at ${formatNear(verdict.measuredAt, verdict.at)}.`;
  if (reason?.kind === "unmeasured") {
    const what = `${whose(reason, audience)}: ${unmeasuredWords[reason.why]} over ${formatDuration(reason.windowMs)}`;
    return [
      { text: `${what} ${at}`, spare: 0 },
      { text: "The policy lets that through.", spare: 1 },
    ];
  }
  const count = verdict.findings.length;
  const gates = verdict.quality?.length ?? 0;
  if (count === 0)
    return [
      {
        text: `${gates === 1 ? "The quality gate passes" : `All ${gates} quality gates pass`} ${at}`,
        spare: 0,
      },
    ];
  const held = count === 1 ? "no rule holds it" : `no rule holds any of ${count} objectives`;
  const least = leastLeft(verdict.findings);
  if (audience === "public" || least?.remaining === undefined)
    return [{ text: `Open: ${held} ${at}`, spare: 0 }];
  const left = formatLeft(least.remaining, least.remainingBy);
  if (count === 1)
    return [{ text: `${nameOf(least.objective)}: ${left}${burnWords(least)} ${at}`, spare: 0 }];
  // Burn rules alone may let through what is spent or unknown over an objective's own window.
  const isWithin = verdict.findings.every(({ remaining }) => remaining !== undefined && remaining > 0);
  const whole = isWithin ? `All ${count} objectives within budget` : `Open: ${held}`;
  return [{ text: `${whole}; least: ${nameOf(least.objective)}, ${left} ${at}`, spare: 0 }];
}

function leastLeft(findings: readonly Finding[]): Finding | undefined {
  const measured = findings.filter((finding) => finding.remaining !== undefined);
  return measured.toSorted((a, b) => (a.remaining ?? 0) - (b.remaining ?? 0))[0];
}

/**
 * How fast the budget burns now, by the short window of the finding's first burn rule, as `, burns 0.4x over
 * 5m`. The long window would go on telling of an outage that is over.
 */
function burnWords(finding: Finding): string {
  for (const outcome of finding.outcomes) {
    if (outcome.state === "unmeasured" || outcome.numbers.kind !== "burn_rate") continue;
    const { condition } = outcome.rule;
    if (condition.kind !== "burn_rate") continue;
    return `, burns ${formatRate(outcome.numbers.shortBurn)} over ${formatDuration(condition.shortWindowMs)}`;
  }
  return "";
}

function causeOf(
  reason: Reason,
  verdict: Verdict,
  audience: Audience,
  windows: readonly DurationMs[] = reason.kind === "unmeasured" ? [reason.windowMs] : [],
): readonly Part[] {
  const at = `at ${formatNear(verdict.measuredAt, verdict.at)}`;
  switch (reason.kind) {
    case "rule":
      return audience === "public"
        ? [{ text: `${publicWords(reason)} ${at}.`, spare: 0 }]
        : ruleWords(reason, at, verdict);
    case "unmeasured": {
      const over = windows.map(formatDuration).join(", ");
      const what = `Not measured: ${whose(reason, audience)} ${over}: ${unmeasuredWords[reason.why]}`;
      const detail = audience === "public" ? "" : cut(reason.detail, 60);
      return [
        { text: detail === "" ? `${what}.` : what, spare: 0 },
        { text: detail === "" ? "" : `(${detail}).`, spare: 2 },
      ];
    }
    case "policy_broken": {
      const [{ file, position, message }, ...others] = reason.problems;
      const more = others.length > 0 ? `(and ${others.length} more)` : "";
      return [
        { text: `Policy cannot be used: ${cut(file, 50)}:${position.line}:${position.column}`, spare: 0 },
        { text: more, spare: 2 },
        { text: `${cut(message, 70)}.`, spare: 1 },
      ];
    }
    case "quality_gate":
      return qualityWords(reason, audience, at);
    case "no_objectives":
      return [{ text: "Not measured: the policy names no objective.", spare: 0 }];
    case "lease_ended":
      return leaseWords(reason, verdict, audience);
  }
}

/** Why an open gate lapsed, and what has not been measured since. */
function leaseWords(
  { renewedAt, leaseMs }: Extract<Reason, { kind: "lease_ended" }>,
  { decision, at }: Verdict,
  audience: Audience,
): readonly Part[] {
  const since = `Not renewed: last measured at ${formatNear(renewedAt, at)}, lease ${formatDuration(leaseMs)}`;
  const missing = decision.reasons.find((one) => one.kind === "unmeasured");
  if (missing === undefined) return [{ text: `${since}.`, spare: 0 }];
  return [
    { text: since, spare: 0 },
    { text: `(${whose(missing, audience)}: ${unmeasuredWords[missing.why]}).`, spare: 2 },
  ];
}

function publicWords(reason: Extract<Reason, { kind: "rule" }>): string {
  const what =
    reason.rule.condition.kind === "remaining" ? "error budget too low" : "error budget burns too fast";
  return `${nameOf(reason.objective)}: ${what}`;
}

function ruleWords(reason: Extract<Reason, { kind: "rule" }>, at: string, verdict: Verdict): readonly Part[] {
  const { rule, numbers, remaining, remainingBy } = reason;
  const name = whose(reason, "members");
  if (reason.release !== undefined) return releaseWords(name, reason, at, verdict);
  if (rule.condition.kind === "remaining" && numbers.kind === "remaining") {
    const { thresholdRatio } = rule.condition;
    const left = formatLeft(numbers.remaining, remainingBy);
    const spent =
      thresholdRatio <= 0 ? `error budget spent, ${left}` : `${left}, limit ${formatShare(thresholdRatio)}`;
    return [{ text: `${name}: ${spent} ${at}.`, spare: 0 }];
  }
  if (rule.condition.kind !== "burn_rate" || numbers.kind !== "burn_rate")
    return [{ text: `${name}: ${rule.name}.`, spare: 0 }];
  const { threshold, longWindowMs } = rule.condition;
  const burn = `${formatDuration(longWindowMs)} burn ${formatRate(numbers.longBurn, threshold)} > ${formatRate(threshold, numbers.longBurn)}`;
  const left = remaining === undefined ? "" : `, ${formatLeft(remaining, remainingBy)}`;
  return [
    { text: `${name}: ${burn}${left} ${at}.`, spare: 0 },
    { text: forecastWords(opensAt(verdict.decision.reasons, verdict.measuredAt), verdict.at), spare: 3 },
  ];
}

/** What a rule that has spoken still waits for. */
function releaseWords(
  name: string,
  { rule, numbers, remainingBy, release }: Extract<Reason, { kind: "rule" }>,
  at: string,
  verdict: Verdict,
): readonly Part[] {
  const { calmSince, until } = release ?? {};
  const now =
    rule.condition.kind === "burn_rate" && numbers.kind === "burn_rate"
      ? `${formatDuration(rule.condition.longWindowMs)} burn ${formatRate(numbers.longBurn)}`
      : numbers.kind === "remaining"
        ? formatLeft(numbers.remaining, remainingBy)
        : rule.name;
  const line =
    rule.condition.kind === "burn_rate"
      ? `, held until below ${formatRate(calmShare * rule.condition.threshold)}`
      : "";
  const calm = calmSince === undefined ? line : `, calm since ${formatNear(calmSince, verdict.at)}`;
  const opens = until === undefined ? "" : `Opens ~${formatNear(until, verdict.at)} if it stays so.`;
  return [
    { text: `${name}: ${now}${calm} ${at}.`, spare: 0 },
    { text: opens, spare: 3 },
  ];
}

function forecastWords(opens: Instant | undefined, now: Instant): string {
  return opens === undefined || opens <= now ? "" : `Opens ~${formatNear(opens, now)} if errors stop.`;
}

function wayOut(verdict: Verdict): readonly Part[] {
  if (verdict.bypass.kind === "refused") {
    return [{ text: refusalWords(verdict.bypass.refusal, verdict.terms), spare: 0 }];
  }
  const { how, who } = wayInWords(verdict.terms, verdict.subject.gate.kind);
  if (how === "") return [];
  return [
    { text: `Hotfix: ${how}`, spare: 1 },
    { text: `(${who}).`, spare: 2 },
  ];
}

const nameOf = (objective: string): string => cut(objective, 40);

/** An objective's name and its group's, which are values that Prometheus told and so not for the public. [T31] */
function whose({ objective, group }: { objective: string; group?: string }, audience: Audience): string {
  const name = nameOf(objective);
  return group === undefined || audience === "public" ? name : `${name} ${cut(group, 40)}`;
}

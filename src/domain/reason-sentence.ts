/** Every reason of a decision as a sentence of Markdown. To the public without numbers and details. [T31] */
import { alikeReasons } from "./alike-reasons.ts";
import type { Reason } from "./reason.ts";
import { formatDuration } from "./duration.ts";
import { unmeasuredWords } from "./unmeasured-words.ts";
import type { Audience } from "./audience.ts";
import { formatInstant } from "./instant.ts";
import { code, plain } from "./markdown.ts";
import type { Problem } from "./problem.ts";
import { cut, formatRate, formatShare } from "./sentence.ts";

/** Reasons as sentences; what was not measured for one cause is one sentence, with all its windows. */
export function reasonSentences(reasons: readonly Reason[], audience: Audience): readonly string[] {
  const sentences = alikeReasons(reasons).map(([first, ...others]) => sentenceOf(first, others, audience));
  return [...new Set(sentences)];
}

function sentenceOf(reason: Reason, others: readonly Reason[], audience: Audience): string {
  switch (reason.kind) {
    case "rule": {
      // Which rule it is tells how fast, nearly.
      const rule = audience === "public" ? "" : ` (rule ${code(reason.rule.name)})`;
      return `${whose(reason, audience)} ${ruleWords(reason, audience)}${rule}.`;
    }
    case "unmeasured": {
      const detail = audience === "public" ? "" : ` (${plain(reason.detail)})`;
      const windows = [reason, ...others].flatMap((one) => (one.kind === "unmeasured" ? one.windowMs : []));
      const over = windows.map(formatDuration).join(", ");
      return `${whose(reason, audience)} is not measured over ${over}: ${unmeasuredWords[reason.why]}${detail}.`;
    }
    case "policy_broken": {
      const count = reason.problems.length;
      return `The policy cannot be used: it has ${count === 1 ? "a problem" : `${count} problems`}.`;
    }
    case "quality_gate": {
      const words = { warning: "warns", fail: "failed", error: "could not tell" }[reason.result];
      const own = audience === "public" ? "" : ` (${plain(cut(reason.message, 500))})`;
      return `Quality gate ${code(reason.gate)} of ${reason.tool} ${words}${own}.`;
    }
    case "no_objectives":
      return "The policy names no objective, so nothing was measured.";
    case "lease_ended": {
      const { renewedAt, leaseMs } = reason;
      return `It would be open, but its lease of ${formatDuration(leaseMs)} has ended: not everything has been measured since ${formatInstant(renewedAt)}.`;
    }
  }
}

/** Names of groups are values that Prometheus told, so they are not for the public. [T31] */
function whose({ objective, group }: { objective: string; group?: string }, audience: Audience): string {
  const name = code(objective);
  return group === undefined || audience === "public" ? name : `${name} ${code(cut(group, 200))}`;
}

function ruleWords(
  { rule, numbers, remaining, remainingBy }: Extract<Reason, { kind: "rule" }>,
  audience: Audience,
): string {
  const { condition } = rule;
  const by = remainingBy === undefined ? "" : ` by ${remainingBy}`;
  if (audience === "public")
    return condition.kind === "remaining"
      ? "has too little error budget left"
      : "burns its error budget too fast";
  if (condition.kind === "remaining") {
    const left = numbers.kind === "remaining" ? formatShare(numbers.remaining) : "too little";
    return condition.thresholdRatio <= 0
      ? `has spent its error budget: ${left} is left${by}`
      : `has ${left} of its error budget left${by}; the limit is ${formatShare(condition.thresholdRatio)}`;
  }
  if (numbers.kind !== "burn_rate") return "burns its error budget too fast";
  const { threshold, longWindowMs, shortWindowMs } = condition;
  const long = `${formatRate(numbers.longBurn, threshold)} over ${formatDuration(longWindowMs)}`;
  const short = `${formatRate(numbers.shortBurn, threshold)} over ${formatDuration(shortWindowMs)}`;
  const left = remaining === undefined ? "" : `; ${formatShare(remaining)} of its budget is left${by}`;
  return `burns ${long} and ${short}; the limit is ${formatRate(threshold, Math.min(numbers.longBurn, numbers.shortBurn))}${left}`;
}

/** A problem of the policy: where it is and what mends it. */
export function problemSentence({ file, position, key, message }: Problem): string {
  const at = code(`${file}:${position.line}:${position.column}`);
  return key === "" ? `${at}: ${plain(message)}.` : `${at}: ${code(key)} ${plain(message)}.`;
}

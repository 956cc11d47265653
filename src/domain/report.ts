import { decisionClass, isHeld } from "./decide.ts";
import { type Audience, sentenceOf } from "./explain.ts";
import type { Instant } from "./instant.ts";
import type { Subject } from "./subject.ts";
import { standingOf, type Verdict } from "./verdict.ts";

/** The states of a commit status. */
export type ReportState = "success" | "failure" | "error" | "pending";

/** What GitHub is told about a subject. */
export interface Report {
  readonly subject: Subject;
  readonly state: ReportState;
  /** At most 140 code points, one line. */
  readonly sentence: string;
  /**
   * State and reason without the numbers. A report is written when this differs from what GitHub has, and
   * only then.
   */
  readonly reportClass: string;
  /** A red or a bypass may use the last of the 1000 statuses that a commit and context can hold. */
  readonly isCritical: boolean;
}

/** The report that says a verdict (DESIGN: decision × mode → state). */
export function reportOf(verdict: Verdict, audience: Audience): Report {
  const state = stateOf(verdict);
  const standing = standingOf(verdict);
  return {
    subject: verdict.subject,
    state,
    sentence: sentenceOf(verdict, audience),
    reportClass: [state, verdict.mode, audience, decisionClass(verdict.decision), bypassClass(verdict)].join(
      " | ",
    ),
    isCritical: standing !== "open",
  };
}

/** Until when the bypass stands that a report of this class tells of; `undefined` when it tells of none. */
export function bypassedUntil(reportClass: string): Instant | undefined {
  const found = /^success .* \| granted \d+ (\d+)$/s.exec(reportClass);
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

/**
 * The report that takes our word back where a policy used to gate and no longer does, so that nobody waits
 * for us.
 */
export function retirementOf(
  subject: Subject,
  why: "policy_removed" | "branch_not_gated",
  commitSha: string,
): Report {
  const at = commitSha.slice(0, 7);
  const sentence =
    why === "policy_removed"
      ? `Not gated: there is no error budget policy on this branch any more (since ${at}).`
      : `Not gated: the error budget policy no longer names this branch (since ${at}).`;
  return { subject, state: "success", sentence, reportClass: `success | ${why}`, isCritical: false };
}

function stateOf(verdict: Verdict): ReportState {
  switch (standingOf(verdict)) {
    case "open":
    case "bypassed":
      return "success";
    case "held":
      return verdict.decision.outcome === "inconclusive" ? "error" : "failure";
  }
}

function bypassClass({ decision, bypass }: Verdict): string {
  if (!isHeld(decision)) return "";
  switch (bypass.kind) {
    case "none":
      return "";
    case "granted":
      return `granted ${bypass.bypass.actor.id} ${bypass.bypass.until}`;
    case "refused":
      return `refused ${bypass.refusal.actor.id} ${bypass.refusal.label} ${bypass.refusal.cause}`;
  }
}

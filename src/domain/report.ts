import { meansKey, type Refusal } from "./bypass.ts";
import { decisionClass, isHeld } from "./decide.ts";
import { sentenceOf, waitingSentence } from "./explain.ts";
import type { Audience } from "./audience.ts";
import type { Instant } from "./instant.ts";
import { fitSentence } from "./sentence.ts";
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
  /**
   * What shuts the gate, and a bypass, may use the last of the 1000 statuses that a commit and context can
   * hold.
   */
  readonly isCritical: boolean;
}

/** Why a subject is not gated. */
export type NotGated = "policy_removed" | "branch_not_gated" | "environment_not_gated";

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
  const found = /^success .* \| granted \S+ (\d+)$/s.exec(reportClass);
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

/**
 * The report that takes our word back where a policy used to gate and no longer does, so that nobody waits
 * for us.
 */
export function retirementOf(subject: Subject, why: NotGated, commitSha: string): Report {
  const at = commitSha.slice(0, 7);
  const said: Readonly<Record<NotGated, string>> = {
    policy_removed: "there is no error budget policy on this branch any more",
    branch_not_gated: "the error budget policy no longer names this branch",
    environment_not_gated: "the error budget policy does not name this environment",
  };
  const sentence = `Not gated: ${said[why]} (since ${at}).`;
  return { subject, state: "success", sentence, reportClass: `success | ${why}`, isCritical: false };
}

/** What is said at once where somebody waits for us to find out. */
export function pendingReport(subject: Subject): Report {
  const sentence = "Asking how the error budget stands.";
  return { subject, state: "pending", sentence, reportClass: "pending", isCritical: true };
}

/** What is said where a verdict that only lacks numbers can still wait for them, until a moment. */
export function waitingReport(verdict: Verdict, audience: Audience, until: Instant): Report {
  const sentence = waitingSentence(verdict, audience, until);
  const reportClass = `pending | ${audience} | ${decisionClass(verdict.decision)}`;
  return { subject: verdict.subject, state: "pending", sentence, reportClass, isCritical: true };
}

/** What is said at the end where GitHub never told us the policy, to somebody whom we had asked to wait. */
export function unreadReport(subject: Subject, detail: string): Report {
  const sentence = fitSentence([
    { text: "Not measured: the policy could not be read", spare: 0 },
    { text: `(${detail}).`, spare: 0 },
  ]);
  return { subject, state: "error", sentence, reportClass: "error | policy_unread", isCritical: true };
}

/** Whether a report of this class asked somebody to wait. */
export function isPending(reportClass: string | undefined): boolean {
  return reportClass?.startsWith("pending") === true;
}

function stateOf(verdict: Verdict): ReportState {
  switch (standingOf(verdict)) {
    case "open":
    case "bypassed":
      return "success";
    case "held":
      if (isLapsed(verdict)) return "pending";
      return verdict.decision.outcome === "inconclusive" ? "error" : "failure";
  }
}

/** Whether a green only waits to be renewed. A merge queue that has waited long enough must hear an end. */
function isLapsed({ subject, decision: { reasons } }: Verdict): boolean {
  return subject.gate.kind !== "merge_group" && reasons[0]?.kind === "lease_ended";
}

function bypassClass({ decision, bypass }: Verdict): string {
  if (!isHeld(decision)) return "";
  switch (bypass.kind) {
    case "none":
      return "";
    case "granted": {
      const { actor, second, until } = bypass.bypass;
      const who = [actor?.id ?? 0, ...(second === undefined ? [] : [second.actor.id])];
      return `granted ${who.join("+")} ${until}`;
    }
    case "refused":
      return `refused ${refusalClass(bypass.refusal)}`;
  }
}

/**
 * Everybody can comment, and each class is a status: what is said of strangers' words is one class, or they
 * could use up a commit's thousand statuses. [T44]
 */
function refusalClass(refusal: Refusal): string {
  if (refusal.cause === "members_unknown") return refusal.cause;
  const { cause, means, actor, pull } = refusal;
  const isSpoken = means.kind === "comment" || means.kind === "review";
  if (isSpoken && ["bot", "through_app", "not_entitled"].includes(cause)) return "unheard";
  return `${actor?.id ?? 0} ${meansKey(means)} ${cause}${cause === "member" ? ` ${pull}` : ""}`;
}

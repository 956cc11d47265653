import type { BypassAnswer } from "./bypass.ts";
import type { BypassTerms } from "./bypass-terms.ts";
import { type Decision, isHeld } from "./decide.ts";
import type { Finding } from "./finding.ts";
import type { Instant } from "./instant.ts";
import type { Mode, PolicyOrigin } from "./policy.ts";
import type { QualityFinding } from "./quality-finding.ts";
import type { Subject } from "./subject.ts";

/**
 * What we stand by: a decision, what became of it, when, and from what evidence. Stored, never edited, only
 * superseded.
 */
export interface Verdict {
  readonly subject: Subject;
  readonly decision: Decision;
  readonly bypass: BypassAnswer;
  readonly mode: Mode;
  /** When it was reached. */
  readonly at: Instant;
  /** When the numbers behind it were measured; equals `at` when there are none. */
  readonly measuredAt: Instant;
  readonly origin: PolicyOrigin;
  readonly findings: readonly Finding[];
  /** Absent: the policy names no quality gate. */
  readonly quality?: readonly QualityFinding[];
  /** The terms on which the gate can be opened by hand, for the explanation. */
  readonly terms: BypassTerms;
}

/** How the gate stands after everything: let through, let through by somebody, or held. */
export type Standing = "open" | "bypassed" | "held";

/** Whether the change may go in. In observe mode it always may. */
export function standingOf(verdict: Pick<Verdict, "decision" | "bypass" | "mode">): Standing {
  if (verdict.mode === "observe" || !isHeld(verdict.decision)) return "open";
  return verdict.bypass.kind === "granted" ? "bypassed" : "held";
}

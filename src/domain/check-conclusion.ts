import { isHeld } from "./decide.ts";
import { standingOf, type Verdict } from "./verdict.ts";

/**
 * The conclusions of a completed check run that we give. Of these GitHub lets `success` and `neutral` satisfy a
 * required check (https://docs.github.com/rest/checks/runs).
 */
export type CheckConclusion = "success" | "neutral" | "failure" | "action_required";

/** What a check run concludes from a verdict: red only where the gate is held. */
export function conclusionOf(verdict: Verdict): CheckConclusion {
  const { decision, mode } = verdict;
  if (mode === "observe") return isHeld(decision) ? "neutral" : "success";
  switch (standingOf(verdict)) {
    case "bypassed":
      return "neutral";
    case "held":
      return decision.outcome === "inconclusive" ? "action_required" : "failure";
    case "open": {
      const isUnknown = decision.reasons.some(({ kind }) => kind === "unmeasured");
      return decision.outcome === "warn" || isUnknown ? "neutral" : "success";
    }
  }
}

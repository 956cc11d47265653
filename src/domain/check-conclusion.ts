import { isHeld } from "./decide.ts";
import { standingOf, type Verdict } from "./verdict.ts";

/**
 * The conclusions of a completed check run that we give. Of these GitHub lets `success` and `neutral` satisfy a
 * required check (https://docs.github.com/rest/checks/runs).
 */
export type CheckConclusion = "success" | "neutral" | "failure" | "action_required";

/** What a check run concludes from a verdict: red only where the gate is held, green only where nothing is to be said. */
export function conclusionOf(verdict: Verdict): CheckConclusion {
  const { decision } = verdict;
  switch (standingOf(verdict)) {
    case "bypassed":
      return "neutral";
    case "held":
      return decision.outcome === "inconclusive" ? "action_required" : "failure";
    case "open": {
      const isUnknown = decision.reasons.some(({ kind }) => kind === "unmeasured");
      return decision.outcome === "warn" || isHeld(decision) || isUnknown ? "neutral" : "success";
    }
  }
}

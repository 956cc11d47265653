import type { BypassTerms } from "./bypass-terms.ts";
import { standingOf, type Verdict } from "./verdict.ts";

/** A button under a check run; GitHub takes three, with texts of 20, 20 and 40 characters. */
export interface CheckButton {
  /** What comes back when it is pressed. */
  readonly identifier: string;
  readonly label: string;
  readonly description: string;
}

/** Asks for a bypass. Whoever presses it must be entitled like everybody else. */
const bypassButton: CheckButton = {
  identifier: "bypass",
  label: "Bypass",
  description: "Open the gate, if the policy lets you",
};

/** Asks for new numbers. */
const recheckButton: CheckButton = {
  identifier: "recheck",
  label: "Re-check",
  description: "Measure again and tell the answer",
};

/** The buttons under a verdict: none to open what is open, or what no press opens. */
export function buttonsOf(verdict: Verdict): readonly CheckButton[] {
  const canBypass = standingOf(verdict) === "held" && isOpenedByPress(verdict);
  return canBypass ? [bypassButton, recheckButton] : [recheckButton];
}

/** A press gives no reason, and under a merge group's report it is about none of its pull requests. */
function isOpenedByPress({ terms, subject }: Verdict): boolean {
  const givesEnough = terms.reason === "optional" && terms.ticket === undefined;
  return givesEnough && subject.gate.kind !== "merge_group" && isAnybodyEntitled(terms);
}

function isAnybodyEntitled({ entitled }: BypassTerms): boolean {
  const { permission, teams, users, ids } = entitled;
  return permission !== undefined || teams.length + users.length + ids.length > 0;
}

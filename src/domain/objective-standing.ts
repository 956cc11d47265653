import type { Decision } from "./decide.ts";
import { unmeasuredWords } from "./unmeasured-words.ts";
import { type Finding, isSpeaking } from "./finding.ts";

/** How one objective stands: its finding's state, or `low` when a rule wants more left than there is. */
export type ObjectiveStanding = "exhausted" | "burning" | "low" | "unmeasured" | "within";

/** Every standing, the gravest first. */
const gravestFirst: readonly ObjectiveStanding[] = ["exhausted", "burning", "low", "unmeasured", "within"];

/** How an objective stands. */
export function objectiveStanding({ state, outcomes }: Finding): ObjectiveStanding {
  if (state !== "within") return state;
  return outcomes.some(isSpeaking) ? "low" : "within";
}

/** Findings, those that people must look at first. */
export function inOrderOfGravity(findings: readonly Finding[]): readonly Finding[] {
  const rank = (finding: Finding): number => gravestFirst.indexOf(objectiveStanding(finding));
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

/** What an objective does to the gate. */
export type Effect = "holds" | "warns" | "none";

/** What an objective does to the gate by a decision. */
export function effectOf({ reasons }: Decision, objective: string): Effect {
  const weights = reasons.map((one) =>
    "objective" in one && one.objective === objective ? one.weight : "allow",
  );
  return weights.includes("block") ? "holds" : weights.includes("warn") ? "warns" : "none";
}

/** How an objective stands, in words without a number: `burns too fast`. */
export function standingWords(finding: Finding): string {
  const missing = missingWords(finding);
  switch (objectiveStanding(finding)) {
    case "exhausted":
      return withMissing("error budget spent", missing);
    case "burning":
      return withMissing("burns too fast", missing);
    case "low":
      return withMissing("less left than a rule asks for", missing);
    case "unmeasured":
      return missing === "" ? "not measured" : `not measured: ${missing}`;
    case "within":
      return withMissing("within budget", missing);
  }
}

const withMissing = (words: string, missing: string): string =>
  missing === "" ? words : `${words}; not measured: ${missing}`;

/** Why something was not measured, as `no data, stale data`. */
function missingWords({ outcomes }: Finding): string {
  const whys = outcomes.flatMap((one) =>
    one.state === "unmeasured" ? one.misses.map(({ why }) => why) : [],
  );
  return [...new Set(whys)].map((why) => unmeasuredWords[why]).join(", ");
}

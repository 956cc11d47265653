/** Why a decision is what it is. */
import type { DurationMs } from "./duration.ts";
import type { Finding } from "./finding.ts";
import type { Instant } from "./instant.ts";
import type { Lease } from "./lease.ts";
import type { UnmeasuredKind } from "./measurement.ts";
import type { Problem } from "./problem.ts";
import type { QualityResult, QualityTool } from "./quality-finding.ts";
import type { RuleNumbers } from "./rule-outcome.ts";
import type { Consequence, Rule } from "./rule.ts";
import type { UnmeasuredAction } from "./unmeasured-action.ts";

/** One thing that made the decision what it is. */
export type Reason =
  | {
      readonly kind: "rule";
      readonly objective: string;
      readonly rule: Rule;
      readonly numbers: RuleNumbers;
      /** Share of the objective's budget left, where measured. */
      readonly remaining: number | undefined;
      /** What is left is counted in this; absent: events. */
      readonly remainingBy?: Finding["remainingBy"];
      /** Which group of the objective; absent: it has none. */
      readonly group?: string;
      /** How long it must be calm before it lets go; absent: not at all. */
      readonly holdMs?: DurationMs;
      /** It has spoken and lets go soon; absent: its condition is true. */
      readonly release?: { readonly calmSince: Instant | undefined; readonly until: Instant | undefined };
      readonly weight: Consequence;
    }
  | {
      readonly kind: "unmeasured";
      readonly objective: string;
      readonly windowMs: DurationMs;
      readonly why: UnmeasuredKind;
      readonly detail: string;
      /** Which group of the objective; absent: none was measured, or it has none. */
      readonly group?: string;
      readonly weight: UnmeasuredAction;
    }
  | {
      readonly kind: "policy_broken";
      /** Every error, the first one leading. */
      readonly problems: readonly [Problem, ...Problem[]];
      readonly weight: "block";
    }
  | {
      readonly kind: "quality_gate";
      readonly gate: string;
      readonly tool: QualityTool;
      readonly result: Exclude<QualityResult, "pass">;
      readonly message: string;
      readonly weight: UnmeasuredAction;
    }
  | { readonly kind: "no_objectives"; readonly weight: "block" }
  /** It would be open, and what it would be open by is too old. */
  | ({ readonly kind: "lease_ended"; readonly weight: "block" } & Omit<Lease, "at">);

/**
 * Names what a reason is about and nothing that moves with the numbers, so equal keys need no new report. Which group
 * is the worst does move.
 * Objective and rule names may hold spaces, so `>`, which no objective's name holds, keeps them apart.
 */
export function reasonKey(reason: Reason): string {
  switch (reason.kind) {
    case "rule":
      return `rule ${reason.objective} > ${reason.rule.name}`;
    case "unmeasured":
      return `unmeasured ${reason.objective} > ${reason.why}`;
    case "policy_broken": {
      const [{ code, file, key }] = reason.problems;
      return `policy ${code} ${file} ${key}`;
    }
    case "quality_gate":
      return `quality gate ${reason.gate} > ${reason.result}`;
    case "no_objectives":
      return "no objectives";
    case "lease_ended":
      return "lease ended";
  }
}

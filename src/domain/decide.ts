/**
 * What the policy says of the findings.
 *
 * Wants: one decision with every reason, and the same one whatever the order of objectives, rules or
 * measurements.
 * Keeps (property tests in test/property/decide.test.ts): more errors never turn block into allow; another
 * objective never turns block into allow; not knowing never allows unless the policy says so; no finding at
 * all is inconclusive.
 * Leaves out: bypasses and modes (verdict.ts), and words (explain.ts).
 */
import type { Finding } from "./finding.ts";
import { hasEnded, type Lease } from "./lease.ts";
import type { UnmeasuredKind } from "./measurement.ts";
import type { UnmeasuredAction } from "./unmeasured-action.ts";
import type { Problem } from "./problem.ts";
import type { QualityFinding } from "./quality-finding.ts";
import { type Reason, reasonKey } from "./reason.ts";
import type { Miss } from "./rule-outcome.ts";

/**
 * What the policy asks for. Both `block` and `inconclusive` hold the gate; only the first is about the
 * service.
 */
export type Outcome = "allow" | "warn" | "block" | "inconclusive";

/** The outcome and every reason for it, weightiest first. The first reason is the one people are told. */
export interface Decision {
  readonly outcome: Outcome;
  readonly reasons: readonly Reason[];
}

/**
 * Applies the policy's rules and its `when_unmeasured` to what was found, with what its quality gates said, and the lease where a
 * policy has one.
 */
export function decide(
  findings: readonly Finding[],
  whenUnmeasured: Readonly<Record<UnmeasuredKind, UnmeasuredAction>>,
  lease?: Lease,
  quality: readonly QualityFinding[] = [],
): Decision {
  if (findings.length + quality.length === 0)
    return { outcome: "inconclusive", reasons: [{ kind: "no_objectives", weight: "block" }] };
  const reasons = [
    ...findings.flatMap((finding) => reasonsOf(finding, whenUnmeasured)),
    ...quality.flatMap((finding) => qualityReason(finding)),
  ];
  const decision = concluded(reasons);
  if (lease === undefined || isHeld(decision) || !hasEnded(lease)) return decision;
  const { leaseMs, renewedAt } = lease;
  return concluded([...reasons, { kind: "lease_ended", leaseMs, renewedAt, weight: "block" }]);
}

/**
 * What a policy that cannot be used says: nothing is known, so the gate is held, and the first problem is
 * named.
 */
export function decideBroken(problems: readonly Problem[]): Decision {
  const [problem, ...others] = problems.filter((one) => one.severity === "error");
  if (problem === undefined)
    return { outcome: "inconclusive", reasons: [{ kind: "no_objectives", weight: "block" }] };
  return {
    outcome: "inconclusive",
    reasons: [{ kind: "policy_broken", problems: [problem, ...others], weight: "block" }],
  };
}

/** Whether a decision holds the gate shut until something changes or somebody entitled opens it. */
export function isHeld(decision: Decision): boolean {
  return decision.outcome === "block" || decision.outcome === "inconclusive";
}

/** Whether it is only not knowing that holds the gate, and of a kind that another look may end. */
export function isUndecided({ outcome, reasons: [reason] }: Decision): boolean {
  if (outcome !== "inconclusive") return false;
  return reason?.kind === "unmeasured" || reason?.kind === "quality_gate" || reason?.kind === "lease_ended";
}

/**
 * Names a decision by outcome and leading reason, without numbers. What a pass was measured at does not
 * matter: all passes are one class.
 */
export function decisionClass({ outcome, reasons: [reason] }: Decision): string {
  return reason === undefined || outcome === "allow" ? outcome : `${outcome}: ${reasonKey(reason)}`;
}

function reasonsOf(
  finding: Finding,
  whenUnmeasured: Readonly<Record<UnmeasuredKind, UnmeasuredAction>>,
): Reason[] {
  const { objective, windowMs } = finding;
  if (finding.outcomes.length === 0) {
    // Nothing was asked of it, so nothing is known; no way of not knowing that a policy could excuse.
    return [
      {
        kind: "unmeasured",
        objective,
        windowMs,
        why: "no_data",
        detail: "no rule looks at it",
        weight: "block",
      },
    ];
  }
  const reasons: Reason[] = [];
  const misses = new Map<string, Miss>();
  for (const outcome of finding.outcomes) {
    switch (outcome.state) {
      case "clear":
      case "holding":
        break;
      case "tripped":
      case "releasing": {
        const { rule, numbers, group } = outcome;
        const { remaining, remainingBy } = finding;
        const by = remainingBy === undefined ? {} : { remainingBy };
        const whose = group === undefined ? { remaining } : { remaining: group.remaining, group: group.name };
        const soon =
          outcome.state === "tripped"
            ? outcome.holdMs === undefined
              ? {}
              : { holdMs: outcome.holdMs }
            : { release: { calmSince: outcome.calmSince, until: outcome.until } };
        reasons.push({ kind: "rule", objective, rule, numbers, ...whose, ...by, ...soon, weight: rule.then });
        break;
      }
      case "unmeasured":
        for (const miss of outcome.misses) {
          const key = `${miss.windowMs} ${miss.why}`;
          const known = misses.get(key);
          // Rules miss the same window by different groups; which one is named must not depend on their order.
          if (known === undefined || (miss.group ?? "") < (known.group ?? "")) misses.set(key, miss);
        }
        break;
    }
  }
  for (const miss of misses.values())
    reasons.push({ kind: "unmeasured", objective, ...miss, weight: whenUnmeasured[miss.why] });
  return reasons;
}

function qualityReason({
  gate,
  tool,
  result,
  message,
  onWarning,
  onError,
}: QualityFinding): readonly Reason[] {
  if (result === "pass") return [];
  const weights = { warning: onWarning, fail: "block", error: onError } as const;
  return [{ kind: "quality_gate", gate, tool, result, message, weight: weights[result] }];
}

function concluded(unsorted: readonly Reason[]): Decision {
  const reasons = unsorted.toSorted(
    (a, b) =>
      severity(a) - severity(b) || windowOf(a) - windowOf(b) || compareText(reasonKey(a), reasonKey(b)),
  );
  const outcomes: readonly Outcome[] = ["block", "inconclusive", "warn", "allow"];
  const [weightiest] = reasons;
  return {
    outcome: weightiest === undefined ? "allow" : (outcomes[severity(weightiest)] ?? "inconclusive"),
    reasons,
  };
}

/** 0 blocks on numbers, 1 blocks on not knowing, 2 warns, 3 is only told. */
function severity(reason: Reason): number {
  if (reason.weight === "block") return isKnown(reason) ? 0 : 1;
  return reason.weight === "warn" ? 2 : 3;
}

/** Whether it is about the service, and not about what is not known of it. */
function isKnown(reason: Reason): boolean {
  return reason.kind === "rule" || (reason.kind === "quality_gate" && reason.result !== "error");
}

/**
 * Spent budgets first, then the shortest window: the most urgent reason leads, and numbers never change who
 * does.
 */
function windowOf(reason: Reason): number {
  if (reason.kind === "unmeasured") return reason.windowMs;
  if (reason.kind === "quality_gate") return Number.MAX_SAFE_INTEGER;
  if (reason.kind !== "rule" || reason.rule.condition.kind === "remaining") return 0;
  return reason.rule.condition.longWindowMs;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

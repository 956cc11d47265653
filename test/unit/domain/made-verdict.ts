import type { Claim } from "../../../src/domain/bypass.ts";
import { type BypassTerms, defaultBypassTerms } from "../../../src/domain/bypass-terms.ts";
import type { Decision } from "../../../src/domain/decide.ts";
import type { Reason } from "../../../src/domain/reason.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import type { Rule } from "../../../src/domain/rule.ts";
import type { Actor } from "../../../src/domain/subject.ts";
import type { Verdict } from "../../../src/domain/verdict.ts";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** When everything here happens. */
export const noon = Date.parse("2026-11-22T12:00:00Z");

export const ann: Actor = { id: 1, login: "ann", isBot: false };
export const bob: Actor = { id: 2, login: "bob", isBot: false };
export const cho: Actor = { id: 3, login: "cho", isBot: false };

export const slowBurn: Rule = {
  name: "slow-burn",
  then: "block",
  forMs: 0,
  condition: { kind: "burn_rate", threshold: 6, longWindowMs: 6 * hour, shortWindowMs: 30 * minute },
};

export const spent: Rule = {
  name: "budget-exhausted",
  then: "block",
  forMs: 0,
  condition: { kind: "remaining", thresholdRatio: 0 },
};

/** The checkout burns 7.2 times too fast, and 31% is left. */
export const burning: Extract<Reason, { kind: "rule" }> = {
  kind: "rule",
  objective: "checkout",
  rule: slowBurn,
  numbers: { kind: "burn_rate", longBurn: 7.2, shortBurn: 9 },
  remaining: 0.31,
  weight: "block",
};

export const exhausted: Extract<Reason, { kind: "rule" }> = {
  kind: "rule",
  objective: "checkout",
  rule: spent,
  numbers: { kind: "remaining", remaining: -0.124 },
  remaining: -0.124,
  weight: "block",
};

export const stale: Extract<Reason, { kind: "unmeasured" }> = {
  kind: "unmeasured",
  objective: "checkout",
  windowMs: 5 * minute,
  why: "stale",
  detail: "newest sample is 23m old",
  weight: "block",
};

/** An objective within its budget: 81% left, burning 0.4 times over 6h. */
export const within: Finding = {
  objective: "checkout",
  targetRatio: 0.999,
  windowMs: 30 * day,
  state: "within",
  remaining: 0.81,
  outcomes: [
    { state: "clear", rule: slowBurn, numbers: { kind: "burn_rate", longBurn: 0.4, shortBurn: 0.2 } },
  ],
  at: noon,
};

export const decisions = {
  allow: { outcome: "allow", reasons: [] },
  warn: { outcome: "warn", reasons: [{ ...burning, weight: "warn" }] },
  block: { outcome: "block", reasons: [burning] },
  inconclusive: { outcome: "inconclusive", reasons: [stale] },
} as const satisfies Record<string, Decision>;

/** Ann opened the gate until 14:05. */
export const granted: Verdict["bypass"] = {
  kind: "granted",
  bypass: {
    means: { kind: "label", label: "hotfix" },
    actor: ann,
    pull: 7,
    commitSha: "a".repeat(40),
    appliedAt: noon - 115 * minute,
    until: noon + 125 * minute,
    reason: "INC-42",
    entitledThrough: "team acme/sre",
    second: undefined,
    quota: undefined,
  },
};

export const terms: BypassTerms = {
  ...defaultBypassTerms,
  entitled: { permission: undefined, teams: ["acme/sre"], users: [], ids: [] },
};

/** A verdict of noon on the checkout's burn, with `changes`. */
export function madeVerdict(changes: Partial<Verdict> = {}): Verdict {
  return {
    subject: { repositoryId: 5, headSha: "a".repeat(40), baseRef: "main", gate: { kind: "pull_request" } },
    decision: decisions.block,
    bypass: { kind: "none" },
    mode: "enforce",
    at: noon,
    measuredAt: noon - minute,
    origin: { file: ".github/slo-policy.yml", commitSha: "b".repeat(40), revision: "r1" },
    findings: [within],
    terms,
    ...changes,
  };
}

/** A claim that nothing speaks against: Ann labelled Bob's change, pushed by Cho, an hour ago. */
export function madeClaim(changes: Partial<Claim> = {}): Claim {
  return {
    means: { kind: "label", label: "hotfix" },
    pull: 7,
    commitSha: "a".repeat(40),
    actor: ann,
    vouchedBy: undefined,
    appliedAt: noon - hour,
    isThroughApp: false,
    isEdited: false,
    onThisHead: "yes",
    author: bob,
    pusher: cho,
    reason: "INC-42",
    ...changes,
  };
}

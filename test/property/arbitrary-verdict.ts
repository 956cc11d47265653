import * as fc from "fast-check";
import type { BypassAnswer, ClaimCause, Means } from "../../src/domain/bypass.ts";
import { type BypassTerms, repositoryRoles } from "../../src/domain/bypass-terms.ts";
import type { Decision, Outcome } from "../../src/domain/decide.ts";
import type { Reason } from "../../src/domain/reason.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { unmeasuredKinds } from "../../src/domain/measurement.ts";
import { type Problem, problemCodes } from "../../src/domain/problem.ts";
import type { RuleNumbers, RuleOutcome } from "../../src/domain/rule-outcome.ts";
import type { Rule } from "../../src/domain/rule.ts";
import type { Verdict } from "../../src/domain/verdict.ts";

// Verdicts as wild as their types allow: numbers of any size, and names in every script, with turns of direction, line
// breaks and halves of surrogate pairs. Only `detail` is marked and names hold no digit, `%` or `x`, so that a law can tell
// our numbers from theirs.

/** Stands in every measurement's detail. */
export const detailMark = "DETAIL";

const letter = fc.constantFrom(
  ...Array.from("aéß語漢字שלוםمرحبا🔥👩‍🚒🇸🇪e\u0301"),
  "👩‍🚒",
  "\u202E",
  "\u200F",
  "\u2066",
  "\u061C",
  "\n",
  "\r\n",
  "\u2028",
  "\u0000",
  "\u001b[",
  "\uD83D",
  "\uDC00",
  "\uFEFF",
  " ",
  '"',
  "@",
  "#",
  "@ann",
  "|",
  "\\",
  "`",
  "*",
  "_",
  "<b>",
  "](",
  "![",
  "&lt;",
  "://",
  "www.",
);
/** A text in any script that means mischief. */
export const wildText = fc.array(letter, { maxLength: 40 }).map((letters) => letters.join(""));
const text = (maxLength: number) => fc.array(letter, { maxLength }).map((letters) => letters.join(""));
const name = fc.oneof(text(8), text(200), fc.constantFrom("checkout", "a".repeat(128), "漢".repeat(128)));
const windowMs = fc.integer({ min: 1, max: 366 * 86_400_000 });
const moment = fc.integer({ min: 0, max: Date.parse("2100-01-01T00:00:00Z") });
const value = fc.oneof(fc.double(), fc.double({ min: -2, max: 100, noNaN: true }));

const rule: fc.Arbitrary<Rule> = fc.record({
  name,
  then: fc.constantFrom("block", "warn"),
  forMs: fc.nat(86_400_000),
  condition: fc.oneof(
    fc.record({
      kind: fc.constant("burn_rate" as const),
      threshold: value,
      longWindowMs: windowMs,
      shortWindowMs: windowMs,
    }),
    fc.record({ kind: fc.constant("remaining" as const), thresholdRatio: value }),
  ),
});

const numbersOf = ({ condition }: Rule): fc.Arbitrary<RuleNumbers> =>
  condition.kind === "remaining"
    ? fc.record({ kind: fc.constant("remaining" as const), remaining: value })
    : fc.record({ kind: fc.constant("burn_rate" as const), longBurn: value, shortBurn: value });

/** A group's name is a value that Prometheus told. */
const group = fc.option(
  text(80).map((rest) => ({ group: `${detailMark}${rest}` })),
  { nil: {} },
);

function grouped<Fields extends object>(fields: {
  [Key in keyof Fields]: fc.Arbitrary<Fields[Key]>;
}): fc.Arbitrary<Fields & { group?: string }> {
  return fc.tuple(fc.record(fields), group).map(([one, more]) => ({ ...one, ...more }));
}

const ruleReason: fc.Arbitrary<Reason> = rule.chain((one) =>
  grouped({
    kind: fc.constant("rule" as const),
    objective: name,
    rule: fc.constant(one),
    numbers: numbersOf(one),
    remaining: fc.option(value, { nil: undefined }),
    weight: fc.constantFrom("block" as const, "warn" as const),
  }),
);

const problem: fc.Arbitrary<Problem> = fc.record({
  code: fc.constantFrom(...problemCodes),
  severity: fc.constant("error" as const),
  file: name,
  key: name,
  message: text(300),
  position: fc.record({ line: fc.integer({ min: 1 }), column: fc.integer({ min: 1 }) }),
  excerpt: text(20),
});

const reason: fc.Arbitrary<Reason> = fc.oneof(
  ruleReason,
  grouped({
    kind: fc.constant("unmeasured" as const),
    objective: name,
    windowMs,
    why: fc.constantFrom(...unmeasuredKinds),
    detail: text(200).map((rest) => `${detailMark}${rest}`),
    weight: fc.constantFrom("allow" as const, "warn" as const, "block" as const),
  }),
  fc.record({
    kind: fc.constant("policy_broken" as const),
    weight: fc.constant("block" as const),
    problems: fc.tuple(problem, problem),
  }),
  fc.record({ kind: fc.constant("no_objectives" as const), weight: fc.constant("block" as const) }),
  fc.record({
    kind: fc.constant("quality_gate" as const),
    gate: name,
    tool: fc.constantFrom("keptn" as const, "argo" as const, "flagger" as const),
    result: fc.constantFrom("warning" as const, "fail" as const, "error" as const),
    message: text(200).map((rest) => `${detailMark}${rest}`),
    weight: fc.constantFrom("allow" as const, "warn" as const, "block" as const),
  }),
  fc.record({
    kind: fc.constant("lease_ended" as const),
    weight: fc.constant("block" as const),
    leaseMs: windowMs,
    renewedAt: moment,
  }),
);

const outcome: fc.Arbitrary<Outcome> = fc.constantFrom("allow", "warn", "block", "inconclusive");
const decision: fc.Arbitrary<Decision> = fc.record({ outcome, reasons: fc.array(reason, { maxLength: 2 }) });

const ruleOutcome: fc.Arbitrary<RuleOutcome> = rule.chain((one) =>
  numbersOf(one).map((numbers) => ({ state: "clear", rule: one, numbers })),
);

const finding: fc.Arbitrary<Finding> = fc.record({
  objective: name,
  targetRatio: fc.double({ min: 0.01, max: 0.9999, noNaN: true }),
  windowMs,
  state: fc.constantFrom("within", "burning", "exhausted", "unmeasured"),
  remaining: fc.option(value, { nil: undefined }),
  outcomes: fc.array(ruleOutcome, { maxLength: 2 }),
  at: moment,
});

const actor = fc.record({ id: fc.nat(), login: name, isBot: fc.boolean() });
const causes: readonly ClaimCause[] = [
  "bot",
  "author",
  "pusher_unknown",
  "not_entitled",
  "no_reason",
  "shared_commit",
  "edited",
  "creator_unknown",
  "second_person",
];

const means: fc.Arbitrary<Means> = fc.oneof(
  fc.record({ kind: fc.constant("label" as const), label: name }),
  fc.record({ kind: fc.constant("tag" as const), tag: name }),
  fc.record({ kind: fc.constantFrom("comment" as const, "review" as const, "button" as const) }),
);
const maybe = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined });

const bypass: fc.Arbitrary<BypassAnswer> = fc.oneof(
  fc.constant({ kind: "none" as const }),
  fc.record({
    kind: fc.constant("granted" as const),
    bypass: fc.record({
      means,
      actor: maybe(actor),
      pull: maybe(fc.nat()),
      commitSha: fc.constant("a".repeat(40)),
      appliedAt: moment,
      until: moment,
      reason: fc.option(text(250), { nil: undefined }),
      entitledThrough: name,
      second: maybe(fc.record({ means, actor, entitledThrough: name })),
      quota: fc.constant(undefined),
    }),
  }),
  fc.record({
    kind: fc.constant("refused" as const),
    refusal: fc.oneof(
      fc.record({
        cause: fc.constantFrom(...causes),
        means,
        actor: maybe(actor),
        pull: maybe(fc.nat()),
      }),
      fc.constant({ cause: "members_unknown" as const }),
    ),
  }),
);

const terms: fc.Arbitrary<BypassTerms> = fc.record({
  labels: fc.array(name, { maxLength: 2 }),
  entitled: fc.record({
    permission: fc.constantFrom(undefined, ...repositoryRoles),
    teams: fc.array(name, { maxLength: 2 }),
    users: fc.array(name, { maxLength: 2 }),
    ids: fc.array(fc.nat(), { maxLength: 2 }),
  }),
  expiresMs: windowMs,
  reason: fc.constantFrom("required" as const, "optional" as const),
  self: fc.constantFrom("refused" as const, "allowed" as const),
  people: fc.constantFrom(1 as const, 2 as const),
  quota: fc.constant(undefined),
  ticket: maybe(name),
  tags: fc.array(name, { maxLength: 1 }),
  signers: fc.array(name, { maxLength: 1 }),
});

/** Any verdict at all, sensible or not. */
export const anyVerdict: fc.Arbitrary<Verdict> = fc.record({
  subject: fc.constant({
    repositoryId: 1,
    headSha: "a".repeat(40),
    baseRef: "main",
    gate: { kind: "pull_request" },
  }),
  decision,
  bypass,
  mode: fc.constantFrom("enforce" as const, "observe" as const),
  at: moment,
  measuredAt: moment,
  origin: fc.constant({ file: "f", commitSha: "c", revision: "r" }),
  findings: fc.array(finding, { maxLength: 3 }),
  terms,
});

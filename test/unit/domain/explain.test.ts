import { describe, expect, it } from "vitest";
import type { ClaimCause } from "../../../src/domain/bypass.ts";
import { defaultBypassTerms } from "../../../src/domain/bypass-terms.ts";
import { entitledWords, refusalWords } from "../../../src/domain/bypass-words.ts";
import type { Decision } from "../../../src/domain/decide.ts";
import type { Reason } from "../../../src/domain/reason.ts";
import { sentenceOf } from "../../../src/domain/explain.ts";
import { unmeasuredWords } from "../../../src/domain/unmeasured-words.ts";
import type { Audience } from "../../../src/domain/audience.ts";
import { unmeasuredKinds } from "../../../src/domain/measurement.ts";
import type { Problem } from "../../../src/domain/problem.ts";
import type { Verdict } from "../../../src/domain/verdict.ts";
import {
  ann,
  burning,
  cho,
  day,
  decisions,
  exhausted,
  granted,
  madeVerdict,
  minute,
  noon,
  stale,
  terms,
  within,
} from "./made-verdict.ts";

const says = (changes: Partial<Verdict>, audience: Audience = "members"): string =>
  sentenceOf(madeVerdict(changes), audience);

const held = (reason: Reason): Decision => ({
  outcome: reason.kind === "rule" ? "block" : "inconclusive",
  reasons: [reason],
});

const problem: Problem = {
  code: "bad_target",
  severity: "error",
  file: ".github/slo-policy.yml",
  key: "objectives[0].target",
  message: "must be a percentage above 0% and below 100%, written with its sign: `99.9%`",
  position: { line: 4, column: 13 },
  excerpt: "",
};

const broken: Reason = {
  kind: "policy_broken",
  weight: "block",
  problems: [problem, problem, problem],
};

const lapse: Reason = {
  kind: "lease_ended",
  leaseMs: 30 * minute,
  renewedAt: noon - 31 * minute,
  weight: "block",
};
const lapsed: Decision = { outcome: "inconclusive", reasons: [lapse, { ...stale, weight: "allow" }] };

const search = { ...within, objective: "search", remaining: 0.12 };
const situations: Readonly<Record<string, Partial<Verdict>>> = {
  "within budget": { decision: decisions.allow },
  "several within budget": { decision: decisions.allow, findings: [within, search] },
  "quiet, and let through": {
    decision: {
      outcome: "allow",
      reasons: [{ ...stale, why: "no_traffic", detail: "nobody asked", weight: "allow" }],
    },
  },
  "burning, warned of": { decision: decisions.warn },
  burning: {},
  "burning in one group": { decision: held({ ...burning, group: 'handler="/pay"' }) },
  "not measured in one group": { decision: held({ ...stale, group: 'handler="/pay"' }) },
  "burning, watched only": { mode: "observe" },
  "burning, and nobody may open it": {
    terms: { ...terms, entitled: { ...terms.entitled, teams: [] } },
  },
  "burning, and no label opens it": { terms: { ...terms, labels: [] } },
  "burning for long": { measuredAt: noon - 2 * day },
  spent: { decision: held(exhausted) },
  "spent by time": {
    decision: held({
      ...exhausted,
      remaining: -240.7,
      remainingBy: "time",
      numbers: { kind: "remaining", remaining: -240.7 },
    }),
  },
  "burning, with slices counted": { decision: held({ ...burning, remainingBy: "slices" }) },
  "within budget by time": {
    decision: decisions.allow,
    findings: [{ ...within, remainingBy: "time" }],
  },
  "below the policy's own limit": {
    decision: held({
      ...exhausted,
      remaining: 0.09,
      numbers: { kind: "remaining", remaining: 0.09 },
      rule: { name: "low", then: "block", forMs: 0, condition: { kind: "remaining", thresholdRatio: 0.1 } },
    }),
  },
  "not measured": { decision: held(stale) },
  "not measured, watched only": { decision: held(stale), mode: "observe" },
  "policy broken": { decision: held(broken) },
  "no objective": { decision: held({ kind: "no_objectives", weight: "block" }), findings: [] },
  "a quality gate failed": {
    decision: held({
      kind: "quality_gate",
      gate: "slo/carts.yaml",
      tool: "keptn",
      result: "fail",
      weight: "block",
      message: "Evaluation failed since the calculated score of 50.0 is below the target value of 75.0",
    }),
  },
  "a quality gate could not tell": {
    decision: held({
      kind: "quality_gate",
      gate: "canary",
      tool: "argo",
      result: "error",
      weight: "block",
      message: "success-rate: no data",
    }),
  },
  "only quality gates, and they pass": {
    decision: decisions.allow,
    findings: [],
    quality: [
      {
        gate: "carts",
        tool: "keptn",
        result: "pass",
        message: "",
        score: 100,
        lines: [],
        onWarning: "warn",
        onError: "block",
      },
    ],
  },
  "lease ended": { decision: lapsed },
  "lease ended, nothing missing now": { decision: held(lapse) },
  bypassed: { bypass: granted },
  "label refused": {
    bypass: {
      kind: "refused",
      refusal: { cause: "not_entitled", means: { kind: "label", label: "hotfix" }, actor: cho, pull: 7 },
    },
  },
};

describe("the sentence beside the check", () => {
  it("says cause, number and next step to members", () => {
    const sentences = Object.fromEntries(
      Object.entries(situations).map(([name, changes]) => [name, says(changes)]),
    );
    expect(sentences).toMatchInlineSnapshot(`
      {
        "a quality gate could not tell": "Not measured: quality gate canary at 11:59Z: success-rate: no data. Hotfix: label "hotfix" (acme/sre).",
        "a quality gate failed": "Quality gate slo/carts.yaml failed at 11:59Z: Evaluation failed since the calculated score of 50.0 is below the tar…. Hotfix: label "hotfix"",
        "below the policy's own limit": "checkout: 9% left, limit 10% at 11:59Z. Hotfix: label "hotfix" (acme/sre).",
        "burning": "checkout: 6h burn 7.2x > 6x, 31% left at 11:59Z. Opens ~12:09Z if errors stop. Hotfix: label "hotfix" (acme/sre).",
        "burning for long": "checkout: 6h burn 7.2x > 6x, 31% left at 2026-11-20 12:00Z. Hotfix: label "hotfix" (acme/sre).",
        "burning in one group": "checkout handler="/pay": 6h burn 7.2x > 6x, 31% left at 11:59Z. Opens ~12:09Z if errors stop. Hotfix: label "hotfix" (acme/sre).",
        "burning, and no label opens it": "checkout: 6h burn 7.2x > 6x, 31% left at 11:59Z. Opens ~12:09Z if errors stop. Hotfix: comment "/burngate bypass why" (acme/sre).",
        "burning, and nobody may open it": "checkout: 6h burn 7.2x > 6x, 31% left at 11:59Z. Opens ~12:09Z if errors stop.",
        "burning, warned of": "Warning: checkout: 6h burn 7.2x > 6x, 31% left at 11:59Z.",
        "burning, watched only": "Would block: checkout: 6h burn 7.2x > 6x, 31% left at 11:59Z. Opens ~12:09Z if errors stop.",
        "burning, with slices counted": "checkout: 6h burn 7.2x > 6x, 31% left by slices at 11:59Z. Opens ~12:09Z if errors stop. Hotfix: label "hotfix" (acme/sre).",
        "bypassed": "Bypassed by @ann until 14:05Z: INC-42",
        "label refused": "checkout: 6h burn 7.2x > 6x, 31% left at 11:59Z. Opens ~12:09Z if errors stop. Label "hotfix" by @cho refused: needs acme/sre.",
        "lease ended": "Not renewed: last measured at 11:29Z, lease 30m (checkout: stale data). Hotfix: label "hotfix" (acme/sre).",
        "lease ended, nothing missing now": "Not renewed: last measured at 11:29Z, lease 30m. Hotfix: label "hotfix" (acme/sre).",
        "no objective": "Not measured: the policy names no objective. Hotfix: label "hotfix" (acme/sre).",
        "not measured": "Not measured: checkout 5m: stale data (newest sample is 23m old). Hotfix: label "hotfix" (acme/sre).",
        "not measured in one group": "Not measured: checkout handler="/pay" 5m: stale data (newest sample is 23m old). Hotfix: label "hotfix" (acme/sre).",
        "not measured, watched only": "Not measured: checkout 5m: stale data (newest sample is 23m old).",
        "only quality gates, and they pass": "The quality gate passes at 11:59Z.",
        "policy broken": "Policy cannot be used: .github/slo-policy.yml:4:13 must be a percentage above 0% and below 100%, written with its sign: ….",
        "quiet, and let through": "checkout: no traffic over 5m at 11:59Z. The policy lets that through.",
        "several within budget": "All 2 objectives within budget; least: search, 12% left at 11:59Z.",
        "spent": "checkout: error budget spent, -13% left at 11:59Z. Hotfix: label "hotfix" (acme/sre).",
        "spent by time": "checkout: error budget spent, -24070% left by time at 11:59Z. Hotfix: label "hotfix" (acme/sre).",
        "within budget": "checkout: 81% left, burns 0.2x over 30m at 11:59Z.",
        "within budget by time": "checkout: 81% left by time, burns 0.2x over 30m at 11:59Z.",
      }
    `);
  });

  it("[T31] says cause and next step to the public, and not one number that was measured", () => {
    const sentences = Object.fromEntries(
      Object.entries(situations).map(([name, changes]) => [name, says(changes, "public")]),
    );
    expect(sentences).toMatchInlineSnapshot(`
      {
        "a quality gate could not tell": "Not measured: quality gate canary at 11:59Z. Hotfix: label "hotfix" (acme/sre).",
        "a quality gate failed": "Quality gate slo/carts.yaml failed at 11:59Z. Hotfix: label "hotfix" (acme/sre).",
        "below the policy's own limit": "checkout: error budget too low at 11:59Z. Hotfix: label "hotfix" (acme/sre).",
        "burning": "checkout: error budget burns too fast at 11:59Z. Hotfix: label "hotfix" (acme/sre).",
        "burning for long": "checkout: error budget burns too fast at 2026-11-20 12:00Z. Hotfix: label "hotfix" (acme/sre).",
        "burning in one group": "checkout: error budget burns too fast at 11:59Z. Hotfix: label "hotfix" (acme/sre).",
        "burning, and no label opens it": "checkout: error budget burns too fast at 11:59Z. Hotfix: comment "/burngate bypass why" (acme/sre).",
        "burning, and nobody may open it": "checkout: error budget burns too fast at 11:59Z.",
        "burning, warned of": "Warning: checkout: error budget burns too fast at 11:59Z.",
        "burning, watched only": "Would block: checkout: error budget burns too fast at 11:59Z.",
        "burning, with slices counted": "checkout: error budget burns too fast at 11:59Z. Hotfix: label "hotfix" (acme/sre).",
        "bypassed": "Bypassed by @ann until 14:05Z: INC-42",
        "label refused": "checkout: error budget burns too fast at 11:59Z. Label "hotfix" by @cho refused: needs acme/sre.",
        "lease ended": "Not renewed: last measured at 11:29Z, lease 30m (checkout: stale data). Hotfix: label "hotfix" (acme/sre).",
        "lease ended, nothing missing now": "Not renewed: last measured at 11:29Z, lease 30m. Hotfix: label "hotfix" (acme/sre).",
        "no objective": "Not measured: the policy names no objective. Hotfix: label "hotfix" (acme/sre).",
        "not measured": "Not measured: checkout 5m: stale data. Hotfix: label "hotfix" (acme/sre).",
        "not measured in one group": "Not measured: checkout 5m: stale data. Hotfix: label "hotfix" (acme/sre).",
        "not measured, watched only": "Not measured: checkout 5m: stale data.",
        "only quality gates, and they pass": "The quality gate passes at 11:59Z.",
        "policy broken": "Policy cannot be used: .github/slo-policy.yml:4:13 must be a percentage above 0% and below 100%, written with its sign: ….",
        "quiet, and let through": "checkout: no traffic over 5m at 11:59Z. The policy lets that through.",
        "several within budget": "Open: no rule holds any of 2 objectives at 11:59Z.",
        "spent": "checkout: error budget too low at 11:59Z. Hotfix: label "hotfix" (acme/sre).",
        "spent by time": "checkout: error budget too low at 11:59Z. Hotfix: label "hotfix" (acme/sre).",
        "within budget": "Open: no rule holds it at 11:59Z.",
        "within budget by time": "Open: no rule holds it at 11:59Z.",
      }
    `);
    const { "policy broken": _, ...measured } = sentences;
    for (const sentence of Object.values(measured)) expect(sentence).not.toMatch(/%|\dx|23m/);
  });

  it("leaves the forecast and the way out to shorter names when there is no room, never the cause", () => {
    const long = "payments/checkout.availability of the whole shop";
    const sentence = says({ decision: held({ ...burning, objective: long }) });
    expect(sentence).toMatch(
      /^payments\/checkout\.availability of the w…: 6h burn 7\.2x > 6x, 31% left at 11:59Z\./,
    );
    expect([...sentence].length).toBeLessThanOrEqual(140);
  });

  it("keeps a forecast to itself that the clock has overtaken", () => {
    expect(says({ measuredAt: noon - 5 * minute })).toContain("Opens ~12:05Z if errors stop.");
    expect(says({ measuredAt: noon - 10 * minute })).not.toContain("Opens");
  });

  it("tells a bypass by whom and until when, and its reason cut rather than them", () => {
    if (granted.kind !== "granted") throw new Error("made to be granted");
    const bypass = { ...granted.bypass, reason: "because ".repeat(40) };
    const sentence = says({ bypass: { kind: "granted", bypass } });
    expect(sentence).toMatch(/^Bypassed by @ann until 14:05Z: because because .*…$/);
    expect(says({ bypass: { kind: "granted", bypass: { ...granted.bypass, reason: undefined } } })).toBe(
      "Bypassed by @ann until 14:05Z",
    );
  });

  it("has words of its own for every way of not knowing", () => {
    const sentences = unmeasuredKinds.map((why) => says({ decision: held({ ...stale, why }) }, "public"));
    expect(new Set(sentences).size).toBe(unmeasuredKinds.length);
    expect(unmeasuredWords).toMatchInlineSnapshot(`
      {
        "ambiguous": "several series",
        "drift": "recorded rules differ",
        "no_data": "no data",
        "no_traffic": "no traffic",
        "not_a_number": "not a number",
        "partial": "partial data",
        "query_limit": "query limit reached",
        "stale": "stale data",
        "unreachable": "no usable answer from Prometheus",
        "warming_up": "too little history",
      }
    `);
  });
});

describe("why a label did not open the gate", () => {
  const causes: readonly ClaimCause[] = [
    "bot",
    "through_app",
    "author",
    "last_pusher",
    "pusher_unknown",
    "not_entitled",
    "other_commit",
    "commit_unknown",
    "expired",
    "no_reason",
    "shared_commit",
    "member",
    "edited",
    "creator_unknown",
    "tag_moved",
    "no_ticket",
    "new_owner",
    "second_person",
    "quota",
  ];

  it("[T6] is told with what would", () => {
    const words = causes.map((cause) =>
      refusalWords({ cause, means: { kind: "label", label: "hotfix" }, actor: cho, pull: 7 }, terms),
    );
    expect(words).toMatchInlineSnapshot(`
      [
        "Label "hotfix" by @cho refused: bots may not.",
        "Label "hotfix" by @cho refused: set through an app.",
        "Label "hotfix" by @cho refused: own pull request.",
        "Label "hotfix" by @cho refused: pushed this commit.",
        "Label "hotfix" by @cho refused: pusher unknown, push again.",
        "Label "hotfix" by @cho refused: needs acme/sre.",
        "Label "hotfix" by @cho was for an older commit: set it again.",
        "Label "hotfix" by @cho: commit unknown, set it again.",
        "Label "hotfix" by @cho expired: set it again.",
        "Label "hotfix" by @cho needs a line "Hotfix: why" in the PR.",
        "PR #7 has this commit and no bypass.",
        "PR #7 is in this group and has no bypass.",
        "Label "hotfix" by @cho refused: edited since, set it again.",
        "Label "hotfix" by @cho refused: creator unknown, push it alone or sign it.",
        "Label "hotfix" by @cho refused: names another commit now.",
        "Label "hotfix" by @cho needs a ticket such as  in its reason.",
        "Label "hotfix" by @cho refused: from before the transfer, set it again.",
        "Label "hotfix" by @cho needs a second of acme/sre.",
        "Label "hotfix" by @cho refused: quota used.",
      ]
    `);
    expect(new Set(words).size).toBe(causes.length);
  });

  it("[T12] [T14] names what was done, and what to do again, for each means", () => {
    const quota = { max: 3, per: "quarter" } as const;
    const means = [
      { kind: "comment" },
      { kind: "review" },
      { kind: "button" },
      { kind: "tag", tag: "hotfix-7" },
    ] as const;
    const under = { ...terms, quota, ticket: "INC-*" };
    const words = means.flatMap((one) =>
      (["expired", "no_reason", "no_ticket", "quota"] as const).map((cause) =>
        refusalWords({ cause, means: one, actor: one.kind === "tag" ? undefined : cho, pull: 7 }, under),
      ),
    );
    expect([...words, refusalWords({ cause: "members_unknown" }, under)]).toMatchInlineSnapshot(`
      [
        "Bypass command by @cho expired: write it again.",
        "Bypass command by @cho needs a reason: "/burngate bypass why".",
        "Bypass command by @cho needs a ticket such as INC-* in its reason.",
        "Bypass command by @cho refused: 3 of 3 this quarter used.",
        "Bypass review by @cho expired: review again.",
        "Bypass review by @cho needs a reason: "/burngate bypass why".",
        "Bypass review by @cho needs a ticket such as INC-* in its reason.",
        "Bypass review by @cho refused: 3 of 3 this quarter used.",
        "Bypass button by @cho expired: press it again.",
        "Bypass button by @cho needs a reason: comment "/burngate bypass why".",
        "Bypass button by @cho needs a ticket such as INC-* in its reason.",
        "Bypass button by @cho refused: 3 of 3 this quarter used.",
        "Tag "hotfix-7" expired: tag anew.",
        "Tag "hotfix-7" needs a message that says why.",
        "Tag "hotfix-7" needs a ticket such as INC-* in its reason.",
        "Tag "hotfix-7" refused: 3 of 3 this quarter used.",
        "Bypass refused: GitHub does not tell the group's pull requests.",
      ]
    `);
    expect(new Set(words).size).toBe(words.length);
  });

  it("tells the way in of a deployment by the tag that opens it", () => {
    const gate = { kind: "deployment", environment: "production" } as const;
    const subject = { ...madeVerdict().subject, gate };
    const tags = ["hotfix-*"];
    expect(says({ subject, terms: { ...terms, tags } })).toMatch(/Hotfix: tag "hotfix-\*" \(acme\/sre\)\.$/);
    expect(says({ subject })).toMatch(/Hotfix: label "hotfix" \(acme\/sre\)\.$/);
    const entitled = { ...terms.entitled, teams: [] };
    expect(says({ subject, terms: { ...terms, tags, entitled, signers: ["rel@acme.example"] } })).toMatch(
      /Hotfix: tag "hotfix-\*" \(signed by rel@acme\.example\)\.$/,
    );
    const signed = { ...terms, tags, entitled, signers: ["rel@acme.example"], people: 2 } as const;
    expect(says({ subject, terms: signed })).not.toContain("Hotfix");
    expect(says({ subject, terms: { ...terms, tags, people: 2 } })).toMatch(
      /Hotfix: tag "hotfix-\*" \(two of acme\/sre\)\.$/,
    );
    expect(says({ terms: { ...terms, tags, people: 2 } })).toMatch(
      /Hotfix: label "hotfix" \(two of acme\/sre\)\.$/,
    );
  });

  it("fits beside its cause at the longest names that GitHub allows", () => {
    const actor = { ...ann, login: "a".repeat(39) };
    for (const cause of causes) {
      const sentence = says({
        bypass: {
          kind: "refused",
          refusal: { cause, means: { kind: "label", label: "l".repeat(50) }, actor, pull: 123_456 },
        },
      });
      expect([...sentence].length, sentence).toBeLessThanOrEqual(140);
      expect(sentence).toMatch(/^checkout: 6h burn 7\.2x > 6x, 31% left/);
    }
  });
});

describe("who may open the gate", () => {
  it("is told in its shortest true form", () => {
    const who = (entitled: Partial<typeof terms.entitled>) =>
      entitledWords({
        ...terms,
        entitled: { permission: undefined, teams: [], users: [], ids: [], ...entitled },
      });
    expect(entitledWords(defaultBypassTerms)).toBe("maintain role");
    expect(who({ teams: ["acme/sre"], users: ["ann"] })).toBe("acme/sre or @ann");
    expect(who({ teams: ["acme/sre"], permission: "admin", users: ["ann"], ids: [7] })).toBe(
      "acme/sre and 3 more",
    );
    expect(who({ ids: [7] })).toBe("account 7");
    expect(who({})).toBe("");
  });
});

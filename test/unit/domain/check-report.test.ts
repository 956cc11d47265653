import { describe, expect, it } from "vitest";
import { type CheckEvidence, checkReportOf, maxOutputLength } from "../../../src/domain/check-report.ts";
import type { Decision, Reason } from "../../../src/domain/decide.ts";
import type { ErrorHistory } from "../../../src/domain/error-history.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import type { Measurement } from "../../../src/domain/measurement.ts";
import type { Problem } from "../../../src/domain/problem.ts";
import type { Verdict } from "../../../src/domain/verdict.ts";
import {
  burning,
  cho,
  day,
  decisions,
  exhausted,
  granted,
  hour,
  madeVerdict,
  minute,
  noon,
  slowBurn,
  spent,
  stale,
  within,
} from "./made-verdict.ts";

const at = noon - minute;
const question = { dataSource: "main", query: "x", at };
const measured = (
  objective: string,
  windowMs: number,
  errorRatio: number,
  totalEvents?: number,
): Measurement => ({
  ...question,
  objective,
  windowMs,
  kind: "measured",
  errorRatio,
  ...(totalEvents === undefined ? {} : { totalEvents }),
});

const checkout: Finding = {
  ...within,
  state: "burning",
  remaining: 0.31,
  outcomes: [{ state: "tripped", rule: slowBurn, numbers: burning.numbers, since: at }],
};
const search: Finding = {
  ...within,
  objective: "search | @all",
  state: "unmeasured",
  remaining: undefined,
  outcomes: [
    { state: "unmeasured", rule: slowBurn, misses: [{ windowMs: 30 * minute, why: "stale", detail: "old" }] },
  ],
};
const cart: Finding = {
  ...within,
  objective: "cart",
  state: "exhausted",
  remaining: -0.124,
  windowMs: 7 * day,
  outcomes: [{ state: "tripped", rule: spent, numbers: exhausted.numbers, since: at }],
};
const history: readonly ErrorHistory[] = [
  {
    kind: "measured",
    objective: "checkout",
    at,
    ratios: Array.from({ length: 24 }, (_, index) => (index < 3 ? null : index === 20 ? 0.25 : index / 200)),
  },
  { kind: "unmeasured", objective: "cart", at, detail: "answered HTTP 503" },
];
const problem: Problem = {
  code: "bad_target",
  severity: "error",
  file: ".github/slo-policy.yml",
  key: "objectives[0].target",
  message: "must be a percentage, written with its sign: `99.9%`",
  position: { line: 4, column: 13 },
  excerpt: "",
};
const broken: Reason = {
  kind: "policy_broken",
  problems: [problem, { ...problem, key: "" }],
  weight: "block",
};

const evidence = (verdict: Partial<Verdict> = {}, more: Partial<CheckEvidence> = {}): CheckEvidence => ({
  verdict: madeVerdict(verdict),
  audience: "members",
  measurements: [
    measured("checkout", 30 * minute, 0.009),
    measured("checkout", 6 * hour, 0.0072),
    measured("checkout", 30 * day, 0.000_69, 4_000_000),
    {
      ...question,
      objective: "search | @all",
      windowMs: 30 * minute,
      kind: "unmeasured",
      why: "stale",
      detail: "old",
    },
    measured("cart", 7 * day, 0.001_124, 250_000),
  ],
  history: [],
  queries: [],
  ways: [],
  policyUrl: undefined,
  ...more,
});

const three: Partial<Verdict> = {
  findings: [checkout, search, cart, { ...within, objective: "pay" }],
  decision: {
    outcome: "block",
    reasons: [burning, { ...exhausted, objective: "cart" }, { ...stale, objective: "search | @all" }],
  },
};

describe("the check run of a held gate", () => {
  const report = checkReportOf(
    evidence(three, {
      history,
      queries: [
        { objective: "checkout", windowMs: 6 * hour, role: "bad", text: 'sum(rate(x{a=`b`,c=~"```"}[6h]))' },
        { objective: "checkout", windowMs: 6 * hour, role: "total", text: "sum(rate(x[6h])) # all" },
      ],
      ways: ["A tag like hotfix-* on a commit of `main`."],
      policyUrl: "https://github.com/acme/shop/blob/bbb/.github/slo-policy.yml",
    }),
  );

  it("sums up what holds it and what opens it", () => {
    expect(report.title).toBe("Held: 1 of 4 objectives within budget");
    expect(report.summary).toMatchInlineSnapshot(`
      "**The gate is held**.

      **What holds the gate**

      - <code>checkout</code> burns 7.2x over 6h and 9x over 30m; the limit is 6x; 31% of its budget is left (rule <code>slow-burn</code>).
      - <code>cart</code> has spent its error budget: -13% is left (rule <code>budget-exhausted</code>).
      - <code>search &#124; &#64;⁠all</code> is not measured over 5m: stale data (newest sample is 23m old).

      **What opens it**

      - By itself, once what is not measured is measured and no rule holds.
      - A spent budget comes back as old errors leave the window; one number does not tell when.
      - By hand: the label <code>hotfix</code> on the pull request, set by a member of <code>acme/sre</code>; not by the author or who pushed last. It opens the gate for this commit, for 4h.
      - A tag like hotfix-&#42; on a commit of &#96;main&#96;.

      Policy [<code>.github/slo-policy.yml</code>](https://github.com/acme/shop/blob/bbb/.github/slo-policy.yml) at <code>bbbbbbb</code>, mode <code>enforce</code>. Measured at 2026-11-22 11:59Z by <code>main</code>."
    `);
  });

  it("has every number, the last day and every query", () => {
    expect(report.text).toMatchInlineSnapshot(`
      "| Objective | State | Target | Window | Left | Budget left | Burn 30m | Burn 6h |
      | --- | --- | --- | --- | --- | --- | --- | --- |
      | <code>cart</code> | **error budget spent** (holds the gate) | 99.9% | 1w | -13% | overspent by 1m of full outage, ≈ 31 bad events over 250 | – | – |
      | <code>checkout</code> | **burns too fast** (holds the gate) | 99.9% | 30d | 31% | 13m of full outage, ≈ 1,240 of 4,000 bad events left | **9x** | **7.2x** |
      | <code>search &#124; &#64;⁠all</code> | **not measured: stale data** (holds the gate) | 99.9% | 30d | – | – | stale data | – |
      | <code>pay</code> | within budget | 99.9% | 30d | 81% | 34m of full outage | – | – |

      A burn of 1x spends the budget evenly over the objective's window. **Bold** burns are over the limit of a rule.

      ### Errors over the last 24 hours

      Each bar is the error ratio of one hour; the last hour ends at 2026-11-22 11:59Z. A full bar is the objective's highest hour, and <code>·</code> an hour that was not measured.

      | Objective | 24 hours | Highest hour |
      | --- | --- | --- |
      | <code>cart</code> | not measured: answered HTTP 503 | – |
      | <code>checkout</code> | <code>···▁▁▁▁▂▂▂▂▂▂▃▃▃▃▃▃▄█▄▄▄</code> | 25% until 08:59Z |

      ### Queries

      As Prometheus evaluated them at 2026-11-22 11:59Z. Burngate itself divides bad events by all events.

      <details>
      <summary>PromQL of <code>checkout</code></summary>

      Bad events over 6h:

      \`\`\`\`promql
      sum(rate(x{a=\`b\`,c=~"\`\`\`"}[6h]))
      \`\`\`\`

      All events over 6h:

      \`\`\`promql
      sum(rate(x[6h])) # all
      \`\`\`

      </details>"
    `);
  });

  it("[T31] has for the public the states alone", () => {
    const told = checkReportOf(evidence(three, { audience: "public", history }));
    expect(told.title).toBe(report.title);
    expect(`${told.summary}\n\n${told.text}`).toMatchInlineSnapshot(`
      "**The gate is held**.

      **What holds the gate**

      - <code>checkout</code> burns its error budget too fast.
      - <code>cart</code> has too little error budget left.
      - <code>search &#124; &#64;⁠all</code> is not measured over 5m: stale data.

      **What opens it**

      - By itself, once what is not measured is measured and no rule holds.
      - A spent budget comes back as old errors leave the window; one number does not tell when.
      - By hand: the label <code>hotfix</code> on the pull request, set by a member of <code>acme/sre</code>; not by the author or who pushed last. It opens the gate for this commit, for 4h.

      Policy <code>.github/slo-policy.yml</code> at <code>bbbbbbb</code>, mode <code>enforce</code>. Measured at 2026-11-22 11:59Z.

      | Objective | State |
      | --- | --- |
      | <code>cart</code> | **error budget spent** (holds the gate) |
      | <code>checkout</code> | **burns too fast** (holds the gate) |
      | <code>search &#124; &#64;⁠all</code> | **not measured: stale data** (holds the gate) |
      | <code>pay</code> | within budget |

      Details are not shown on a public repository; <code>disclose&#58; true</code> in the policy shows them."
    `);
  });
});

describe("the check run of a broken policy", () => {
  it("[T11] lists every problem with its place", () => {
    const decision: Decision = { outcome: "inconclusive", reasons: [broken] };
    const report = checkReportOf(evidence({ decision, findings: [] }, { measurements: [] }));
    expect(report.title).toBe("Held: policy cannot be used");
    expect(report.conclusion).toBe("action_required");
    expect(`${report.summary}\n\n${report.text}`).toMatchInlineSnapshot(`
      "**The gate is held**, because not everything is known.

      **What holds the gate**

      - The policy cannot be used: it has 2 problems.

      **What opens it**

      - A policy on <code>main</code> that can be used and names objectives.
      - By hand: the label <code>hotfix</code> on the pull request, set by a member of <code>acme/sre</code>; not by the author or who pushed last. It opens the gate for this commit, for 4h.

      Policy <code>.github/slo-policy.yml</code> at <code>bbbbbbb</code>, mode <code>enforce</code>. Nothing was measured.

      **Problems of the policy**

      - <code>.github/slo-policy.yml&#58;4&#58;13</code>: <code>objectives&#91;0&#93;.target</code> must be a percentage, written with its sign&#58; &#96;99.9%&#96;.
      - <code>.github/slo-policy.yml&#58;4&#58;13</code>: must be a percentage, written with its sign&#58; &#96;99.9%&#96;."
    `);
  });
});

describe("the conclusion and the title", () => {
  const allowed: Reason = { ...stale, why: "no_traffic", weight: "allow" };
  const warned: Reason = { ...stale, weight: "warn" };
  it.each<[string, Partial<Verdict>, string, string]>([
    ["within budget", { decision: decisions.allow }, "success", "1 of 1 objective within budget"],
    ["a warning", { decision: decisions.warn }, "neutral", "Warning: 1 of 1 objective within budget"],
    ["burning", { findings: [checkout] }, "failure", "Held: 0 of 1 objective within budget"],
    [
      "not measured",
      { decision: decisions.inconclusive },
      "action_required",
      "Held: 1 of 1 objective within budget",
    ],
    [
      "not measured, warned of",
      { decision: { outcome: "warn", reasons: [warned] } },
      "neutral",
      "Warning: 1 of 1 objective within budget",
    ],
    [
      "not measured, let through",
      { decision: { outcome: "allow", reasons: [allowed] } },
      "neutral",
      "1 of 1 objective within budget",
    ],
    [
      "bypassed",
      { bypass: granted, findings: [checkout] },
      "neutral",
      "Bypassed by ann until 14:05Z; 0 of 1 objective within budget",
    ],
    [
      "watched, and burning",
      { mode: "observe", findings: [checkout] },
      "neutral",
      "Would hold: 0 of 1 objective within budget",
    ],
    [
      "watched, and not measured",
      { mode: "observe", decision: decisions.inconclusive },
      "neutral",
      "Would hold: 1 of 1 objective within budget",
    ],
    [
      "watched, and warned of",
      { mode: "observe", decision: decisions.warn },
      "success",
      "Warning: 1 of 1 objective within budget",
    ],
    [
      "no objective",
      {
        decision: { outcome: "inconclusive", reasons: [{ kind: "no_objectives", weight: "block" }] },
        findings: [],
      },
      "action_required",
      "Held: no objective was measured",
    ],
  ])("of %s", (_, verdict, conclusion, title) => {
    expect(checkReportOf(evidence(verdict))).toMatchObject({ conclusion, title });
  });
});

describe("what is said besides", () => {
  const summaryOf = (verdict: Partial<Verdict>, more: Partial<CheckEvidence> = {}) =>
    checkReportOf(evidence(verdict, more)).summary;

  it("is who opened the gate, until when, with what and why", () => {
    expect(summaryOf({ bypass: granted })).toMatch(
      /^\*\*The gate is open until 14:05Z\*\*: bypassed by <code>ann<\/code> \(team acme\/sre\) with the label <code>hotfix<\/code> on pull request 7\. Reason: INC-42\n\n\*\*What would hold the gate\*\*/,
    );
  });

  it("is that a policy that observes holds nothing, and so nothing needs opening", () => {
    const summary = summaryOf({ mode: "observe" });
    expect(summary).toMatch(/^\*\*The gate would be held\*\*\. The policy only observes, so nothing is\./);
    expect(summary).not.toContain("What opens it");
  });

  it("is when the gate opens by itself, to members", () => {
    expect(summaryOf({})).toContain("- By itself, at about 12:09Z if errors stop now.");
    expect(summaryOf({}, { audience: "public" })).toContain(
      "- By itself, once no rule holds the gate any more.",
    );
  });

  it("is why a label did not open it", () => {
    const bypass = {
      kind: "refused",
      refusal: { cause: "author", label: "hotfix", actor: cho, pull: 7 },
    } as const;
    expect(summaryOf({ bypass })).toContain(
      '**What did not open it**\n\n- Label "hotfix" by &#64;\u2060cho refused',
    );
  });

  it("is everybody who may open it and how, or that nobody may", () => {
    const terms = {
      labels: ["hotfix", "break|glass"],
      entitled: { permission: "admin", teams: ["acme/sre"], users: ["ann"], ids: [4711] },
      expiresMs: 2 * hour,
      reason: "required",
      self: "allowed",
    } as const;
    expect(summaryOf({ terms })).toContain(
      "- By hand: the label <code>hotfix</code> or <code>break&#124;glass</code> on the pull request, set by a member of <code>acme/sre</code>, somebody with the role <code>admin</code> or a stronger one, <code>ann</code> or the account 4711; with a line <code>Hotfix&#58; why</code> in the description, or in a comment of the same person. It opens the gate for this commit, for 2h.",
    );
    expect(summaryOf({ terms: { ...terms, labels: [] } })).toContain(
      "- By hand: the policy lets nobody open it.",
    );
  });
});

describe("a report for which there is no room", () => {
  const many = Array.from({ length: 50 }, (_, index) => ({
    ...checkout,
    objective: `${"|".repeat(240)}${index}`,
  }));
  const text = "x".repeat(8000);

  it("leaves out whole objectives, the least grave first, and says how many", () => {
    const findings = [...many.map((one) => ({ ...one, state: "within" as const })), cart];
    const wide = Array.from({ length: 20 }, (_, index) => ({
      ...slowBurn,
      condition: { ...slowBurn.condition, longWindowMs: (index + 7) * hour } as typeof slowBurn.condition,
    }));
    const outcomes = wide.map((rule) => ({ state: "clear" as const, rule, numbers: burning.numbers }));
    const report = checkReportOf(evidence({ findings: findings.map((one) => ({ ...one, outcomes })) }));
    expect(Buffer.byteLength(report.text)).toBeLessThanOrEqual(maxOutputLength);
    expect(report.text).toMatch(/\n\nand \d+ more objectives\.\n\n/);
    expect(report.text.split("\n")[2]).toContain("<code>cart</code>");
    const shown = report.text.match(/^\| <code>/gm)?.length ?? 0;
    expect(report.text).toContain(`and ${51 - shown} more objectives.`);
  });

  it("leaves out the queries of whole objectives, and keeps those for which there is room", () => {
    const queries = [
      ...Array.from({ length: 9 }, () => ({
        objective: "checkout",
        windowMs: hour,
        role: "bad" as const,
        text,
      })),
      { objective: "cart", windowMs: hour, role: "bad" as const, text },
      { objective: "pay", windowMs: hour, role: "ratio" as const, text: "up" },
    ];
    const report = checkReportOf(evidence(three, { queries }));
    expect(report.text).toContain("<summary>PromQL of <code>cart</code></summary>");
    expect(report.text).toContain("Error ratio over 1h:\n\n```promql\nup\n```\n\n</details>");
    expect(report.text).not.toContain("PromQL of <code>checkout</code>");
    expect(report.text).toMatch(/The queries of 1 more objective are left out: there is no room for them\.$/);
  });

  it("leaves out reasons, and keeps what opens the gate and where the policy is", () => {
    const reasons = Array.from({ length: 600 }, (_, index) => ({
      ...burning,
      objective: `${"|".repeat(240)}${index}`,
    }));
    const { summary } = checkReportOf(evidence({ decision: { outcome: "block", reasons } }));
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(maxOutputLength);
    expect(summary).toMatch(/\n\nand \d+ more\.\n\n\*\*What opens it\*\*/);
    expect(summary).toMatch(/Measured at 2026-11-22 11:59Z by <code>main<\/code>\.$/);
  });
});

describe("the class of a check run", () => {
  const classOf = (verdict: Partial<Verdict>, more?: Partial<CheckEvidence>) =>
    checkReportOf(evidence(verdict, more)).reportClass;

  it("moves with the state of any objective, any reason, the policy and the audience", () => {
    const classes = [
      classOf(three),
      classOf({ ...three, findings: [search, cart] }),
      classOf({ ...three, decision: decisions.block }),
      classOf({ ...three, origin: { ...madeVerdict().origin, revision: "r2" } }),
      classOf(three, { audience: "public" }),
      classOf({ ...three, mode: "observe" }),
      classOf({ ...three, bypass: granted }),
    ];
    expect(new Set(classes).size).toBe(classes.length);
  });

  it("does not move with the commit of the same policy", () => {
    const origin = { ...madeVerdict().origin, commitSha: "c".repeat(40) };
    expect(classOf({ ...three, origin })).toBe(classOf(three));
  });
});

import { describe, expect, it } from "vitest";
import { checkReportOf } from "../../../src/domain/check-report.ts";
import type { Decision } from "../../../src/domain/decide.ts";
import { hour } from "./made-verdict.ts";
import { broken, evidence, history, three } from "./made-evidence.ts";

describe("the check run of a held gate", () => {
  const report = checkReportOf(
    evidence(three, {
      history,
      queries: [
        { objective: "checkout", windowMs: 6 * hour, role: "bad", text: 'sum(rate(x{a=`b`,c=~"```"}[6h]))' },
        { objective: "checkout", windowMs: 6 * hour, role: "total", text: "sum(rate(x[6h])) # all" },
      ],
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
      - By hand: the label <code>hotfix</code> or a comment or review <code>/burngate bypass why</code> on the pull request, by a member of <code>acme/sre</code>; not by the author or who pushed last. It opens the gate for this commit, for 4h.

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

  it("shows no query that was spared since recorded series told enough", () => {
    const query = { objective: "checkout", windowMs: 6 * hour, role: "ratio" as const };
    const queries = [
      { ...query, text: "recorded6h", isRecorded: true },
      { ...query, text: "own[6h]" },
    ];
    const { text } = checkReportOf(evidence(three, { queries }));
    expect(text).toContain("recorded6h");
    expect(text).not.toContain("own[6h]");
  });

  it("shows of an objective in groups the numbers of the worst", () => {
    const groups = [0.01, 0.5, 0.02].map((errorRatio, index) => ({
      objective: "checkout",
      windowMs: 6 * hour,
      dataSource: "main",
      query: "x",
      at: 0,
      kind: "measured" as const,
      errorRatio,
      group: `handler="${index}"`,
    }));
    const { text } = checkReportOf(evidence(three, { measurements: groups }));
    expect(text).toContain("**500x**");
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
      - By hand: the label <code>hotfix</code> or a comment or review <code>/burngate bypass why</code> on the pull request, by a member of <code>acme/sre</code>; not by the author or who pushed last. It opens the gate for this commit, for 4h.

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
      - By hand: the label <code>hotfix</code> or a comment or review <code>/burngate bypass why</code> on the pull request, by a member of <code>acme/sre</code>; not by the author or who pushed last. It opens the gate for this commit, for 4h.

      Policy <code>.github/slo-policy.yml</code> at <code>bbbbbbb</code>, mode <code>enforce</code>. Nothing was measured.

      **Problems of the policy**

      - <code>.github/slo-policy.yml&#58;4&#58;13</code>: <code>objectives&#91;0&#93;.target</code> must be a percentage, written with its sign&#58; &#96;99.9%&#96;.
      - <code>.github/slo-policy.yml&#58;4&#58;13</code>: must be a percentage, written with its sign&#58; &#96;99.9%&#96;."
    `);
  });
});

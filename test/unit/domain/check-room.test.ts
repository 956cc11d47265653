import { describe, expect, it } from "vitest";
import { checkReportOf, maxOutputLength } from "../../../src/domain/check-report.ts";
import { queryBlocks } from "../../../src/domain/query-blocks.ts";
import { joinWithin } from "../../../src/domain/section.ts";
import { burning, hour, slowBurn } from "./made-verdict.ts";
import { cart, checkout, evidence, three } from "./made-evidence.ts";

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

  it("keeps within every limit, also where fewer left out take more words", () => {
    const queries = Array.from({ length: 12 }, (_, index) => ({
      objective: `o${index}`,
      windowMs: hour,
      role: "ratio" as const,
      text: "up",
    }));
    const section = queryBlocks(queries, 0);
    if (section === undefined) throw new Error("there are queries");
    const whole = joinWithin([section], maxOutputLength).length;
    for (let limit = 300; limit <= whole; limit += 1)
      expect(Buffer.byteLength(joinWithin([section], limit))).toBeLessThanOrEqual(limit);
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

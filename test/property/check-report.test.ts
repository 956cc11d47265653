import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkReportOf, maxOutputLength } from "../../src/domain/check-report.ts";
import { utf8Length } from "../../src/domain/section.ts";
import { anyEvidence, queryMark } from "./arbitrary-evidence.ts";
import { detailMark, wildText } from "./arbitrary-verdict.ts";
import { blocksIn, tablesIn } from "./read-markdown.ts";

const numRuns = 1500;
/** What we write ourselves. Everything else that looks like Markdown came from somebody else's words. */
const ours = /<\/?(?:code|details|summary)>/g;

describe("the check run of any verdict", () => {
  it("is within GitHub's limits, in characters and in bytes", () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const { title, summary, text } = checkReportOf(evidence);
        for (const one of [summary, text])
          expect(Buffer.byteLength(one, "utf8")).toBeLessThanOrEqual(maxOutputLength);
        expect(title).toMatch(/^[^\n\r\p{Cc}\p{Cs}]{1,255}$/u);
        expect(summary).not.toBe("");
      }),
      { numRuns },
    );
  });

  it("[T11] keeps the words of others words: no mention, reference, link, image, HTML or emphasis", () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const { summary, text } = checkReportOf(evidence);
        for (const one of [summary, blocksIn(text).prose]) {
          const linked = one.replace(/\[(<code>.*?<\/code>)\]\(https?:\/\/[^\s()<>[\]|*`]+\)/, "$1");
          const theirs = linked.replaceAll(ours, "").replaceAll(/\*\*[^*]*\*\*/g, "");
          expect(theirs).not.toMatch(/@[\w-]|#[\w-](?!\d*;)|[<>`_~[\]\\!]|:\/\/|www\./);
          expect(theirs.replaceAll(/&#\d+;/g, "")).not.toMatch(/[&*]/);
        }
      }),
      { numRuns },
    );
  });

  it("has tables whose rows are as wide as their heads, and folds that close", () => {
    let rows = 0;
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const { text } = checkReportOf(evidence);
        const { prose } = blocksIn(text);
        for (const table of tablesIn(prose)) {
          expect(new Set(table.map((row) => row.length)).size).toBe(1);
          expect(table[1]?.every((cell) => cell === "---")).toBe(true);
          rows += table.length - 2;
        }
        expect(prose.match(/<details>/g)?.length).toBe(prose.match(/<\/details>/g)?.length);
      }),
      { numRuns },
    );
    expect(rows, "rows that were looked at, or the law would be empty").toBeGreaterThan(numRuns);
  });

  it("shows members every query letter for letter in a fence that only its own end closes", () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const { text } = checkReportOf({ ...evidence, audience: "members" });
        const { blocks, isOpen } = blocksIn(text);
        expect(isOpen).toBe(false);
        const shown = evidence.verdict.findings.length === 0 ? [] : evidence.queries;
        expect(blocks.toSorted()).toEqual(shown.map((one) => one.text).toSorted());
      }),
      { numRuns },
    );
  });

  it("[T31] tells the public no percentage, burn rate, query, bar or word of Prometheus", () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const { title, summary, text } = checkReportOf({
          ...evidence,
          audience: "public",
          policyUrl: undefined,
        });
        for (const one of [title, summary, text]) {
          expect(one).not.toMatch(/%|\dx|NaN|Infinity|\de[+-]?\d|[▁▂▃▄▅▆▇█]/);
          expect(one).not.toContain(detailMark);
          expect(one).not.toContain(queryMark);
        }
      }),
      { numRuns },
    );
  });

  it("[T31] is for the public the same whatever was measured, so that it is no oracle", () => {
    fc.assert(
      fc.property(anyEvidence, fc.double(), (evidence, other) => {
        const moved = JSON.parse(JSON.stringify(evidence.verdict), (key, one: unknown) =>
          ["remaining", "longBurn", "shortBurn"].includes(key) && typeof one === "number" ? other : one,
        ) as typeof evidence.verdict;
        const same = JSON.parse(JSON.stringify(evidence.verdict)) as typeof moved;
        const told = checkReportOf({ ...evidence, audience: "public", verdict: same });
        const bare = { ...evidence, audience: "public" as const, measurements: [], history: [], queries: [] };
        expect(checkReportOf({ ...bare, verdict: moved })).toEqual(told);
      }),
      { numRuns: 1000 },
    );
  });

  it("has a class that numbers do not move", () => {
    fc.assert(
      fc.property(anyEvidence, fc.double(), (evidence, other) => {
        const verdict = { ...evidence.verdict, measuredAt: evidence.verdict.measuredAt + 60_000 };
        const findings = verdict.findings.map((one) => ({ ...one, remaining: other }));
        const { reportClass } = checkReportOf(evidence);
        expect(checkReportOf({ ...evidence, verdict: { ...verdict, findings } }).reportClass).toBe(
          reportClass,
        );
      }),
      { numRuns: 1000 },
    );
  });

  it("counts bytes as they are sent", () => {
    fc.assert(
      fc.property(fc.oneof(wildText, fc.string({ unit: "binary" })), (text) => {
        expect(utf8Length(text)).toBe(Buffer.byteLength(text, "utf8"));
      }),
    );
  });
});

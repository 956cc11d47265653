/** The quality gates of a verdict as tables: which passed, and for those who may see numbers, on what. [T31] */
import type { Audience } from "./audience.ts";
import { code, plain, row, tableHead } from "./markdown.ts";
import type { QualityFinding } from "./quality-finding.ts";
import type { Section } from "./section.ts";
import { cut } from "./sentence.ts";

const nothing = "–";

/** No table where there is no gate. */
export function qualityTables(findings: readonly QualityFinding[], audience: Audience): readonly Section[] {
  if (findings.length === 0) return [];
  const isPublic = audience === "public";
  const gates: Section = {
    head: tableHead(["Quality gate", "Of", "Result", ...(isPublic ? [] : ["Score", "Says"])]),
    items: findings.map(({ gate, tool, result, score, message }) =>
      row([
        code(gate),
        tool,
        result === "pass" ? result : `**${result}**`,
        ...(isPublic ? [] : [score === undefined ? nothing : formatScore(score), plain(cut(message, 300))]),
      ]),
    ),
    between: "\n",
    rest: (count) => `and ${count} more.`,
  };
  return isPublic ? [gates] : [gates, ...findings.flatMap((one) => linesOf(one))];
}

/** A score of 0 to 100, to two places. */
function formatScore(score: number): string {
  return String(Math.round(score * 100) / 100);
}

function linesOf({ gate, lines }: QualityFinding): readonly Section[] {
  if (lines.length === 0) return [];
  return [
    {
      head: `**Quality gate ${code(gate)}**\n\n${tableHead(["Indicator", "Result", "Value", "Asked of it"])}`,
      items: lines.map(({ name, result, value, criteria }) =>
        row([
          code(cut(name, 100)),
          result,
          value === undefined ? nothing : plain(cut(value, 60)),
          criteria === "" ? nothing : code(cut(criteria, 200)),
        ]),
      ),
      between: "\n",
      rest: (count) => `and ${count} more.`,
    },
  ];
}

/** The job's summary: the verdict, and a row for each objective. Markdown; what others wrote stays text. */
import type { ReadAnswer, Reply } from "../domain/gate-reply.ts";
import { code, link, plain, row, tableHead } from "../domain/markdown.ts";
import { cut, formatRate, formatShare } from "../domain/sentence.ts";

const titles = {
  allow: "The gate is open",
  warn: "The gate is open, with a warning",
  block: "The gate is held",
  inconclusive: "Not known",
} as const;

/** The summary of a reply. */
export function summaryOf(reply: Reply): string {
  if (reply.kind === "unanswered")
    return `### Error budget: could not be determined\n\n${plain(reply.why)}\n`;
  const { answer } = reply;
  const more = answer.url === null ? [] : [link("The policy", answer.url)];
  return [
    `### Error budget: ${titles[answer.verdict]}`,
    plain(answer.reason),
    ...tablesOf(answer),
    ...more,
    "",
  ].join("\n\n");
}

function tablesOf({ slos, qualityGates }: ReadAnswer): readonly string[] {
  const windows = [...new Set(slos.flatMap(({ burn }) => Object.keys(burn)))];
  const objectives = [
    tableHead(["SLO", "Verdict", "Budget left", ...windows.map((one) => `Burn ${plain(cut(one, 20))}`)]),
    ...slos.map(({ name, verdict, budgetRemaining, burn }) =>
      row([
        code(cut(name, 128)),
        verdict,
        budgetRemaining === null ? "–" : formatShare(budgetRemaining),
        ...windows.map((window) => rateOf(burn[window])),
      ]),
    ),
  ];
  const gates = [
    tableHead(["Quality gate", "Result", "Says"]),
    ...qualityGates.map(({ name, result, message }) =>
      row([code(cut(name, 128)), plain(cut(result, 20)), plain(cut(message, 300))]),
    ),
  ];
  return [
    ...(slos.length === 0 ? [] : [objectives.join("\n")]),
    ...(qualityGates.length === 0 ? [] : [gates.join("\n")]),
  ];
}

function rateOf(rate: number | null | undefined): string {
  return rate === null || rate === undefined ? "–" : formatRate(rate);
}

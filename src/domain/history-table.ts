/** The last day of every objective as a table of sparklines. */
import { formatRatio } from "./amount.ts";
import { type ErrorHistory, historySteps, historyStepMs } from "./error-history.ts";
import { formatInstant, formatTimeOfDay, type Instant } from "./instant.ts";
import { code, plain, row, tableHead } from "./markdown.ts";
import type { Section } from "./section.ts";
import { highestOf, sparkline } from "./sparkline.ts";

/** The table; `undefined` where there is no history. */
export function historyTable(histories: readonly ErrorHistory[]): Section | undefined {
  const [first] = histories;
  if (first === undefined) return undefined;
  const head = [
    `### Errors over the last ${historySteps} hours`,
    `Each bar is the error ratio of one hour; the last hour ends at ${formatInstant(first.at)}. A full bar is the objective's highest hour, and ${code("·")} an hour that was not measured.`,
    tableHead(["Objective", `${historySteps} hours`, "Highest hour"]),
  ].join("\n\n");
  const items = histories.map((one) => row([code(one.objective), ...cellsOf(one)]));
  return {
    head,
    items,
    between: "\n",
    rest: (count) => `and ${count} more objective${count === 1 ? "" : "s"}.`,
  };
}

function cellsOf(history: ErrorHistory): readonly string[] {
  if (history.kind === "unmeasured") return [`not measured: ${plain(history.detail)}`, "–"];
  const highest = highestOf(history.ratios);
  return [code(sparkline(history.ratios)), highest === undefined ? "–" : highestWords(history, highest)];
}

function highestWords({ ratios, at }: Extract<ErrorHistory, { kind: "measured" }>, highest: number): string {
  if (highest === 0) return "no errors";
  const end: Instant = at - (ratios.length - 1 - ratios.lastIndexOf(highest)) * historyStepMs;
  return `${formatRatio(highest)} until ${formatTimeOfDay(end)}`;
}

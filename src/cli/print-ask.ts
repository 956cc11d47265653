import type { ReadAnswer, Reply } from "../domain/gate-reply.ts";
import { formatRate, formatShare } from "../domain/sentence.ts";
import type { Format } from "./output.ts";
import { printable } from "../domain/printable.ts";
import { workflowCommand } from "../domain/workflow-command.ts";

/** What a gate said, for people, programs and workflow logs. */
export function replyOutput(reply: Reply, format: Format): string {
  switch (format) {
    case "text":
      return printable(textOf(reply));
    case "json":
      return reply.kind === "answered" ? reply.text.trim() : JSON.stringify(unansweredJson(reply.why));
    case "github":
      return annotationOf(reply);
  }
}

/** A reply that was none, as JSON with the keys that matter. */
function unansweredJson(why: string): object {
  return { verdict: "inconclusive", allow: false, reason: `Not known: ${why}` };
}

function textOf(reply: Reply): string {
  if (reply.kind === "unanswered") return `Not known: ${reply.why}`;
  const { answer } = reply;
  const lines = [`${answer.verdict}: ${answer.reason}`, ...rowsOf(answer)];
  return [...lines, ...(answer.url === null ? [] : [`Policy: ${answer.url}`])].join("\n");
}

function rowsOf({ slos, qualityGates }: ReadAnswer): readonly string[] {
  return [
    ...slos.map(({ name, verdict, budgetRemaining, burn }) => {
      const left = budgetRemaining === null ? "not measured" : `${formatShare(budgetRemaining)} left`;
      const rates = Object.entries(burn).map(
        ([window, rate]) => `${window} ${rate === null ? "–" : formatRate(rate)}`,
      );
      return `  ${verdict.padEnd(12)} ${name}: ${left}${rates.length === 0 ? "" : `, burns ${rates.join(", ")}`}`;
    }),
    ...qualityGates.map(({ name, result, message }) => `  ${result.padEnd(12)} ${name}: ${message}`),
  ];
}

function annotationOf(reply: Reply): string {
  const title = { title: "Error budget" };
  if (reply.kind === "unanswered")
    return workflowCommand("error", title, `Could not be determined: ${reply.why}`);
  const { verdict, reason } = reply.answer;
  const level = verdict === "allow" ? "notice" : verdict === "warn" ? "warning" : "error";
  return workflowCommand(level, title, reason);
}

/** An evaluation for people, programs and workflow logs. */
import { reasonKey } from "../domain/reason.ts";
import { formatDuration } from "../domain/duration.ts";
import type { Finding } from "../domain/finding.ts";
import type { RuleOutcome } from "../domain/rule-outcome.ts";
import { unmeasuredWords } from "../domain/unmeasured-words.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { QualityFinding } from "../domain/quality-finding.ts";
import { formatRate, formatShare } from "../domain/sentence.ts";
import { wayNotes } from "../domain/way-words.ts";
import type { Evaluation } from "../gate/evaluate.ts";
import { type Format, problemText } from "./output.ts";
import { printable } from "../domain/printable.ts";
import { workflowCommand } from "../domain/workflow-command.ts";

/** The stages that can be shown. */
export const stages = ["policy", "measurements", "findings", "decision", "report"] as const;

/** One stage of the path. */
export type Stage = (typeof stages)[number];

/** What is printed for an evaluation by the policy in `file`. */
export function checkOutput(
  evaluation: Evaluation,
  format: Format,
  show: readonly Stage[],
  file: string,
): string {
  switch (format) {
    case "text":
      return printable(textOf(evaluation, show, file));
    case "json":
      return JSON.stringify(jsonOf(evaluation, show, file), null, 2);
    case "github":
      return annotationOf(evaluation, file);
  }
}

function annotationOf(evaluation: Evaluation, file: string): string {
  const title = { title: "Error budget" };
  if (evaluation.kind !== "judged") return workflowCommand("error", title, notJudged(evaluation, file));
  const { outcome } = evaluation.decision;
  const level = outcome === "allow" ? "notice" : outcome === "warn" ? "warning" : "error";
  return workflowCommand(level, title, evaluation.report.sentence);
}

function jsonOf(evaluation: Evaluation, show: readonly Stage[], file: string): object {
  if (evaluation.kind !== "judged")
    return { outcome: "inconclusive", allow: false, sentence: notJudged(evaluation, file) };
  const { policy, measured, findings, decision, verdict, report } = evaluation;
  const shown = { policy, measurements: measured.measurements, findings, decision, report };
  const isShown = show.includes("findings") && measured.quality !== undefined;
  const chosen = Object.fromEntries(
    Object.entries(shown).filter(([stage]) => show.some((one) => one === stage)),
  );
  const allow = verdict.mode === "observe" || decision.outcome === "allow" || decision.outcome === "warn";
  return {
    outcome: decision.outcome,
    allow,
    mode: verdict.mode,
    at: verdict.at,
    sentence: report.sentence,
    ...chosen,
    ...(isShown ? { qualityGates: measured.quality } : {}),
  };
}

function textOf(evaluation: Evaluation, show: readonly Stage[], file: string): string {
  if (evaluation.kind !== "judged") return `inconclusive: ${notJudged(evaluation, file)}`;
  const { decision, report, verdict } = evaluation;
  const sections = show.map((stage) => sectionOf(stage, evaluation));
  const mode = verdict.mode === "observe" ? " (observe: nothing is held)" : "";
  const problems = decision.reasons.flatMap((reason) =>
    reason.kind === "policy_broken" ? reason.problems.map(problemText) : [],
  );
  return [
    ...problems,
    ...sections.filter((section) => section !== ""),
    `${decision.outcome}${mode}: ${report.sentence}`,
  ].join("\n\n");
}

function sectionOf(stage: Stage, evaluation: Extract<Evaluation, { kind: "judged" }>): string {
  const { policy, measured, findings, decision, report, verdict } = evaluation;
  switch (stage) {
    case "policy": {
      const commit = verdict.origin.commitSha.slice(0, 7);
      const source = policy?.dataSource ?? "none";
      return `policy ${verdict.origin.file} at ${commit}, mode ${verdict.mode}, data source ${source}`;
    }
    case "measurements":
      return measured.measurements.map(measurementLine).join("\n");
    case "findings":
      return [
        ...findings.map(findingLines),
        ...(measured.quality ?? []).map(qualityLines),
        notesOf(measured.measurements),
      ]
        .filter((one) => one !== "")
        .join("\n\n");
    case "decision":
      return `decision ${decision.outcome}, because of: ${decision.reasons.map(reasonKey).join("; ") || "nothing"}`;
    case "report":
      return `report ${report.state}, class ${report.reportClass}`;
  }
}

function notJudged(evaluation: Exclude<Evaluation, { kind: "judged" }>, file: string): string {
  switch (evaluation.kind) {
    case "not_now":
      return `the policy could not be read: ${evaluation.failure.detail}`;
    case "not_gated":
      return evaluation.why === "policy_removed"
        ? `there is no ${file}; check the path, or the branch with --base`
        : "the policy does not name this branch under gates.pull_request.branches; pass --base";
  }
}

function measurementLine(one: Measurement): string {
  const value =
    one.kind === "measured"
      ? `error ratio ${Number(one.errorRatio.toPrecision(6))}`
      : `${unmeasuredWords[one.why]} (${one.detail})`;
  const at = new Date(one.at).toISOString();
  return `${one.objective}${of(one.group)} over ${formatDuration(one.windowMs)}: ${value}\n    ${one.dataSource} at ${at}: ${one.query.replaceAll(/\s+/g, " ")}`;
}

/** A quality gate, and under it each indicator with its value and what was asked of it. */
function qualityLines({ gate, tool, result, message, lines }: QualityFinding): string {
  const under = lines.map(
    ({ name, result: one, value, criteria }) =>
      `    ${one.padEnd(8)} ${name}: ${value ?? "not measured"}${criteria === "" ? "" : `, ${criteria}`}`,
  );
  return [`${gate} (${tool}): ${result}, ${message}`, ...under].join("\n");
}

function notesOf(measurements: readonly Measurement[]): string {
  return wayNotes(measurements)
    .map(({ objective, words }) => `${objective} ${words}`)
    .join("\n");
}

function findingLines(finding: Finding): string {
  const left =
    finding.remaining === undefined
      ? "budget not measured"
      : `${formatShare(finding.remaining)} of the budget left${byWords(finding)}`;
  const target = `${Number((finding.targetRatio * 100).toPrecision(10))}% over ${formatDuration(finding.windowMs)}`;
  return [
    `${finding.objective}  ${target}  ${left}  ${finding.state}`,
    ...finding.outcomes.map((one) => outcomeLine(one, finding)),
  ].join("\n");
}

const byWords = ({ remainingBy }: Finding): string => (remainingBy === undefined ? "" : ` by ${remainingBy}`);

function outcomeLine(outcome: RuleOutcome, finding: Finding): string {
  const { rule } = outcome;
  const name = `  ${outcome.state.padEnd(10)} ${rule.name.padEnd(18)}`;
  const { condition } = rule;
  const limit =
    condition.kind === "remaining"
      ? `${rule.then} when ${formatShare(condition.thresholdRatio)} or less is left`
      : `${rule.then} above ${formatRate(condition.threshold)} over ${formatDuration(condition.longWindowMs)} and ${formatDuration(condition.shortWindowMs)}`;
  if (outcome.state === "unmeasured") {
    const misses = outcome.misses.map(
      ({ windowMs, why, detail, group }) =>
        `${formatDuration(windowMs)}${of(group)}: ${unmeasuredWords[why]} (${detail})`,
    );
    return `${name} ${limit}; ${misses.join("; ")}`;
  }
  const { numbers } = outcome;
  const found =
    numbers.kind === "remaining"
      ? `${formatShare(numbers.remaining)} left${byWords(finding)}`
      : `${formatRate(numbers.longBurn)} and ${formatRate(numbers.shortBurn)}`;
  return `${name} ${limit}; now${of(outcome.group?.name)} ${found}`;
}

const of = (group: string | undefined): string => (group === undefined ? "" : ` ${group}`);

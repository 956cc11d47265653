import type { QualityOutcome } from "../gate/quality-gate.ts";
import { formatGoFloat } from "../quality/keptn/go-number.ts";
import type { IndicatorResult } from "../quality/keptn/objectives.ts";
import { printable } from "../domain/printable.ts";

/** A gate's result for people: a line for each SLI, then the score and what it means. */
export function qualityGateText({ data, asked }: QualityOutcome): string {
  const { result, status, message, evaluation } = data;
  const rows = (evaluation.indicatorResults ?? []).map(rowOf);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0), 0));
  const table = rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
  const failures = asked.flatMap(({ metric, message: why, success }) =>
    success ? [] : [`  ${metric}: ${why ?? "not measured"}`],
  );
  return printable(
    [
      `${evaluation.timeStart} to ${evaluation.timeEnd}`,
      ...table,
      ...(failures.length > 0 ? ["Not measured:", ...failures] : []),
      `${status === "errored" ? "error" : result}, score ${formatGoFloat(evaluation.score)}${message === undefined ? "" : `: ${message}`}`,
      "",
    ].join("\n"),
  );
}

function rowOf(one: IndicatorResult): readonly string[] {
  const { status, value, displayName, passTargets, warningTargets } = one;
  const name = displayName === "" ? (value?.metric ?? "") : displayName;
  const measured = value === null || !value.success ? "–" : formatGoFloat(value.value);
  const targets = [...(passTargets ?? []), ...(warningTargets ?? [])].map(
    ({ criteria, targetValue, violated }) =>
      `${criteria} (${formatGoFloat(targetValue)}) ${violated ? "violated" : "met"}`,
  );
  return [status, name, measured, targets.join("; ")];
}

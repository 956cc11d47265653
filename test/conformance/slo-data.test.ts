import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatDuration } from "../../src/domain/duration.ts";
import { formatPercent, type Objective } from "../../src/domain/objective.ts";
import type { Problem } from "../../src/domain/problem.ts";
import { readSlos } from "../../src/slo/read.ts";
import { isShared, sharedNote, sloDataFiles } from "./slo-data.ts";

/** What was understood of an objective, in a line. No query and no sentence of its file. */
function objectiveLine(objective: Objective): string {
  const { name, targetRatio, windowMs, calendar, sli, budgeting, groupedBy, ownRules, recording } = objective;
  const kind =
    sli.kind === "composite" ? `composite of ${sli.parts.map((one) => one.sli.kind).join(", ")}` : sli.kind;
  const words = [
    `${formatPercent(targetRatio)} over ${formatDuration(windowMs)}`,
    ...(calendar === undefined ? [] : [`every ${calendar.count} ${calendar.unit} in ${calendar.timeZone}`]),
    kind,
    ...(budgeting === undefined || budgeting.kind === "occurrences"
      ? []
      : [`${budgeting.kind} of ${formatDuration(budgeting.sliceMs)}`]),
    ...(groupedBy === undefined ? [] : [`by ${groupedBy.join(", ")}`]),
    ...(ownRules === undefined ? [] : [`${ownRules.length} rules`]),
    ...(recording === undefined
      ? []
      : [
          `recorded by ${recording.tool}, ${recording.windowsMs.length} windows, by ${recording.period.weighting}`,
        ]),
  ];
  return `  ${name}: ${words.join("; ")}`;
}

/** Problems by place and code, each once. What is no YAML at all has many, of which a few say enough. */
function problemLines(problems: readonly Problem[]): readonly string[] {
  const lines = problems.map(({ position, severity, code, key }) =>
    `  ${position.line}:${position.column} ${severity} ${code} ${key}`.trimEnd(),
  );
  const distinct = [...new Set(lines)];
  const isUnreadable = problems.every(({ code }) => code === "not_yaml");
  return isUnreadable ? distinct.slice(0, 1) : distinct;
}

describe("other tools' files", () => {
  it.skipIf(!isShared)(
    `are read or refused as they were before; if better, run this with -u${sharedNote}`,
    async () => {
      const files = sloDataFiles();
      expect(files).toHaveLength(235);
      const told = files.map((one) => {
        const { objectives, problems } = readSlos([one]);
        return [one.file, ...objectives.map(objectiveLine), ...problemLines(problems)].join("\n");
      });
      await expect(`${told.join("\n")}\n`).toMatchFileSnapshot(
        join(import.meta.dirname, "slo-data.snapshot.txt"),
      );
    },
  );
});

/** The alert windows among Sloth's documents. */
import { type DurationMs, formatDuration } from "../domain/duration.ts";
import type { Objective } from "../domain/objective.ts";
import type { Problem } from "../domain/problem.ts";
import { readSlothWindows, type SlothWindows } from "./sloth-windows.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** The windows for a period, and what is wrong with any. Of two for one period the first counts. */
export function windowsAmong(
  documents: readonly YamlDocument[],
  periodMs: DurationMs,
): { readonly windows: SlothWindows | undefined; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const byPeriod = new Map<DurationMs, SlothWindows>();
  for (const document of documents) {
    const { windows, problems: found } = readSlothWindows(document);
    problems.push(...found);
    if (windows === undefined) continue;
    if (byPeriod.has(windows.periodMs)) {
      const message = `is ${formatDuration(windows.periodMs)}, as in alert windows before these; Sloth takes one file for a period`;
      problems.push(document.problem("duplicate_name", ["spec", "sloPeriod"], message, "warning"));
    } else byPeriod.set(windows.periodMs, windows);
  }
  return { windows: byPeriod.get(periodMs), problems };
}

/** Alert windows for a period that no objective read with them has: whoever gave them meant something by it. */
export function idleWindows(
  documents: readonly YamlDocument[],
  objectives: readonly Objective[],
): readonly Problem[] {
  if (objectives.length === 0) return [];
  return documents.flatMap((document) => {
    const { windows } = readSlothWindows(document);
    if (windows === undefined || objectives.some(({ windowMs }) => windowMs === windows.periodMs)) return [];
    const message = `is for a budget over ${formatDuration(windows.periodMs)}, which no SLO here has; state that window`;
    return [document.problem("not_counted", ["spec", "sloPeriod"], message, "warning")];
  });
}

/** SLO files of any tool → recording and alert rules by Sloth's names, and everything worth saying about them. */
import type { Problem } from "../domain/problem.ts";
import type { SloFile } from "./reading.ts";
import { readRuleSources, type RuleOptions } from "./rule-sources.ts";
import type { RuleSet } from "./rule-text.ts";
import { runPlugins } from "./sloth-plugins.ts";
import { slothGroups } from "./sloth-rules.ts";

/** Which rules are wanted of which files. */
export interface RulesWanted extends RuleOptions {
  readonly hasRecordings: boolean;
  readonly hasAlerts: boolean;
}

/** Makes the rules. An objective that has none is told of as an error. */
export function rulesOf(
  files: readonly SloFile[],
  wanted: RulesWanted,
): { readonly sets: readonly RuleSet[]; readonly problems: readonly Problem[] } {
  const read = readRuleSources(files, wanted);
  const problems = [...read.problems];
  const sets = read.sources.map(({ source, problem }): RuleSet => {
    const { rules, faults } = runPlugins(source);
    for (const { id, why } of faults)
      problems.push(problem("not_counted", `has the plugin \`${id}\`, which ${why}`, "warning"));
    const kept = {
      ...rules,
      ...(wanted.hasRecordings ? {} : { ratios: [], meta: [] }),
      ...(wanted.hasAlerts ? {} : { alerts: [] }),
    };
    return { home: source.home, groups: slothGroups(source, kept) };
  });
  return { sets: sets.filter(({ groups }) => groups.length > 0), problems };
}

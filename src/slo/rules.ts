/** SLO files of any tool → recording and alert rules by Sloth's names, and everything worth saying about them. */
import type { Problem } from "../domain/problem.ts";
import type { RuleGroup } from "./prometheus-rule.ts";
import type { SloFile } from "./reading.ts";
import { readRuleSources, type RuleOptions } from "./rule-sources.ts";
import type { RuleSet } from "./rule-text.ts";
import { labelNamePattern } from "./selector.ts";
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
  const sets = read.sources.flatMap(({ source, problem }): readonly RuleSet[] => {
    const { rules, faults } = runPlugins(source);
    for (const { id, why } of faults)
      problems.push(problem("not_counted", `has the plugin \`${id}\`, which ${why}`, "warning"));
    const kept = {
      ...rules,
      ...(wanted.hasRecordings ? {} : { ratios: [], meta: [] }),
      ...(wanted.hasAlerts ? {} : { alerts: [] }),
    };
    const groups = slothGroups(source, kept);
    const odd = oddLabel(groups);
    if (odd !== undefined) problems.push(problem("bad_label", ...odd));
    return odd?.[1] === "error" || groups.length === 0 ? [] : [{ home: source.home, groups }];
  });
  return { sets, problems };
}

/**
 * The first name that some Prometheus takes for no label's name, one that all refuse before others. Since version 3 it
 * takes any text. https://prometheus.io/docs/guides/utf8/
 */
function oddLabel(groups: readonly RuleGroup[]): readonly [string, Problem["severity"]] | undefined {
  const names = groups.flatMap(({ rules }) =>
    rules.flatMap((rule) => [
      ...Object.keys(rule.labels),
      ...("annotations" in rule ? Object.keys(rule.annotations) : []),
    ]),
  );
  const refused = names.find((name) => name === "" || name === "__name__");
  if (refused !== undefined)
    return [`has \`${refused}\`, which Prometheus takes for no label's name`, "error"];
  const odd = names.find((name) => !labelNamePattern.test(name));
  return odd === undefined
    ? undefined
    : [`has the label \`${odd}\`; a Prometheus before version 3 refuses the whole file for it`, "warning"];
}

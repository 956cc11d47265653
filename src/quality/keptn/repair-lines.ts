/**
 * Reads an `slo.yaml` whose indentation is lost, line by line. Which groups warn is lost with the keys that said it: of one group
 * it is taken to be for passing, of several the last for warning.
 */

/** A file in its own keys, of which nothing is checked. */
export interface LooseSlo {
  readonly spec_version?: unknown;
  readonly filter?: unknown;
  readonly comparison?: unknown;
  readonly objectives?: unknown;
  readonly total_score?: unknown;
}

interface LooseGroup {
  readonly criteria: string[];
  /** The key under which it stood, where that has survived. */
  readonly list: "pass" | "warning" | undefined;
}

interface LooseObjective {
  readonly fields: Record<string, string>;
  readonly groups: LooseGroup[];
}

const comparison =
  /^(compare_with|include_result_with_score|number_of_comparison_results|aggregate_function): *(.+)$/;

/** Reads lines; `undefined` where one of them cannot be placed. */
export function readLines(text: string): (LooseSlo & { readonly isGuessed: boolean }) | undefined {
  const objectives: LooseObjective[] = [];
  const top: { spec_version?: string } = {};
  const compared: Record<string, string | number> = {};
  const marks: Record<string, string> = {};
  let list: LooseGroup["list"];
  for (const line of linesOf(text)) {
    const current = objectives.at(-1);
    const group = current?.groups.at(-1);
    const [, comparisonKey, comparisonValue = ""] = comparison.exec(line) ?? [];
    const [, key = "", value = ""] = /^(\w+): *(.*)$/.exec(line) ?? [];
    const sli = /^(?:- *)?sli: *(.+)$/.exec(line)?.[1];
    const inline = /^- *criteria: *\[(.*)\]$/.exec(line)?.[1];
    const item = /^- *(["']?)([<=>].*)\1$/.exec(line)?.[2];
    if (sli !== undefined) {
      objectives.push({ fields: { sli: unquoted(sli) }, groups: [] });
      list = undefined;
    } else if (comparisonKey !== undefined) compared[comparisonKey] = numberOr(unquoted(comparisonValue));
    else if (/^(?:comparison|objectives|total_score):$/.test(line)) list = undefined;
    else if (key === "spec_version") top.spec_version = unquoted(value);
    else if ((key === "pass" || key === "warning") && value === "") list = key;
    else if (key === "pass" || key === "warning") marks[key] = unquoted(value);
    else if (["displayName", "weight", "key_sli"].includes(key) && current !== undefined)
      current.fields[key] = unquoted(value);
    else if (/^- *criteria:$/.test(line) && current !== undefined)
      current.groups.push({ criteria: [], list });
    else if (inline !== undefined && current !== undefined)
      current.groups.push({ criteria: inline.split(",").map((one) => unquoted(one.trim())), list });
    else if (item !== undefined && group !== undefined) group.criteria.push(item);
    else return undefined;
  }
  if (objectives.length === 0) return undefined;
  return {
    ...top,
    ...(Object.keys(compared).length > 0 && { comparison: compared }),
    objectives: objectives.map(({ fields, groups }) => ({ ...typed(fields), ...listsOf(groups) })),
    ...(Object.keys(marks).length > 0 && { total_score: marks }),
    isGuessed: objectives.some(({ groups }) => groups.some((one) => one.list === undefined)),
  };
}

/** Lines that say something, as they were before a web page made them prettier. */
function linesOf(text: string): readonly string[] {
  return text
    .replaceAll(/[“”]/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll("–", "-")
    .split(/\r?\n/)
    .map((line) => withoutComment(line).trim())
    .filter((line) => line !== "" && line !== "---");
}

function withoutComment(line: string): string {
  const [kept = ""] = /^(?:"[^"]*"|'[^']*'|(?<!\s)#|[^#"'])*/.exec(line) ?? [];
  return kept;
}

function unquoted(text: string): string {
  return /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;
}

function numberOr(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function typed({ sli = "", displayName, weight, key_sli: key }: Record<string, string>): object {
  return {
    sli,
    ...(displayName !== undefined && { displayName }),
    ...(weight !== undefined && { weight: numberOr(weight) }),
    ...(key !== undefined && { key_sli: key === "true" }),
  };
}

function listsOf(groups: readonly LooseGroup[]): object {
  const lists = { pass: [] as LooseGroup[], warning: [] as LooseGroup[] };
  const last = groups.length - 1;
  for (const [index, group] of groups.entries())
    lists[group.list ?? (index === last && last > 0 ? "warning" : "pass")].push(group);
  const told = Object.entries(lists).filter(([, list]) => list.length > 0);
  return Object.fromEntries(
    told.map(([name, list]) => [name, list.map(({ criteria }) => ({ criteria }))] as const),
  );
}

/** Keys of a Keptn `slo.yaml` that Keptn passes over without a word. */
import type { Problem } from "../../domain/problem.ts";
import type { YamlPlaces } from "./yaml-places.ts";

const known = {
  file: ["spec_version", "filter", "comparison", "objectives", "total_score"],
  comparison: [
    "compare_with",
    "include_result_with_score",
    "number_of_comparison_results",
    "aggregate_function",
  ],
  objective: ["sli", "displayName", "pass", "warning", "weight", "key_sli"],
  group: ["criteria"],
  total_score: ["pass", "warning"],
} as const;

/** Where a key belongs that stands elsewhere. */
const homes: ReadonlyMap<string, string> = new Map([
  ...known.comparison.map((key) => [key, "comparison"] as const),
  ...(["pass", "warning"] as const).map((key) => [key, "total_score"] as const),
  ["criteria", "pass or warning"],
  ["weight", "an objective"],
  ["key_sli", "an objective"],
]);

/** So many unknown keys of a mapping are told; whoever has more has another file. [T33] */
const maxTold = 20;

/** Tells the unknown keys of a file. */
export function keyProblems(places: YamlPlaces): readonly Problem[] {
  const unknown = (path: readonly PropertyKey[], allowed: readonly string[]): readonly Problem[] =>
    places
      .keys(path)
      .filter((key) => !allowed.includes(key) && key !== "<<")
      .slice(0, maxTold)
      .map((key) =>
        places.problem([...path, key], "unknown_key", `\`${key}\` is ignored: ${cureOf(key, allowed)}`),
      );
  const objectives = places.filled(["objectives"]).flatMap((index) => {
    const path = ["objectives", index];
    const groups = ["pass", "warning"].flatMap((list) =>
      places.filled([...path, list]).flatMap((group) => unknown([...path, list, group], known.group)),
    );
    return [...unknown(path, known.objective), ...groups];
  });
  return [
    ...unknown([], known.file),
    ...unknown(["comparison"], known.comparison),
    ...unknown(["total_score"], known.total_score),
    ...objectives,
  ];
}

function cureOf(key: string, allowed: readonly string[]): string {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z]/g, "");
  const meant = allowed.find((one) => isNear(plain(one), plain(key)));
  if (meant !== undefined) return `write \`${meant}\``;
  const home = homes.get(key);
  return home === undefined ? "Keptn knows no such key here; take it out" : `move it into \`${home}\``;
}

/** Whether one letter more, less or other makes one of the other. */
function isNear(a: string, b: string): boolean {
  if (a === b) return true;
  if (Math.abs(a.length - b.length) > 1 || Math.min(a.length, b.length) < 3) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1);
}

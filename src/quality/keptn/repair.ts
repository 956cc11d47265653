/**
 * Tolerant reading of an `slo.yaml` that Keptn refuses, such as the flattened ones that an article of 2020 spread.
 *
 * Keeps: only what Keptn refuses is repaired; what it accepts and ignores is ignored here, too, or verdicts would differ from
 * Keptn's. What was repaired is never used in silence: it is shown as the file that it should have been. That a lost
 * `pass:` or `warning:` is guessed is told.
 */
import { isMap, isScalar, isSeq, parseDocument, stringify } from "yaml";
import { type LooseSlo, readLines } from "./repair-lines.ts";
import { parseSlo } from "./parse.ts";
import type { KeptnSlo } from "./slo-file.ts";
import { hasKeyTwice } from "./yaml-node.ts";

/** What became of a text. */
export type Repair =
  /** Keptn reads it as it is. `ignoredKeys`: keys at the top that belong elsewhere, and have no effect there. */
  | { readonly kind: "strict"; readonly slo: KeptnSlo; readonly ignoredKeys: readonly string[] }
  /** `text` is the file as it should have been. `isGuessed`: which criteria warn was not in the text. */
  | { readonly kind: "repaired"; readonly slo: KeptnSlo; readonly text: string; readonly isGuessed: boolean }
  /** Nobody can tell what was meant. */
  | { readonly kind: "hopeless"; readonly why: string };

/** The keys of `comparison`, in the order in which they are written. */
const comparisonKeys = [
  "compare_with",
  "include_result_with_score",
  "number_of_comparison_results",
  "aggregate_function",
] as const;

const flatKeys: readonly string[] = [...comparisonKeys, "pass", "warning"];

/** Reads a text as Keptn does, or else as it was meant. */
export function repairSlo(text: string): Repair {
  const reading = parseSlo(text);
  const top = topOf(text);
  if (reading.kind === "read" && (top.keys.includes("objectives") || top.keys.includes("comparison"))) {
    const ignoredKeys = top.keys.filter((key) => flatKeys.includes(key));
    return { kind: "strict", slo: reading.slo, ignoredKeys };
  }
  const loose = top.kind === "map" ? fromMap(top) : top.kind === "list" ? fromList(top) : readLines(text);
  if (loose === undefined)
    return { kind: "hopeless", why: reading.kind === "invalid" ? reading.why : "holds no objectives" };
  const { isGuessed, ...file } = loose;
  const repairedText = stringify(file);
  const repaired = parseSlo(repairedText);
  return repaired.kind === "read"
    ? { kind: "repaired", slo: repaired.slo, text: repairedText, isGuessed }
    : { kind: "hopeless", why: repaired.why };
}

interface Top {
  readonly kind: "map" | "list" | "none";
  readonly keys: readonly string[];
  readonly value: unknown;
}

/** What stands at the top of a text. Scalars stay the texts that they are in the file. */
function topOf(text: string): Top {
  const document = parseDocument(text, { schema: "failsafe", uniqueKeys: false });
  const nothing = { kind: "none", keys: [], value: undefined } as const;
  if (document.errors.length > 0 || hasKeyTwice(document)) return nothing;
  const { contents } = document;
  if (!isSeq(contents) && !isMap(contents)) return nothing;
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    // An alias of nothing, or too many of them: not worth a repair.
    return nothing;
  }
  if (isSeq(contents)) return { kind: "list", keys: [], value };
  const keys = contents.items.flatMap(({ key }) => (isScalar(key) ? String(key.value) : []));
  return { kind: "map", keys, value };
}

/** Comparison and marks at the top, objectives under another name or none. */
function fromMap({ keys, value }: Top): (LooseSlo & { isGuessed: boolean }) | undefined {
  if (!keys.some((key) => flatKeys.includes(key))) return undefined;
  const map = value as Readonly<Record<string, unknown>>;
  const picked = (names: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(names.flatMap((name) => (map[name] === undefined ? [] : [[name, map[name]]])));
  const comparison = picked(comparisonKeys);
  const marks = picked(["pass", "warning"]);
  return {
    ...picked(["spec_version", "filter"]),
    ...(Object.keys(comparison).length > 0 && { comparison }),
    objectives: map["slis"] ?? map["slos"] ?? [],
    ...(Object.keys(marks).length > 0 && { total_score: marks }),
    isGuessed: false,
  };
}

/** The objectives alone. */
function fromList({ value }: Top): (LooseSlo & { isGuessed: boolean }) | undefined {
  const items = value as readonly unknown[];
  const areObjectives = items.every((item) => typeof item === "object" && item !== null && "sli" in item);
  return items.length > 0 && areObjectives ? { objectives: items, isGuessed: false } : undefined;
}

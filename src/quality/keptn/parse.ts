/**
 * A Keptn `slo.yaml`, read as Keptn reads it.
 *
 * Keeps: what Keptn accepts is accepted with the same meaning, unknown keys and all; what it refuses is refused; where it crashes
 * on a document that is null, that is refused, too.
 */
import type { Group } from "./criteria.ts";
import { type Comparison, type KeptnObjective, type KeptnSlo, noComparison } from "./slo-file.ts";
import { openYaml, type YamlNode, type YamlReader, YamlRefusal } from "./yaml-node.ts";

/** What reading a file came to. */
export type SloReading =
  | { readonly kind: "read"; readonly slo: KeptnSlo }
  /** `why` is for people. */
  | { readonly kind: "invalid"; readonly why: string };

const emptySlo: KeptnSlo = {
  specVersion: "",
  filter: undefined,
  comparison: noComparison,
  objectives: [],
  totalScore: undefined,
};

/** Reads a file's text. */
export function parseSlo(text: string): SloReading {
  try {
    const opened = openYaml(text);
    if (opened === "empty") return { kind: "read", slo: emptySlo };
    const root = opened.reader.fields(opened.root, "the file");
    if (root === undefined) return { kind: "invalid", why: "the file is null" };
    return { kind: "read", slo: sloOf(opened.reader, root) };
  } catch (error) {
    if (error instanceof YamlRefusal) return { kind: "invalid", why: error.message };
    throw error;
  }
}

type Fields = ReadonlyMap<string, YamlNode>;

function sloOf(reader: YamlReader, root: Fields): KeptnSlo {
  const filter = reader.fields(root.get("filter"), "filter");
  const objectives = reader.items(root.get("objectives"), "objectives") ?? [];
  const totalScore = reader.fields(root.get("total_score"), "total_score");
  return {
    specVersion: reader.text(root.get("spec_version"), "spec_version"),
    filter: filter && [...filter].map(([key, value]) => [key, reader.text(value, `filter.${key}`)] as const),
    comparison: comparisonOf(reader, reader.fields(root.get("comparison"), "comparison")),
    objectives: objectives.flatMap((node, index) => {
      const fields = reader.fields(node, `objectives[${index}]`);
      return fields === undefined ? [] : [objectiveOf(reader, fields, `objectives[${index}]`)];
    }),
    totalScore: totalScore && {
      pass: reader.text(totalScore.get("pass"), "total_score.pass"),
      warning: reader.text(totalScore.get("warning"), "total_score.warning"),
    },
  };
}

function comparisonOf(reader: YamlReader, fields: Fields | undefined): Comparison {
  if (fields === undefined) return noComparison;
  const text = (key: string): string => reader.text(fields.get(key), `comparison.${key}`);
  const count = reader.whole(
    fields.get("number_of_comparison_results"),
    "comparison.number_of_comparison_results",
  );
  return {
    compareWith: text("compare_with"),
    includeResultWithScore: text("include_result_with_score") || "all",
    // Three, where something else is said and this is not.
    count: count === 0 ? 3 : count,
    aggregateFunction: text("aggregate_function") || "avg",
  };
}

function objectiveOf(reader: YamlReader, fields: Fields, at: string): KeptnObjective {
  const weight = reader.whole(fields.get("weight"), `${at}.weight`);
  return {
    sli: reader.text(fields.get("sli"), `${at}.sli`),
    displayName: reader.text(fields.get("displayName"), `${at}.displayName`),
    pass: groupsOf(reader, fields.get("pass"), `${at}.pass`),
    warning: groupsOf(reader, fields.get("warning"), `${at}.warning`),
    weight: weight === 0 ? 1 : weight,
    isKey: reader.truth(fields.get("key_sli"), `${at}.key_sli`),
  };
}

function groupsOf(
  reader: YamlReader,
  node: YamlNode,
  at: string,
): readonly (Group | undefined)[] | undefined {
  return reader.items(node, at)?.map((item, index) => {
    const fields = reader.fields(item, `${at}[${index}]`);
    if (fields === undefined) return undefined;
    const criteria = reader.items(fields.get("criteria"), `${at}[${index}].criteria`) ?? [];
    return criteria.flatMap((text) =>
      reader.isNull(text) ? [] : reader.text(text, `${at}[${index}].criteria`),
    );
  });
}

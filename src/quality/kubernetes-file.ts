/** Kubernetes resources of a file, as an attacker may write them. [T33] */
import type { Problem } from "../domain/problem.ts";
import { nothingTold, type Place, rootOf, type Told } from "../slo/place.ts";
import { maxSloBytes } from "../slo/reading.ts";
import { itemsOf } from "../slo/sub-document.ts";
import { templateFault, textLints } from "../slo/text-lint.ts";
import { readYaml, type YamlDocument } from "../slo/yaml-text.ts";

/** So many resources are looked at. */
const maxObjects = 100;

/** What a file holds. Where it cannot be read there are problems and no resources. */
export interface KubernetesFile {
  readonly resources: readonly Place[];
  /** What was told so far, and what reading the resources will tell. */
  readonly told: Told;
  /** A problem of the whole file. */
  whole(code: Problem["code"], message: string): Problem;
}

/** Opens a file: documents, lists of them, and `kind: List`. */
export function openKubernetesFile(file: string, text: string): KubernetesFile {
  const told = nothingTold();
  const read = readYaml(file, text, { maxBytes: maxSloBytes, maxDocuments: maxObjects });
  const lints = textLints(file, text);
  told.problems.push(...lints);
  const first = read.documents[0];
  const whole = (code: Problem["code"], message: string): Problem =>
    first?.problem(code, [], message) ?? {
      code,
      severity: "error",
      file,
      key: "",
      message,
      position: { line: 1, column: 1 },
      excerpt: "",
    };
  // A template that nobody rendered is the one cause of whatever else is wrong with a file.
  if (lints.some(({ severity }) => severity === "error")) return { resources: [], told, whole };
  const cause = templateFault(text, read.problems) ?? bracesFault(read.problems);
  told.problems.push(...(cause === undefined ? read.problems : [cause]));
  const documents = read.documents.filter(({ value }) => value !== null).flatMap(itemsOf);
  const objects = documents.flatMap((document) => membersOf(rootOf(document, told)));
  if (objects.length > maxObjects)
    told.problems.push(whole("too_many", `holds more than ${maxObjects} resources; split it`));
  return { resources: objects.slice(0, maxObjects), told, whole };
}

/** Whether a resource is of a kind, of any version of its API's group. */
export function isOf(
  { value }: Pick<YamlDocument, "value">,
  group: string,
  kinds: readonly string[],
): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { apiVersion, kind } = value as Readonly<Record<string, unknown>>;
  return (
    typeof apiVersion === "string" &&
    apiVersion.startsWith(`${group}/`) &&
    typeof kind === "string" &&
    kinds.includes(kind)
  );
}

function membersOf(root: Place): readonly Place[] {
  const { kind, items } = (root.value ?? {}) as Readonly<Record<string, unknown>>;
  if (kind !== "List" || !Array.isArray(items)) return [root];
  return items.map((value: unknown, index) => ({ ...root, path: [...root.path, "items", index], value }));
}

/** A bare `{{args.x}}` begins a mapping in YAML, which says nothing to whoever wrote it. */
function bracesFault(problems: readonly Problem[]): Problem | undefined {
  const fault = problems.find(({ excerpt }) => /[:-] +\{\{/.test(excerpt));
  if (fault === undefined) return undefined;
  const message =
    "begins with `{{`, which YAML takes for a mapping: put it in quotes, or render the template first";
  return { ...fault, code: "unrendered_template", message };
}

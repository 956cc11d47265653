/**
 * SLO files of any tool, text → objectives. Each document is told by its content and handed to its tool's reader;
 * documents of one tool are read together, since some refer to each other across files.
 */
import type { Problem } from "../domain/problem.ts";
import { formatOf, type SloFormat } from "./format.ts";
import { readPyrra } from "./pyrra.ts";
import { maxSloBytes, type SloFile, type SloOptions, type SloReading } from "./reading.ts";
import { readOpenSloDocuments } from "./openslo.ts";
import { readNobl9Documents } from "./nobl9.ts";
import { readSlothDocuments } from "./sloth.ts";
import { idleWindows } from "./sloth-window-set.ts";
import { itemsOf } from "./sub-document.ts";
import { templateFault, textLints } from "./text-lint.ts";
import { readYaml, type YamlDocument } from "./yaml-text.ts";

/** Reads the documents of one tool. */
type Reader = (documents: readonly YamlDocument[], options: SloOptions) => SloReading;

const readers: Readonly<Partial<Record<SloFormat, Reader>>> = {
  sloth: readSlothDocuments,
  "sloth-crd": readSlothDocuments,
  nobl9: readNobl9Documents,
  "sloth-windows": readSlothDocuments,
  pyrra: readPyrra,
  "openslo/v1": readOpenSloDocuments,
  "openslo/v1alpha": readOpenSloDocuments,
  "openslo/v2alpha": readOpenSloDocuments,
};

const knownFormats = "Sloth, Pyrra, OpenSLO, Nobl9";

/** How many objects one file may hold, in documents and in lists. */
const maxObjects = 100;

/** Reads SLO files as one set. */
export function readSlos(files: readonly SloFile[], options: SloOptions = {}): SloReading {
  const problems: Problem[] = [];
  const byReader = new Map<Reader, YamlDocument[]>();
  const windows: YamlDocument[] = [];
  for (const { file, text } of files) {
    const read = readYaml(file, text, { maxBytes: maxSloBytes, maxDocuments: maxObjects });
    const lints = textLints(file, text);
    problems.push(...lints);
    // What cannot be read because it is a template has one cause, and one cure.
    if (lints.some(({ severity }) => severity === "error")) continue;
    const template = templateFault(text, read.problems);
    problems.push(...(template === undefined ? read.problems : [template]));
    // A `---` too many makes an empty document, which every tool passes over.
    const filled = read.documents.filter(({ value }) => value !== null);
    const found = filled.flatMap(itemsOf);
    const objects = found.length === 0 ? read.documents : found;
    const beyond = objects[maxObjects];
    if (beyond !== undefined)
      problems.push(beyond.problem("too_many", [], `is one object too many; ${maxObjects} at most`));
    for (const document of objects.slice(0, maxObjects)) {
      const format = formatOf(document.value);
      if (format === "sloth-windows") windows.push(document);
      const reader = format === undefined ? undefined : readers[format];
      if (reader === undefined) problems.push(unknownFormat(document));
      else byReader.set(reader, [...(byReader.get(reader) ?? []), document]);
    }
  }
  const readings = [...byReader].map(([reader, documents]) => reader(documents, options));
  const objectives = readings.flatMap((reading) => reading.objectives);
  problems.push(...readings.flatMap((reading) => reading.problems), ...idleWindows(windows, objectives));
  const [first] = windows;
  if (objectives.length === 0 && problems.length === 0 && first !== undefined)
    problems.push(first.problem("no_objectives", [], "holds alert windows; name files of SLOs with it"));
  return { objectives, problems, origins: new Map(readings.flatMap(({ origins }) => [...origins])) };
}

function unknownFormat(document: YamlDocument): Problem {
  const message = `is of no format that is read: ${knownFormats}`;
  return document.problem("unsupported_format", [], message);
}

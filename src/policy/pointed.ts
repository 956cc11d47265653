/** Files that a policy points at, as objectives. */
import type { Objective } from "../domain/objective.ts";
import type { Problem, ProblemCode } from "../domain/problem.ts";
import type { SloOptions, SloReading } from "../slo/reading.ts";
import { readSlos } from "../slo/read.ts";
import type { YamlDocument } from "../slo/yaml-text.ts";
import { milliseconds } from "./accepted.ts";
import { inlineObjective } from "./objective-meaning.ts";
import type { PolicyText } from "./schema.ts";

/** Why there is no text where a policy points: the end of a sentence. */
export interface Unread {
  readonly kind: "unread";
  readonly code: ProblemCode;
  readonly why: string;
}

/** A file that a policy points at, as it was found. */
export type PointedFile = { readonly kind: "text"; readonly text: string } | Unread;

/** What a path or glob of a policy points at: files by their own paths, in order; or why none was looked for. */
export type Pointed =
  | {
      readonly kind: "files";
      readonly files: readonly { readonly path: string; readonly file: PointedFile }[];
    }
  | Unread;

/** The one data source that a policy asks. */
export interface PolicySource {
  readonly id: string;
  /** The id of the operator's source that a file means by a name or an address; `undefined` where it means none. */
  named(name: string): string | undefined;
}

/**
 * The most that the files a policy points at may hold together, in characters. Reading hostile YAML of this size
 * takes a few seconds (measured), and the process does nothing else meanwhile. [T33]
 */
const maxPointedLength = 512 * 1024;

/** What was read, and what is wrong with it. */
type Read = Pick<SloReading, "objectives" | "problems">;

type Entry = NonNullable<PolicyText["objectives"]>[number];
type FromEntry = Extract<Entry, { from: string }>;

/** The objectives of a policy, its own and those of the files it points at, and what is wrong with them. */
export function objectivesOf(
  document: YamlDocument,
  entries: readonly Entry[],
  pointedAt: (pattern: string) => Pointed,
  source: PolicySource,
): Read {
  const patterns = new Set(entries.flatMap((one) => ("from" in one ? [one.from] : [])));
  const length = lengthOf([...patterns].map(pointedAt));
  if (length > maxPointedLength) {
    const message = `point at files of ${Math.ceil(length / 1024)} KB together; ${maxPointedLength / 1024} KB at most`;
    return { objectives: [], problems: [document.problem("too_large", ["objectives"], message)] };
  }
  // The same files may be named again with other words, and must not be paid for again with the same.
  const readings = new Map<string, Read>();
  const problems: Problem[] = [];
  const objectives = entries.flatMap((entry, index): readonly Objective[] => {
    if (!("from" in entry)) {
      const objective = inlineObjective(entry);
      problems.push(...elsewhere(document, [...place(index), "metric_source"], [objective], source));
      return [objective];
    }
    const key = JSON.stringify(entry);
    const known = readings.get(key);
    if (known !== undefined) return known.objectives;
    const reading = readEntry(document, entry, index, pointedAt(entry.from));
    readings.set(key, reading);
    problems.push(
      ...reading.problems,
      ...elsewhere(document, [...place(index), "from"], reading.objectives, source),
    );
    return reading.objectives;
  });
  return { objectives, problems };
}

const place = (index: number): readonly PropertyKey[] => ["objectives", index];

function lengthOf(pointed: readonly Pointed[]): number {
  const texts = new Map<string, number>();
  for (const one of pointed) {
    for (const { path, file } of one.kind === "files" ? one.files : [])
      texts.set(path, file.kind === "text" ? file.text.length : 0);
  }
  return [...texts.values()].reduce((sum, length) => sum + length, 0);
}

function readEntry(document: YamlDocument, entry: FromEntry, index: number, pointed: Pointed): Read {
  const place = ["objectives", index, "from"];
  if (pointed.kind === "unread")
    return {
      objectives: [],
      problems: [document.problem(pointed.code, place, `\`${entry.from}\` ${pointed.why}`)],
    };
  const unread = pointed.files.flatMap(({ path, file }) =>
    file.kind === "unread" ? [document.problem(file.code, place, `\`${path}\` ${file.why}`)] : [],
  );
  const texts = pointed.files.flatMap(({ path, file }) =>
    file.kind === "text" ? [{ file: path, text: file.text }] : [],
  );
  const reading = readSlos(texts, optionsOf(entry));
  return { objectives: reading.objectives, problems: [...unread, ...reading.problems] };
}

/**
 * A file may say in which data source its metrics lie. Its word never chooses who is asked: it is held against the
 * operator's. [T26]
 */
function elsewhere(
  document: YamlDocument,
  place: readonly PropertyKey[],
  objectives: readonly Objective[],
  source: PolicySource,
): readonly Problem[] {
  const names = new Set(objectives.flatMap(({ metricSource }) => metricSource ?? []));
  return [...names].flatMap((name): readonly Problem[] => {
    const id = source.named(name);
    if (id === source.id) return [];
    return id === undefined
      ? [
          document.problem(
            "unknown_data_source",
            place,
            `names the data source \`${name}\`, which the operator has under no name; \`${source.id}\` is asked instead`,
            "warning",
          ),
        ]
      : [
          document.problem(
            "unknown_data_source",
            place,
            `lies in the data source \`${id}\`; one policy asks one source, and this one asks \`${source.id}\``,
          ),
        ];
  });
}

function optionsOf({ window, measure, matchers }: FromEntry): SloOptions {
  return {
    ...(window === undefined ? {} : { windowMs: milliseconds(window) }),
    ...(measure === undefined ? {} : { measure }),
    ...(matchers === undefined ? {} : { matchers }),
  };
}

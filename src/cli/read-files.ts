/** Files named on the command line, read as the gate reads them: our policies with what they point at, SLO files, and gates of delivery tools. */
import type { Objective } from "../domain/objective.ts";
import type { Problem } from "../domain/problem.ts";
import type { Rule } from "../domain/rule.ts";
import { readPointed } from "../gate/pointed-files.ts";
import type { FileAnswer } from "../gate/ports.ts";
import { assemblePolicy, readPolicy } from "../policy/parse.ts";
import type { Pointed, PolicySource } from "../policy/pointed.ts";
import { qualityFileKind } from "../quality/lint-files.ts";
import { readSlos } from "../slo/read.ts";
import { maxSloBytes, type SloFile, type SloOptions } from "../slo/reading.ts";
import { problemAt } from "../slo/yaml-text.ts";
import { folderReader, local, locatePolicy } from "./folder.ts";

/** An objective, and the rules of the policy that holds it; absent where that writes none, or there is no policy. */
export interface HeldObjective {
  readonly objective: Objective;
  readonly rules: readonly Rule[] | undefined;
}

/** What files say. */
export interface FilesReading {
  readonly objectives: readonly HeldObjective[];
  readonly problems: readonly Problem[];
  /** Files of delivery tools, which hold no objectives and are not read here. */
  readonly gates: readonly SloFile[];
  /** The same, as policies point at them: what keeps them from being used is told with the policy. */
  readonly pointedGates: readonly SloFile[];
}

/** Reads files. Those of other tools are one set, since some refer to each other across files. */
export async function readFiles(
  paths: readonly string[],
  workingDirectory: string,
  options: SloOptions = {},
): Promise<FilesReading> {
  const objectives: HeldObjective[] = [];
  const problems: Problem[] = [];
  const slos: SloFile[] = [];
  const gates: SloFile[] = [];
  const pointedGates: SloFile[] = [];
  for (const path of paths) {
    const { root, file } = locatePolicy(path, workingDirectory);
    const reader = folderReader(root);
    const answer = await reader.file(local, file, "", maxSloBytes);
    const own: FileAnswer = answer.ok ? answer.value : { kind: "absent" };
    if (own.kind !== "file") {
      const [code, message] = unreadWords[own.kind];
      problems.push(problemAt(path, "", { line: 1, column: 1 }, code, "", message));
    } else if (qualityFileKind(own.text) !== undefined) gates.push({ file: path, text: own.text });
    else if (isSlo.test(own.text)) slos.push({ file: path, text: own.text });
    else {
      const reading = await readLocalPolicy(path, own.text, reader);
      objectives.push(...reading.objectives);
      problems.push(...reading.problems);
      pointedGates.push(...reading.pointedGates);
    }
  }
  const read = slos.length === 0 ? { objectives: [], problems: [] } : readSlos(slos, options);
  objectives.push(...read.objectives.map((objective) => ({ objective, rules: undefined })));
  return { objectives, problems: [...problems, ...read.problems], gates, pointedGates };
}

async function readLocalPolicy(
  path: string,
  text: string,
  reader: ReturnType<typeof folderReader>,
): Promise<Omit<FilesReading, "gates">> {
  const draft = readPolicy(path, text);
  const pointed = await readPointed(reader, local, "", draft.paths);
  const byPattern = pointed.ok ? pointed.value.byPattern : new Map<string, Pointed>();
  const reading = assemblePolicy(draft, (one) => byPattern.get(one) ?? missing, anySource);
  const files = [...byPattern.values()].flatMap((one) => (one.kind === "files" ? one.files : []));
  const pointedGates = files.flatMap(({ path: at, file }) =>
    file.kind === "text" && qualityFileKind(file.text) !== undefined ? [{ file: at, text: file.text }] : [],
  );
  if (reading.kind === "unusable") return { objectives: [], problems: reading.problems, pointedGates };
  const { objectives, rules } = reading.policy;
  const held = objectives.map((objective) => ({ objective, rules }));
  return { objectives: held, problems: reading.warnings, pointedGates };
}

/** Which source is asked does not matter here, so every name is taken for it. */
const anySource: PolicySource = { id: "any", named: () => "any" };

const missing: Pointed = { kind: "unread", code: "file_missing", why: "cannot be read" };

/** Every tool's file says which version of which format it is; a policy has a number there. */
const isSlo = /^[ \t"'{[-]*(?:version["']?:[ \t]*["']?prometheus\/|apiVersion["']?:)/m;

const unreadWords = {
  absent: ["file_missing", "is not there or cannot be read; check the path"],
  not_a_file: ["not_a_file", "is not a file; name a policy or an SLO file"],
  too_large: ["too_large", `is larger than ${maxSloBytes / 1024} KB; split it`],
} as const;

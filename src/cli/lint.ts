import type { Problem } from "../domain/problem.ts";
import { readPointed } from "../gate/pointed-files.ts";
import type { FileAnswer } from "../gate/ports.ts";
import { assemblePolicy, readPolicy } from "../policy/parse.ts";
import type { Pointed, PolicySource } from "../policy/pointed.ts";
import { readSlos } from "../slo/read.ts";
import { maxSloBytes } from "../slo/reading.ts";
import { problemAt } from "../slo/yaml-text.ts";
import { exit, type ExitCode } from "./exit.ts";
import { folderReader, local, locatePolicy } from "./folder.ts";
import { type Format, type Output, problemAnnotation, problemText } from "./output.ts";

/** Checks files without asking any Prometheus: our policies, with the files they point at, and SLO files of other tools. */
export async function lint(
  files: readonly string[],
  format: Format,
  workingDirectory: string,
  output: Output,
): Promise<ExitCode> {
  const problems: Problem[] = [];
  for (const file of files) problems.push(...(await lintFile(file, workingDirectory)));
  const errors = problems.filter(({ severity }) => severity === "error").length;
  switch (format) {
    case "text":
      for (const problem of problems) output.out(problemText(problem));
      output.out(summary(files.length, errors, problems.length - errors));
      break;
    case "json":
      output.out(JSON.stringify({ ok: errors === 0, files: files.length, problems }, null, 2));
      break;
    case "github":
      for (const problem of problems) output.out(problemAnnotation(problem));
      break;
  }
  return errors === 0 ? exit.open : exit.held;
}

function summary(files: number, errors: number, warnings: number): string {
  const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
  const found =
    errors + warnings === 0 ? "no problem" : `${count(errors, "error")}, ${count(warnings, "warning")}`;
  return `${count(files, "file")} read: ${found}`;
}

async function lintFile(path: string, workingDirectory: string): Promise<readonly Problem[]> {
  const { root, file } = locatePolicy(path, workingDirectory);
  const reader = folderReader(root);
  const read = async (at: string): Promise<FileAnswer> => {
    const answer = await reader.file(local, at, "", maxSloBytes);
    return answer.ok ? answer.value : { kind: "absent" };
  };
  const own = await read(file);
  if (own.kind !== "file") {
    const [code, message] = unreadWords[own.kind];
    return [problemAt(path, "", { line: 1, column: 1 }, code, "", message)];
  }
  if (isSlo.test(own.text)) return readSlos([{ file: path, text: own.text }]).problems;
  const draft = readPolicy(path, own.text);
  const pointed = await readPointed(reader, local, "", draft.paths);
  const byPattern = pointed.ok ? pointed.value.byPattern : new Map<string, Pointed>();
  const reading = assemblePolicy(draft, (one) => byPattern.get(one) ?? missing, anySource);
  return reading.kind === "usable" ? reading.warnings : reading.problems;
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

import { readFileSync } from "node:fs";
import { type Problem } from "../domain/problem.ts";
import { assemblePolicy, readPolicy } from "../policy/parse.ts";
import { readSloth } from "../slo/sloth.ts";
import { problemAt } from "../slo/yaml-text.ts";
import { exit, type ExitCode } from "./exit.ts";
import { folderReader, locatePolicy } from "./folder.ts";
import { type Format, type Output, problemAnnotation, problemText } from "./output.ts";

/** Checks files without asking any Prometheus: our policies, with the files they point at, and Sloth's. */
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
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [
      problemAt(path, "", { line: 1, column: 1 }, "file_missing", "", "cannot be read; check the path"),
    ];
  }
  if (/^\s*(version:\s*["']?prometheus\/v1|apiVersion:\s*["']?sloth\.slok\.dev\/)/m.test(text))
    return readSloth(path, text).problems;
  const draft = readPolicy(path, text);
  const reader = folderReader(root);
  const texts = new Map<string, string>();
  for (const pointed of draft.paths) {
    const read = await reader.file(
      { id: 0, owner: "", name: "", isPublic: false, installationId: 0 },
      pointed,
      file,
      256 * 1024,
    );
    if (read.ok && read.value.kind === "file") texts.set(pointed, read.value.text);
  }
  const reading = assemblePolicy(draft, (pointed) => texts.get(pointed), draft.dataSource ?? "default");
  return reading.kind === "usable" ? reading.warnings : reading.problems;
}

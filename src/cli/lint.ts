import { lintQualityFiles } from "../quality/lint-files.ts";
import { exit, type ExitCode } from "./exit.ts";
import { count, foundWords, type Format, type Output, problemAnnotation, problemText } from "./output.ts";
import { readFiles } from "./read-files.ts";

/** Checks files without asking any Prometheus: our policies, with the files they point at, SLO files of other tools, and gates of delivery tools. */
export async function lint(
  files: readonly string[],
  format: Format,
  workingDirectory: string,
  output: Output,
): Promise<ExitCode> {
  const read = await readFiles(files, workingDirectory);
  const pointed = read.pointedGates.filter(({ text }) => read.gates.every((gate) => gate.text !== text));
  const warnings = lintQualityFiles(pointed).filter(({ severity }) => severity === "warning");
  const problems = [...read.problems, ...lintQualityFiles(read.gates), ...warnings];
  const errors = problems.filter(({ severity }) => severity === "error").length;
  switch (format) {
    case "text":
      for (const problem of problems) output.out(problemText(problem));
      output.out(`${count(files.length, "file")} read: ${foundWords(errors, problems.length - errors)}`);
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

/** `burngate objectives`: what is understood of files, without asking any Prometheus. */
import { parseArgs } from "node:util";
import { parseDuration } from "../domain/duration.ts";
import type { Problem } from "../domain/problem.ts";
import { objectiveEntry, printObjective } from "../policy/print-objective.ts";
import type { SloFile, SloOptions } from "../slo/reading.ts";
import { problemAt } from "../slo/yaml-text.ts";
import { exit, type ExitCode, UsageError } from "./exit.ts";
import { objectivesHelp } from "./help.ts";
import { count, foundWords, type Output, problemText } from "./output.ts";
import { printable } from "../domain/printable.ts";
import { objectiveText } from "./print-objectives.ts";
import { readFiles } from "./read-files.ts";

/** How objectives are printed: for people, for programs, as entries of a policy. */
const formats = ["text", "json", "yaml"] as const;

/** Runs the command and gives its exit code. Entries of a policy go to `out`, what is wrong with their files beside. */
export async function runObjectives(
  args: readonly string[],
  workingDirectory: string,
  output: Output,
): Promise<ExitCode> {
  const options = {
    format: { type: "string", default: "text" },
    window: { type: "string" },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values, positionals: files } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.help === true) {
    output.out(objectivesHelp);
    return exit.open;
  }
  if (files.length === 0) throw new UsageError("name at least one file; see burngate objectives --help");
  const format = formatOf(values.format);
  const {
    objectives,
    gates,
    problems: told,
  } = await readFiles(files, workingDirectory, optionsOf(values.window));
  const problems = [...told, ...gates.map(noObjectives)];
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const found = `${count(objectives.length, "objective")} in ${count(files.length, "file")}: ${foundWords(errors, problems.length - errors)}`;
  switch (format) {
    case "text": {
      const blocks = objectives.map((one) => printable(objectiveText(one)));
      output.out([...blocks, ...problems.map(problemText), found].join("\n\n"));
      break;
    }
    case "json": {
      const entries = objectives.map(({ objective }) => objectiveEntry(objective));
      const whole = { ok: errors === 0, files: files.length, objectives: entries, problems };
      output.out(JSON.stringify(whole, null, 2));
      break;
    }
    case "yaml":
      if (objectives.length > 0)
        output.out(objectives.map(({ objective }) => printObjective(objective)).join(""));
      output.err([...problems.map(problemText), found].join("\n"));
      break;
  }
  return errors === 0 ? exit.open : exit.held;
}

/** A file that the command is not about. */
function noObjectives({ file, text }: SloFile): Problem {
  const message = "holds no objectives: it is a delivery tool's, which `burngate lint` looks at";
  return problemAt(file, text, { line: 1, column: 1 }, "unsupported_format", "", message);
}

function formatOf(text: string): (typeof formats)[number] {
  const format = formats.find((one) => one === text);
  if (format === undefined) throw new UsageError(`--format wants one of ${formats.join(", ")}`);
  return format;
}

function optionsOf(window: string | undefined): SloOptions {
  if (window === undefined) return {};
  const windowMs = parseDuration(window);
  if (windowMs === undefined) throw new UsageError("--window wants a duration, such as 28d");
  return { windowMs };
}

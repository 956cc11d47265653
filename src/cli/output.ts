import type { Problem } from "../domain/problem.ts";
import { printable } from "../domain/printable.ts";
import { workflowCommand } from "../domain/workflow-command.ts";
import { UsageError } from "./exit.ts";

/** How results are printed. */
const formats = ["text", "json", "github"] as const;

/** One of the formats: for people, for programs, for a GitHub Actions log. */
export type Format = (typeof formats)[number];

/** Reads the option `--format`. */
export function formatOf(text: string): Format {
  const format = formats.find((one) => one === text);
  if (format === undefined) throw new UsageError(`--format wants one of ${formats.join(", ")}`);
  return format;
}

/** Where the command line prints. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
  /** Whether a person sees at once what goes to `err`. */
  readonly isWatched?: boolean;
}

/** A problem for people: place, what and how to mend it, and the line with a caret. */
export function problemText({ file, position, key, message, excerpt, code, severity }: Problem): string {
  const where = `${file}:${position.line}:${position.column}`;
  const what = key === "" ? message : `${key} ${message}`;
  const head = `${where} ${severity}: ${what} [${code}]`;
  return printable(excerpt === "" ? head : `${head}\n${excerpt.replaceAll(/^/gm, "    ")}`);
}

/** A problem as an annotation. */
export function problemAnnotation({ file, position, key, message, severity }: Problem): string {
  return workflowCommand(
    severity,
    { file, line: position.line, col: position.column },
    key === "" ? message : `${key} ${message}`,
  );
}

/** `1 file`, `2 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** How many problems there are, in words. */
export function foundWords(errors: number, warnings: number): string {
  return errors + warnings === 0 ? "no problem" : `${count(errors, "error")}, ${count(warnings, "warning")}`;
}

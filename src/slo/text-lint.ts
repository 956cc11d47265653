/** Mistakes that are seen in a file's text, whatever its format and wherever in it they stand. */
import type { Position, Problem, ProblemCode } from "../domain/problem.ts";
import { problemAt } from "./yaml-text.ts";

interface Mistake {
  readonly pattern: RegExp;
  readonly code: ProblemCode;
  readonly severity: Problem["severity"];
  readonly message: string;
}

const mistakes: readonly Mistake[] = [
  {
    // No version of Sloth ever recorded it, and articles name it all the same.
    pattern: /slo:error_budget_burn_rate[\w:]*/,
    code: "no_such_series",
    severity: "warning",
    message:
      "is a series that no tool records; Sloth's are `slo:sli_error:ratio_rate1h` (a ratio) and `slo:current_burn_rate:ratio`",
  },
  {
    pattern: /\{\{-?\s*(?:\.Values|\.Release|include|template)\b/,
    code: "unrendered_template",
    severity: "error",
    message: "is a Helm template that nobody has rendered; point at the rendered file",
  },
];

/** The first of each kind of mistake. */
export function textLints(file: string, text: string): readonly Problem[] {
  return mistakes.flatMap(({ pattern, code, severity, message }) => {
    const index = pattern.exec(text)?.index;
    return index === undefined
      ? []
      : [problemAt(file, text, positionAt(text, index), code, "", message, severity)];
  });
}

function positionAt(text: string, index: number): Position {
  const before = text.slice(0, index);
  const line = before.split("\n").length;
  return { line, column: index - before.lastIndexOf("\n") };
}

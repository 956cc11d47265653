/** Mistakes that are seen in a file's text, whatever its format and wherever in it they stand. */
import type { Problem, ProblemCode } from "../domain/problem.ts";
import { problemAt } from "./yaml-text.ts";

interface Mistake {
  readonly pattern: RegExp;
  readonly code: ProblemCode;
  readonly severity: Problem["severity"];
  readonly message: string;
}

const unrendered = "is a Helm template that nobody has rendered; point at the rendered file";

/** What Helm writes around its values. Annotations of alerts may hold these words too, for Prometheus to render. */
const control = /\{\{-? {0,20}(?:if|else|end|range|with|define|block|template)\b/;

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
    // Helm's objects and functions, and its way to write `{{` itself; Prometheus' own templates have none of these.
    pattern:
      /\{\{-? {0,20}(?:["`]\{\{|\$?\.(?:Values|Release|Chart|Capabilities|Files)\b|(?:include|tpl|toYaml) )/,
    code: "unrendered_template",
    severity: "error",
    message: unrendered,
  },
];

/** The first of each kind of mistake. Comments are passed over. */
export function textLints(file: string, text: string): readonly Problem[] {
  const lines = text.split("\n").map(withoutComment);
  return mistakes.flatMap(({ pattern, code, severity, message }) => {
    const index = lines.findIndex((line) => pattern.test(line));
    const column = lines[index]?.search(pattern);
    if (column === undefined) return [];
    const position = { line: index + 1, column: column + 1 };
    return [problemAt(file, text, position, code, "", message, severity)];
  });
}

/** Of a text that is no YAML, the one cause of all its problems where that is a template of Helm's. */
export function templateFault(text: string, [fault]: readonly Problem[]): Problem | undefined {
  if (fault === undefined || !control.test(text)) return undefined;
  return { ...fault, code: "unrendered_template", message: unrendered };
}

/** A line up to the `#` that begins a comment. In a text in quotes it may begin none; then too little is looked at. */
function withoutComment(line: string): string {
  const at = line.search(/(?:^|\s)#/);
  return at < 0 ? line : line.slice(0, at);
}

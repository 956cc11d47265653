/**
 * Steps of a GitHub Actions workflow that ask a Prometheus in shell and compare what comes: what such a step lets pass.
 *
 * Keeps: only the texts of `run` are looked at, line by line; what a shell makes of them is not told from more than that.
 */
import type { Problem, ProblemCode } from "../domain/problem.ts";
import { metricIn } from "../slo/promql.ts";
import { itemsOfList, nothingTold, type Place, rootOf, textAt, under } from "../slo/place.ts";
import { problemAt, readYaml } from "../slo/yaml-text.ts";
import { maxSloBytes } from "../slo/reading.ts";

const cure = "ask `burngate check` or the action instead";

interface Mistake {
  readonly pattern: RegExp;
  readonly code: ProblemCode;
  readonly message: (found: RegExpExecArray) => string | undefined;
}

const mistakes: readonly Mistake[] = [
  {
    pattern: /\|\s*bc\b|\bbc\s+(?:-l\s*)?<<</,
    code: "passes_without_data",
    message: () =>
      `compares with \`bc\`, to which NaN and an empty answer are no numbers: the comparison is not true, and the step goes on to deploy; ${cure}`,
  },
  {
    pattern: /\bcurl\b(?![^|]*(?:\s-[a-zA-Z]*f|--fail))/,
    code: "passes_without_data",
    message: () => `calls \`curl\` without \`--fail\`, so an error page is read as an answer; ${cure}`,
  },
  {
    pattern: /\.result\[0\]/,
    code: "any_series",
    message: () =>
      `takes the first of however many series there are, in no order; aggregate them, or ${cure}`,
  },
  {
    pattern: /\bquery=["']?([a-zA-Z_:][\w:]*)(\{|%7B)?/,
    code: "any_series",
    message: ([, metric = "", brace]) =>
      brace === undefined && !/^(?:sum|avg|min|max|count|scalar|vector|topk|histogram_quantile)$/.test(metric)
        ? `asks for \`${metricIn(metric)}\` without a label, so for every service's; add labels, or ${cure}`
        : undefined,
  },
];

/** Whether a text is a workflow, by its keys. */
export function isWorkflow(text: string): boolean {
  return /^["']?on["']?:/m.test(text) && /^jobs:/m.test(text);
}

/** Lints a workflow. Steps that ask no Prometheus are nobody's business. */
export function lintWorkflow(file: string, text: string): readonly Problem[] {
  const { documents, problems } = readYaml(file, text, { maxBytes: maxSloBytes, maxDocuments: 1 });
  const [document] = documents;
  if (document === undefined) return problems;
  const lines = text.split("\n");
  const jobs = under(rootOf(document, nothingTold()), "jobs");
  const names = typeof jobs.value === "object" && jobs.value !== null ? Object.keys(jobs.value) : [];
  return names
    .flatMap((name) => itemsOfList(under(jobs, name, "steps")))
    .flatMap((step) => lintStep(under(step, "run"), file, text, lines));
}

function lintStep(run: Place, file: string, text: string, lines: readonly string[]): readonly Problem[] {
  const script = textAt(run);
  if (script === undefined || !/\/api\/v1\/query\b/.test(script)) return [];
  const from = run.document.at(run.path).line - 1;
  const length = script.split("\n").length + 1;
  return mistakes.flatMap(({ pattern, code, message }) => {
    for (let index = from; index < Math.min(lines.length, from + length); index += 1) {
      const line = lines[index] ?? "";
      const found = line.trimStart().startsWith("#") ? null : pattern.exec(line.slice(0, 2000));
      const said = found === null ? undefined : message(found);
      if (found !== null && said !== undefined)
        return [
          problemAt(file, text, { line: index + 1, column: found.index + 1 }, code, "run", said, "warning"),
        ];
    }
    return [];
  });
}

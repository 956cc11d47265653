import type { z } from "zod";
import { type Problem, type ProblemCode, problemCodes } from "../domain/problem.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** A document as a schema wants it, or everything that keeps it from that, each with its place. */
export type Shaped<T> =
  | { readonly kind: "shaped"; readonly value: T }
  | { readonly kind: "misshapen"; readonly problems: readonly Problem[] };

/**
 * So many problems are told at most: nobody reads more, and a hostile file could hold tens of thousands.
 * [T33]
 */
const maxProblems = 100;

/** Holds a document against a schema and reports every problem in one pass. */
export function shape<T>(document: YamlDocument, schema: z.ZodType<T>): Shaped<T> {
  const result = schema.safeParse(document.value);
  if (result.success) return { kind: "shaped", value: result.data };
  const problems: Problem[] = [];
  for (const issue of result.error.issues) {
    if (problems.length < maxProblems) problems.push(...problemsOf(document, issue, []));
  }
  return { kind: "misshapen", problems: problems.slice(0, maxProblems) };
}

/**
 * Makes a schema's own check speak with a problem code: `ctx.issues.push(fault("bad_target", ctx.value,
 * "…"))`.
 */
export function fault(
  code: ProblemCode,
  input: unknown,
  message: string,
  path: PropertyKey[] = [],
): z.core.$ZodRawIssue {
  return { code: "custom", input, message, path, params: { code } };
}

function problemsOf(
  document: YamlDocument,
  issue: z.core.$ZodIssue,
  parents: readonly PropertyKey[],
): readonly Problem[] {
  const path = [...parents, ...issue.path];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys
        .slice(0, maxProblems)
        .map((key) =>
          document.problem(
            "unknown_key",
            [...path, key],
            `\`${key}\` is not a key here; look for a typing mistake`,
          ),
        );
    case "invalid_type":
      return issue.input === undefined && !isPresent(document, path)
        ? [document.problem("missing_key", path, `\`${String(path.at(-1) ?? "the file")}\` is missing`)]
        : [document.problem("wrong_type", path, `must be ${article(issue.expected)}`)];
    case "invalid_value":
      return isPresent(document, path)
        ? [
            document.problem(
              "wrong_value",
              path,
              `must be one of ${issue.values.map((value) => `\`${String(value)}\``).join(", ")}`,
            ),
          ]
        : [document.problem("missing_key", path, `\`${String(path.at(-1))}\` is missing`)];
    case "invalid_union": {
      // The alternative with the fewest wrong keys is the one that was meant; the others only say that they
      // were not.
      const [best] = issue.errors.toSorted((a, b) => wrongKeys(a) - wrongKeys(b));
      return best === undefined
        ? [document.problem("wrong_value", path, issue.message)]
        : best.flatMap((inner) => problemsOf(document, inner, path));
    }
    case "too_small":
    case "too_big":
      return [
        document.problem(
          issue.code === "too_big" && issue.origin === "array" ? "too_many" : "wrong_value",
          path,
          sizeWords(issue),
        ),
      ];
    case "custom": {
      const code = problemCodes.find((one) => one === issue.params?.["code"]);
      return [document.problem(code ?? "wrong_value", path, issue.message)];
    }
    case "invalid_format":
    case "invalid_key":
    case "invalid_element":
    case "not_multiple_of":
      return [document.problem("wrong_value", path, issue.message)];
  }
}

function sizeWords(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): string {
  const [verb, limit] = issue.code === "too_big" ? ["at most", issue.maximum] : ["at least", issue.minimum];
  if (issue.origin === "string") return `must have ${verb} ${limit} character${limit === 1 ? "" : "s"}`;
  if (issue.origin === "array") return `must have ${verb} ${limit} ${limit === 1 ? "entry" : "entries"}`;
  if (issue.inclusive === false) return `must be ${issue.code === "too_big" ? "below" : "above"} ${limit}`;
  return `must be ${verb} ${limit}`;
}

/** A value that is wrong as a whole weighs more than keys of it that are. */
function wrongKeys(issues: readonly z.core.$ZodIssue[]): number {
  const weight = (issue: z.core.$ZodIssue): number =>
    issue.code === "unrecognized_keys" ? 2 * issue.keys.length : issue.path.length === 0 ? 3 : 1;
  return issues.reduce((sum, issue) => sum + weight(issue), 0);
}

function isPresent(document: YamlDocument, path: readonly PropertyKey[]): boolean {
  let value: unknown = document.value;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return false;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return true;
}

function article(expected: string): string {
  const words: Record<string, string> = {
    object: "a mapping",
    array: "a list",
    string: "text",
    number: "a number",
    boolean: "true or false",
  };
  return words[expected] ?? `a ${expected}`;
}

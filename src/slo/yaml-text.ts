/**
 * YAML as an attacker may write it. [T33]
 *
 * Wants: plain data with a position for every key, or problems; never a crash, never a surprise.
 * Keeps: YAML 1.2 core schema, so `yes` is text and `<<` is a key; no anchors, aliases or tags of one's own;
 * every key once; none named like a JavaScript prototype; bounded size and depth.
 * Leaves out: meaning. Readers shape the data and ask `at` where a key stands.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import type { Position, Problem, ProblemCode } from "../domain/problem.ts";

/** One YAML document as plain data that remembers its places. */
export interface YamlDocument {
  readonly value: unknown;
  /** The place of a key's value, or of the nearest parent that exists. */
  at(path: readonly PropertyKey[]): Position;
  /** A problem at a key of this document, its excerpt included. */
  problem(
    code: ProblemCode,
    path: readonly PropertyKey[],
    message: string,
    severity?: Problem["severity"],
  ): Problem;
}

/** What a text may be at most. */
export interface YamlLimits {
  readonly maxBytes: number;
  readonly maxDocuments: number;
}

const maxDepth = 20;
const maxFaults = 20;
const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"]);

/** Reads a YAML or JSON text. Documents are given only when the text has no problem. */
export function readYaml(
  file: string,
  text: string,
  limits: YamlLimits,
): { readonly documents: readonly YamlDocument[]; readonly problems: readonly Problem[] } {
  const start: Position = { line: 1, column: 1 };
  const whole = (code: ProblemCode, message: string): Problem =>
    problemAt(file, text, start, code, "", message);
  if (Buffer.byteLength(text) > limits.maxBytes) {
    return {
      documents: [],
      problems: [whole("too_large", `is larger than ${limits.maxBytes / 1024} KB; split it`)],
    };
  }
  const lines = new LineCounter();
  const result = parseAllDocuments(text, {
    lineCounter: lines,
    schema: "core",
    // Else `!!binary`, `!!set` and their kin would be read although the core schema does not have them.
    resolveKnownTags: false,
    version: "1.2",
    // The parser's own look for double keys takes time quadratic in their number; `forbidden` looks in linear
    // time.
    uniqueKeys: false,
    // Excerpts of its own for every error take quadratic time too; `problemAt` makes ours for the first few.
    prettyErrors: false,
    logLevel: "silent",
  });
  const parsed: readonly Document.Parsed[] = "empty" in result ? [] : result;
  if (parsed.length === 0) return { documents: [], problems: [whole("not_yaml", "is empty")] };
  if (parsed.length > limits.maxDocuments) {
    return {
      documents: [],
      problems: [
        whole("several_documents", `holds ${parsed.length} YAML documents; ${limits.maxDocuments} at most`),
      ],
    };
  }
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  // The parser recurses and reports an exhausted stack as one error a level; one is enough.
  if (parsed.some((document) => document.errors.some((error) => error.message.includes("call stack")))) {
    return { documents: [], problems: [whole("too_deep", `is nested deeper than ${maxDepth} levels`)] };
  }
  const problems = parsed.flatMap((document) => [
    ...[...document.errors, ...document.warnings]
      .slice(0, maxFaults)
      .map((error) => problemAt(file, text, place(error.pos[0]), "not_yaml", "", firstLine(error.message))),
    ...forbidden(document).map(({ code, message, offset }) =>
      problemAt(file, text, place(offset), code, "", message),
    ),
  ]);
  if (problems.length > 0) return { documents: [], problems };
  return { documents: parsed.map((document) => documentOf(file, text, document, place)), problems: [] };
}

function documentOf(
  file: string,
  text: string,
  document: Document.Parsed,
  place: (offset: number) => Position,
): YamlDocument {
  const at = (path: readonly PropertyKey[]): Position => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      const offset = offsetOf(node);
      if (offset !== undefined) return place(offset);
    }
    return { line: 1, column: 1 };
  };
  return {
    value: document.toJS({ maxAliasCount: 0 }) as unknown,
    at,
    problem: (code, path, message, severity = "error") => {
      const position = code === "unknown_key" ? keyPlace(document, path, place) : undefined;
      return problemAt(file, text, position ?? at(path), code, keyText(path), message, severity);
    },
  };
}

/** Where the key itself stands, for a key that should not be there at all. */
function keyPlace(
  document: Document.Parsed,
  path: readonly PropertyKey[],
  place: (offset: number) => Position,
): Position | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
    : undefined;
  const offset = offsetOf(pair?.key);
  return offset === undefined ? undefined : place(offset);
}

function offsetOf(node: unknown): number | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) ? node.range?.[0] : undefined;
}

function forbidden(document: Document.Parsed): { code: ProblemCode; message: string; offset: number }[] {
  const found: { code: ProblemCode; message: string; offset: number }[] = [];
  const offset = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;
  visit(document, {
    Node(_, node, path) {
      if ([...path, node].filter((one) => isMap(one) || isSeq(one)).length > maxDepth) {
        found.push({
          code: "too_deep",
          message: `is nested deeper than ${maxDepth} levels`,
          offset: offset(node),
        });
        return visit.BREAK;
      }
      if (isAlias(node) || ("anchor" in node && node.anchor !== undefined)) {
        found.push({
          code: "alias",
          message: "anchors and aliases are not read; write the value out",
          offset: offset(node),
        });
        return visit.BREAK;
      }
      for (const key of isMap(node) ? doubleKeys(node) : []) {
        found.push({ code: "duplicate_key", message: "is written twice; keep one", offset: offset(key) });
      }
      return found.length < maxFaults ? undefined : visit.BREAK;
    },
    Pair(_, pair) {
      if (isScalar(pair.key) && typeof pair.key.value === "string" && !forbiddenKeys.has(pair.key.value))
        return undefined;
      found.push({
        code: "forbidden_key",
        message: "is not a key that a file may use",
        offset: offset(pair.key),
      });
      return found.length < maxFaults ? undefined : visit.BREAK;
    },
  });
  return found;
}

function doubleKeys(map: YAMLMap): readonly Scalar[] {
  const seen = new Set<unknown>();
  const isDouble = ({ value }: Scalar): boolean => seen.size === seen.add(value).size;
  return map.items
    .flatMap(({ key }) => (isScalar(key) ? [key] : []))
    .filter(isDouble)
    .slice(0, maxFaults);
}

/** A key's path as people write it: `objectives[0].sli.error_query`. */
function keyText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : index === 0 ? String(part) : `.${String(part)}`,
    )
    .join("");
}

/** A problem at a place, with the line it is on and a caret below the column. */
export function problemAt(
  file: string,
  text: string,
  position: Position,
  code: ProblemCode,
  key: string,
  message: string,
  severity: Problem["severity"] = "error",
): Problem {
  const line = lineAt(text, position.line);
  const from = Math.max(0, position.column - 81);
  const shown = line.slice(from, from + 160).replaceAll(/\p{Cc}/gu, " ");
  const gutter = `${position.line} | `;
  const excerpt =
    shown.trim() === ""
      ? ""
      : `${gutter}${shown}\n${" ".repeat(gutter.length + position.column - 1 - from)}^`;
  return { code, severity, file, key, message, position, excerpt };
}

function lineAt(text: string, number: number): string {
  let from = 0;
  for (let line = 1; line < number; line += 1) {
    const end = text.indexOf("\n", from);
    if (end < 0) return "";
    from = end + 1;
  }
  const end = text.indexOf("\n", from);
  return text.slice(from, end < 0 ? undefined : end).replace(/\r$/, "");
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}

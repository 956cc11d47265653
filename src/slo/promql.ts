/**
 * What we ask of a PromQL text before it may reach a Prometheus: that it is one whole expression. The grammar
 * is Prometheus' own (`@prometheus-io/lezer-promql`). Because every expression is whole by itself, wrapping
 * it in parentheses cannot be escaped. [T28] Types are not checked: `rate(x)` parses, and Prometheus will say
 * what is wrong with it.
 */
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";

/** The longest expression we read, in characters. */
export const maxQueryLength = 8192;

const closedString = /^(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)$/;

/** A syntax error: where it is, as an offset into the text, and what is wrong. */
export interface PromqlFault {
  readonly offset: number;
  readonly message: string;
}

/** The first thing that keeps a text from being one PromQL expression, or `undefined` when it is one. */
export function promqlFault(query: string): PromqlFault | undefined {
  if (query.length > maxQueryLength)
    return { offset: maxQueryLength, message: `is longer than ${maxQueryLength} characters` };
  if (query.trim() === "") return { offset: 0, message: "is empty" };
  // Prometheus ends a comment at it and this grammar does not, so what follows would not have been looked at.
  const carriageReturn = query.indexOf("\r");
  if (carriageReturn >= 0) return { offset: carriageReturn, message: "holds a carriage return" };
  let offset: number | undefined;
  parser.parse(query).iterate({
    enter(node) {
      // The grammar is made for editors and takes a string that was never closed for a string.
      const isOpen = node.name === "StringLiteral" && !closedString.test(query.slice(node.from, node.to));
      if (node.type.isError || isOpen) offset ??= node.from;
      return offset === undefined;
    },
  });
  if (offset === undefined) return undefined;
  const rest = query.slice(offset, offset + 20).trim();
  return { offset, message: rest === "" ? "ends too early" : `cannot be read from \`${rest}\` on` };
}

/** The text without its comments. */
export function withoutComments(query: string): string {
  let text = "";
  let from = 0;
  parser.parse(query).iterate({
    enter(node) {
      if (node.name !== "LineComment") return;
      text += query.slice(from, node.from);
      from = node.to;
    },
  });
  return text + query.slice(from);
}

/**
 * The distinct instant selectors of an expression, as text and without their ranges, in order of appearance.
 */
export function selectorsIn(query: string): readonly string[] {
  const selectors = new Set<string>();
  parser.parse(query).iterate({
    enter(node) {
      if (node.name !== "VectorSelector") return;
      selectors.add(selectorText(node.node, query));
    },
  });
  return [...selectors];
}

/** The name of the metric that a selector takes, or the whole selector where it names none. */
export function metricIn(selector: string): string {
  const found = /^[a-zA-Z_:][\w:]*/.exec(selector) ?? /__name__\s*=\s*["']([\w:]+)["']/.exec(selector);
  return found?.[1] ?? found?.[0] ?? selector;
}

function selectorText(node: SyntaxNode, query: string): string {
  return query.slice(node.from, node.to).trim();
}

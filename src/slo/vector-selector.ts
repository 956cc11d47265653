/** A plain vector selector, `name{label="value", …}`, taken apart and put together again. */
import { parser } from "@prometheus-io/lezer-promql";
import { promqlString } from "./selector.ts";

/** One matcher of a selector. */
export interface Matcher {
  readonly name: string;
  readonly op: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

/** A metric and what its labels must be. */
export interface VectorSelector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

/** Reads a selector; `undefined` for any other expression: functions, ranges, offsets, operators. */
export function parseSelector(text: string): VectorSelector | undefined {
  if (text.length > 4096 || text.includes("{{")) return undefined;
  const shape = /^\s*([a-zA-Z_:][\w:]*)\s*(?:\{([^]*)\}\s*)?$/.exec(text);
  const metric = shape?.[1];
  if (metric === undefined) return undefined;
  const matchers: Matcher[] = [];
  let isPlain = true;
  parser.parse(text).iterate({
    enter({ name, type, node, from, to }) {
      if (type.isError) isPlain = false;
      if (!known.has(name)) isPlain = false;
      if (name !== "UnquotedLabelMatcher") return;
      const part = (kind: string): string => {
        const child = node.getChild(kind);
        return child === null ? "" : text.slice(child.from, child.to);
      };
      const op = part("MatchOp");
      const value = unquoted(part("StringLiteral"));
      const label = part("LabelName");
      // The metric has a name already; Prometheus refuses a second one.
      if (value === undefined || !isOp(op) || label === "__name__") isPlain = false;
      else matchers.push({ name: label, op, value });
      if (to <= from) isPlain = false;
    },
  });
  return isPlain ? { metric, matchers } : undefined;
}

const known: ReadonlySet<string> = new Set([
  "PromQL",
  "VectorSelector",
  "Identifier",
  "LabelMatchers",
  "UnquotedLabelMatcher",
  "LabelName",
  "MatchOp",
  "EqlSingle",
  "Neq",
  "EqlRegex",
  "NeqRegex",
  "StringLiteral",
]);

function isOp(text: string): text is Matcher["op"] {
  return text === "=" || text === "!=" || text === "=~" || text === "!~";
}

/**
 * The value of a string literal. Escapes are those of Go that anybody writes in a label's value; others are refused.
 * https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals
 */
function unquoted(literal: string): string | undefined {
  const quote = literal[0];
  if (literal.length < 2 || quote !== literal.at(-1)) return undefined;
  const inner = literal.slice(1, -1);
  if (quote === "`") return inner;
  let isWhole = true;
  const value = inner.replaceAll(/\\(.)/gs, (_, letter: string) => {
    const meant = { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', "'": "'" }[letter];
    if (meant === undefined) isWhole = false;
    return meant ?? "";
  });
  return isWhole ? value : undefined;
}

/** The selector as text, matchers in order of their text, as Prometheus tools print them. */
export function selectorText(metric: string, matchers: readonly Matcher[]): string {
  if (matchers.length === 0) return metric;
  const texts = matchers.map(({ name, op, value }) => `${name}${op}${promqlString(value)}`);
  return `${metric}{${texts.toSorted().join(",")}}`;
}

/**
 * The queries of OpenSLO files as templates with a window.
 *
 * Wants: OpenSLO says what a query's value is (`counter`, `rawType`, a threshold) and leaves to the implementer how it
 * is taken over a window. A query that already says so, with Sloth's `{{.window}}`, is taken as it is written.
 * Keeps: no part of a query can leave the parentheses that it is put into: each is one whole expression. [T28]
 */
import { parseQueryTemplate, type QueryTemplate } from "../domain/query-template.ts";
import { parser } from "@prometheus-io/lezer-promql";
import { maxQueryLength, promqlFault, withoutComments } from "./promql.ts";
import { checkQuery } from "./query.ts";

/** What the value of a query is. */
export type ValueKind =
  /** A number that only grows. */
  | { readonly kind: "counter" }
  /** How many events there are at each moment. */
  | { readonly kind: "amount" }
  /** A ratio at each moment, of good events (`success`) or of bad ones. */
  | { readonly kind: "ratio"; readonly of: "success" | "failure" }
  /** A number that is good while it compares so to `value`. */
  | { readonly kind: "threshold"; readonly op: ">" | ">=" | "<" | "<="; readonly value: number };

/** A query over a window, and what is to be said of it; or why there is none, as the end of a sentence. */
export type Windowed =
  | { readonly query: QueryTemplate; readonly remark?: string }
  | { readonly query: undefined; readonly why: string };

const hole = "{{.window}}";
/** How often a value that is no counter is looked at. */
const step = "1m";

/** A query over a window: events for a counter and an amount, an error ratio for a ratio and a threshold. */
export function windowed(text: string, value: ValueKind): Windowed {
  if (parseQueryTemplate(text) !== "no_window") return byItsOwnHole(text, value);
  const fault = promqlFault(text);
  if (fault !== undefined) return { query: undefined, why: `is not PromQL: ${fault.message}` };
  const query = withoutComments(text).trim();
  switch (value.kind) {
    case "counter":
      return counted(query);
    case "amount":
      return checked(`sum_over_time((${query})[${hole}:${step}])`);
    case "ratio": {
      const mean = `avg_over_time((${query})[${hole}:${step}])`;
      return checked(value.of === "failure" ? mean : `1 - ${mean}`);
    }
    case "threshold":
      return checked(`1 - avg_over_time(((${query}) ${value.op} bool ${value.value})[${hole}:${step}])`);
  }
}

/** Whether a query begins with `1 - …`, as the share of what is not. */
export function isComplement(text: string): boolean {
  if (text.length > maxQueryLength) return false;
  const query = withoutComments(text.replaceAll(/\{\{-?\s*\.?window\s*-?\}\}/g, "5m"));
  const node = parser.parse(query).topNode.firstChild;
  const left = node?.firstChild;
  return (
    node?.name === "BinaryExpr" &&
    left?.nextSibling?.name === "Sub" &&
    Number(query.slice(left.from, left.to)) === 1
  );
}

function byItsOwnHole(text: string, value: ValueKind): Windowed {
  const own = checked(text);
  if (own.query === undefined || value.kind === "counter" || value.kind === "amount") return own;
  // A comment at the end would take the parenthesis with it.
  const inner = text.includes("#") ? `\n${text}\n` : text.trim();
  if (value.kind === "ratio") return value.of === "failure" ? own : checked(`1 - (${inner})`);
  return checked(`1 - ((${inner}) ${value.op} bool ${value.value})`);
}

/** What a counter grew by. Only a counter itself can be watched for its resets, so a sum is taken of the growth. */
function counted(query: string): Windowed {
  const expression = parser.parse(query).topNode.firstChild;
  if (expression?.name === "VectorSelector") return checked(`sum(increase(${query}[${hole}]))`);
  const selector = expression?.name === "AggregateExpr" ? summedSelector(expression) : undefined;
  if (selector !== undefined) {
    const { from, to } = selector;
    return checked(`${query.slice(0, from)}increase(${query.slice(from, to)}[${hole}])${query.slice(to)}`);
  }
  if (hasOwnRange(query))
    return {
      query: undefined,
      why: `has a range of its own, so it cannot be asked over another window; write \`${hole}\` as the range`,
    };
  const remark = `is no plain sum of a counter, so resets of single series are not seen; write \`${hole}\` where the window goes`;
  const found = checked(`increase((${query})[${hole}:${step}])`);
  return found.query === undefined ? found : { ...found, remark };
}

type Node = ReturnType<typeof parser.parse>["topNode"];

function summedSelector(aggregate: Node): Node | undefined {
  const isSum = aggregate.getChild("AggregateOp")?.firstChild?.name === "Sum";
  const isWithout = aggregate.getChild("AggregateModifier")?.firstChild?.name === "Without";
  const body = aggregate.getChild("FunctionCallBody")?.firstChild;
  return isSum && !isWithout && body?.name === "VectorSelector" ? body : undefined;
}

function hasOwnRange(query: string): boolean {
  let isFound = false;
  parser.parse(query).iterate({
    enter({ name }) {
      isFound ||= name === "MatrixSelector" || name === "SubqueryExpr";
      return !isFound;
    },
  });
  return isFound;
}

function checked(text: string): Windowed {
  const query = checkQuery(text);
  return typeof query === "string" ? { query: undefined, why: query } : { query };
}

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

/** A text that is one whole expression, comments aside. */
export interface WholeQuery {
  readonly text: string;
  /** The query as it is written, where it says itself where the window goes. */
  readonly template: QueryTemplate | undefined;
}

/** What cannot be, as the end of a sentence. */
export interface Unfit {
  readonly why: string;
}

/** A query over a window, and what is to be said of it. */
export interface Windowed {
  readonly query: QueryTemplate;
  readonly remark?: string;
}

const hole = "{{.window}}";
/** How often a value that is no counter is looked at. */
const step = "1m";

/** Reads a query. It is parsed here once, however many objectives put it into an expression. */
export function wholeQuery(text: string): WholeQuery | Unfit {
  if (parseQueryTemplate(text) !== "no_window") {
    const template = checkQuery(text);
    if (typeof template === "string") return { why: template };
    // A comment at the end would take the parenthesis with it.
    return { text: text.includes("#") ? `\n${text}\n` : text.trim(), template };
  }
  const fault = promqlFault(text);
  if (fault !== undefined) return { why: `is not PromQL: ${fault.message}` };
  return { text: withoutComments(text).trim(), template: undefined };
}

/** A query over a window: events for a counter and an amount, an error ratio for a ratio and a threshold. */
export function windowed({ text, template }: WholeQuery, value: ValueKind): Windowed | Unfit {
  switch (value.kind) {
    case "counter":
      return template === undefined ? counted(text) : { query: template };
    case "amount":
      return template === undefined
        ? fitted(`sum_over_time((${text})[${hole}:${step}])`)
        : { query: template };
    case "ratio": {
      if (template !== undefined)
        return value.of === "failure" ? { query: template } : fitted(`1 - (${text})`);
      const mean = `avg_over_time((${text})[${hole}:${step}])`;
      return fitted(value.of === "failure" ? mean : `1 - ${mean}`);
    }
    case "threshold": {
      const isGood = `(${text}) ${value.op} bool ${value.value}`;
      return fitted(
        template === undefined ? `1 - avg_over_time((${isGood})[${hole}:${step}])` : `1 - (${isGood})`,
      );
    }
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

/** What a counter grew by. Only a counter itself can be watched for its resets, so a sum is taken of the growth. */
function counted(query: string): Windowed | Unfit {
  const expression = parser.parse(query).topNode.firstChild;
  if (expression?.name === "VectorSelector") return fitted(`sum(increase(${query}[${hole}]))`);
  const selector = expression?.name === "AggregateExpr" ? summedSelector(expression) : undefined;
  if (selector !== undefined) {
    const { from, to } = selector;
    return fitted(`${query.slice(0, from)}increase(${query.slice(from, to)}[${hole}])${query.slice(to)}`);
  }
  if (hasOwnRange(query))
    return {
      why: `has a range of its own, so it cannot be asked over another window; write \`${hole}\` as the range`,
    };
  const remark = `is no plain sum of a counter, so resets of single series are not seen; write \`${hole}\` where the window goes`;
  return { ...fitted(`increase((${query})[${hole}:${step}])`), remark };
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

/** An expression around a whole query, which needs no second look. */
function fitted(text: string): Windowed | Unfit {
  const query = parseQueryTemplate(text);
  if (typeof query === "string")
    return { why: "holds a placeholder other than `{{.window}}`; render it first" };
  return text.length > maxQueryLength ? { why: `is longer than ${maxQueryLength} characters` } : { query };
}

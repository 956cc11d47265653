/** How many series an expression gives, as far as its text tells. */
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";

/** `some`: as many as its labels leave. `any`: of whatever there is, since no label is asked for. */
export type SeriesCount = "scalar" | "one" | "some" | "any";

/** Counts the series of an expression that can be parsed. */
export function seriesCount(query: string): SeriesCount {
  const top = parser.parse(query).topNode.firstChild;
  return top === null ? "some" : countOf(top, query);
}

function countOf(node: SyntaxNode, query: string): SeriesCount {
  switch (node.name) {
    case "NumberDurationLiteral":
    case "NumberDurationLiteralInDurationContext":
    case "StringLiteral":
      return "scalar";
    case "VectorSelector":
      return /\{\s*[^}\s]/.test(query.slice(node.from, node.to)) ? "some" : "any";
    case "AggregateExpr":
      return ofAggregate(node, query);
    case "FunctionCall":
      return ofCall(node, query);
    case "BinaryExpr": {
      const [left, right] = [node.firstChild, node.lastChild].map((one) =>
        one === null ? "some" : countOf(one, query),
      );
      if (left === undefined || right === undefined) return "some";
      if (left === "scalar") return right;
      if (right === "scalar") return left;
      // What is matched with one series is one, but for `or`, which adds.
      if (node.getChild("Or") !== null && (left !== "one" || right !== "one"))
        return left === "any" || right === "any" ? "any" : "some";
      if (left === "one" || right === "one") return "one";
      return left === "any" && right === "any" ? "any" : "some";
    }
    default:
      return ofInner(node, query);
  }
}

function ofAggregate(node: SyntaxNode, query: string): SeriesCount {
  const operation = node.firstChild;
  const modifier = node.getChild("AggregateModifier");
  const isPart =
    operation !== null && /^(?:topk|bottomk|limitk|limit_ratio|count_values)$/.test(textOf(operation, query));
  const isWhole = modifier === null || /^by\s*\(\s*\)$/.test(textOf(modifier, query));
  if (isWhole && !isPart) return "one";
  const body = node.getChild("FunctionCallBody");
  return body === null ? "some" : ofInner(body, query);
}

function ofCall(node: SyntaxNode, query: string): SeriesCount {
  const name = node.firstChild === null ? "" : textOf(node.firstChild, query);
  if (name === "scalar" || name === "time" || name === "pi") return "scalar";
  if (/^(?:vector|absent|absent_over_time)$/.test(name)) return "one";
  const body = node.getChild("FunctionCallBody");
  if (body === null) return "some";
  const last = body.lastChild;
  const modifier = last?.name === "AggregateExpr" ? last.getChild("AggregateModifier") : null;
  const isOfBuckets = modifier !== null && /^by\s*\(\s*le\s*,?\s*\)$/.test(textOf(modifier, query));
  return name === "histogram_quantile" && isOfBuckets ? "one" : ofInner(body, query);
}

/** The count of the first part that is not a number. */
function ofInner(node: SyntaxNode, query: string): SeriesCount {
  let count: SeriesCount = "some";
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (!/(?:Expr|Selector|Call|Literal)$/.test(child.name)) continue;
    count = countOf(child, query);
    if (count !== "scalar") return count;
  }
  return count;
}

function textOf(node: SyntaxNode, query: string): string {
  return query.slice(node.from, node.to);
}

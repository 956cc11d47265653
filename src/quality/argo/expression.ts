/**
 * A condition of an AnalysisTemplate, parsed: the part of Argo's expression language that people write
 * (https://expr-lang.org/docs/language-definition). jsep is the parser; what it gives is taken over node by node, so that what we do
 * not know is refused and never guessed.
 */
import jsep from "jsep";
import { separatorFault } from "./tokens.ts";

/** An expression. */
export type Node =
  | { readonly kind: "number"; readonly value: number; readonly isWhole: boolean }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "truth"; readonly value: boolean }
  | { readonly kind: "nil" }
  | { readonly kind: "name"; readonly name: string }
  /** What a predicate looks at, `#`. */
  | { readonly kind: "element" }
  | { readonly kind: "list"; readonly items: readonly Node[] }
  | { readonly kind: "field"; readonly of: Node; readonly name: string }
  | { readonly kind: "index"; readonly of: Node; readonly at: Node }
  | { readonly kind: "not"; readonly of: Node }
  | { readonly kind: "sign"; readonly sign: "+" | "-"; readonly of: Node }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
  | { readonly kind: "choice"; readonly test: Node; readonly then: Node; readonly otherwise: Node }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Node[] };

/** Operators between two values; `&&` is `and`, `||` is `or`. */
export type BinaryOperator =
  | "or"
  | "and"
  | "=="
  | "!="
  | "<"
  | ">"
  | "<="
  | ">="
  | "in"
  | "not in"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";

/** Thrown where an expression is none, or none that is supported; the message is for people. */
export class ExpressionFault extends Error {}

/** The longest expression that is read. */
const maxLength = 512;

/** Deeper nesting than people write; a parser must not fall over it. */
const maxDepth = 50;

const precedences: Readonly<Record<string, number>> = {
  or: 10,
  "||": 10,
  and: 15,
  "&&": 15,
  "==": 20,
  "!=": 20,
  "<": 20,
  ">": 20,
  "<=": 20,
  ">=": 20,
  in: 20,
  "not in": 20,
  "+": 30,
  "-": 30,
  "*": 60,
  "/": 60,
  "%": 60,
};

jsep.removeAllBinaryOps();
jsep.removeAllUnaryOps();
jsep.removeAllLiterals();
jsep.removeIdentifierChar("$");
jsep.addIdentifierChar("#");
for (const [operator, precedence] of Object.entries(precedences)) jsep.addBinaryOp(operator, precedence);
for (const operator of ["!", "not", "-", "+"]) jsep.addUnaryOp(operator);
for (const [name, value] of [
  ["true", true],
  ["false", false],
  ["nil", null],
] as const)
  jsep.addLiteral(name, value);

/** `{…}` around a predicate, and `.field` of what it looks at. */
function gobblePredicate(this: jsep.IHooks & Gobbler, env: { node?: jsep.Expression }): void {
  if (this.char === "{") {
    this.index += 1;
    const [inner, ...others] = this.gobbleExpressions("}".charCodeAt(0));
    if (this.expr[this.index] !== "}" || inner === undefined || others.length > 0)
      this.throwError("Unclosed {");
    this.index += 1;
    env.node = { type: "Predicate", inner };
  } else if (this.char === "." && /^\.\s*[A-Za-z_]/.test(this.expr.slice(this.index))) {
    this.index += 1;
    this.gobbleSpaces();
    const element = { type: "Identifier", name: "#" };
    const property = this.gobbleIdentifier();
    env.node = this.gobbleTokenProperty({
      type: "MemberExpression",
      computed: false,
      object: element,
      property,
    });
  }
}

/** What jsep lends to hooks, beyond what its types tell. */
interface Gobbler {
  readonly expr: string;
  readonly char: string;
  index: number;
  gobbleSpaces(): void;
  gobbleIdentifier(): jsep.Expression;
  gobbleExpressions(until: number): jsep.Expression[];
  gobbleTokenProperty(node: jsep.Expression): jsep.Expression;
  throwError(message: string): never;
}

jsep.hooks.add("gobble-token", gobblePredicate as never);

/** Parses an expression. Throws an `ExpressionFault`. */
export function parseExpression(source: string): Node {
  if (source.length > maxLength) throw new ExpressionFault(`is longer than ${maxLength} characters`);
  const fault = separatorFault(source);
  if (fault !== undefined) throw new ExpressionFault(fault);
  let parsed: jsep.Expression;
  try {
    // `not in` is one operator, however wide the gap; what stands in a text is left alone.
    parsed = jsep(
      source.replaceAll(/"[^"]*"|'[^']*'|\bnot\s+in\b/g, (all) => (all.startsWith("not") ? "not in" : all)),
    );
  } catch (error) {
    throw new ExpressionFault(error instanceof Error ? error.message : "cannot be parsed");
  }
  return nodeOf(parsed, 0);
}

function nodeOf(node: jsep.Expression, depth: number): Node {
  if (depth > maxDepth) throw new ExpressionFault("is nested too deeply");
  const inner = (one: unknown): Node => {
    if (typeof one !== "object" || one === null) throw new ExpressionFault("a value is missing");
    return nodeOf(one as jsep.Expression, depth + 1);
  };
  const parts = node as unknown as Readonly<Record<string, unknown>>;
  switch (node.type) {
    case "Literal":
      return literalOf(parts);
    case "Identifier":
      return parts["name"] === "#" ? { kind: "element" } : { kind: "name", name: String(parts["name"]) };
    case "ArrayExpression":
      return { kind: "list", items: (parts["elements"] as readonly unknown[]).map(inner) };
    case "Predicate":
      return inner(parts["inner"]);
    case "MemberExpression": {
      if (parts["optional"] === true) throw new ExpressionFault("`?.` is not supported");
      const of = inner(parts["object"]);
      if (parts["computed"] === true) return { kind: "index", of, at: inner(parts["property"]) };
      return { kind: "field", of, name: (parts["property"] as jsep.Identifier).name };
    }
    case "UnaryExpression": {
      const of = inner(parts["argument"]);
      const operator = parts["operator"];
      return operator === "-" || operator === "+"
        ? { kind: "sign", sign: operator, of }
        : { kind: "not", of };
    }
    case "BinaryExpression": {
      const operator = operatorOf(String(parts["operator"]));
      return { kind: "binary", operator, left: inner(parts["left"]), right: inner(parts["right"]) };
    }
    case "ConditionalExpression": {
      const [test, then, otherwise] = [parts["test"], parts["consequent"], parts["alternate"]].map(inner);
      if (test === undefined || then === undefined || otherwise === undefined)
        throw new ExpressionFault("a value is missing");
      return { kind: "choice", test, then, otherwise };
    }
    case "CallExpression": {
      const callee = parts["callee"] as jsep.Expression;
      if (callee.type !== "Identifier") throw new ExpressionFault("only functions by name are called");
      const { name } = callee as jsep.Identifier;
      return { kind: "call", name, args: (parts["arguments"] as readonly unknown[]).map(inner) };
    }
    default:
      throw new ExpressionFault(`${node.type} is not supported`);
  }
}

function literalOf({ value, raw }: Readonly<Record<string, unknown>>): Node {
  if (value === null) return { kind: "nil" };
  if (typeof value === "boolean") return { kind: "truth", value };
  if (typeof value === "string") return { kind: "text", value };
  return { kind: "number", value: Number(value), isWhole: !/[.eE]/.test(String(raw)) };
}

function operatorOf(operator: string): BinaryOperator {
  if (operator === "&&") return "and";
  return operator === "||" ? "or" : (operator as BinaryOperator);
}

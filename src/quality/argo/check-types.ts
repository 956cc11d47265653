/** The static pass over a condition: whatever cannot work is refused, also in a branch that is never taken. */
import { type BinaryOperator, ExpressionFault, type Node } from "./expression.ts";
import { areComparable, isListLike, isNumeric, type StaticType, typeName } from "./static-type.ts";

/** What an expression can speak of: the result, and within a predicate the element that it looks at. */
export interface Scope {
  readonly result: StaticType;
  readonly element?: StaticType;
}

/** Functions that take one value. */
const ofOne: Readonly<
  Record<string, { readonly takes: (type: StaticType) => boolean; readonly gives: StaticType }>
> = {
  len: { takes: (type) => isListLike(type) || type === "text" || type === "map", gives: "whole" },
  asInt: { takes: () => true, gives: "whole" },
  asFloat: { takes: () => true, gives: "float" },
  isNaN: { takes: isNumeric, gives: "truth" },
  isInf: { takes: isNumeric, gives: "truth" },
  isNil: { takes: () => true, gives: "truth" },
  abs: { takes: isNumeric, gives: "float" },
  ceil: { takes: isNumeric, gives: "float" },
  floor: { takes: isNumeric, gives: "float" },
  round: { takes: isNumeric, gives: "float" },
  sum: { takes: isNumbers, gives: "float" },
  mean: { takes: isNumbers, gives: "float" },
  median: { takes: isNumbers, gives: "float" },
  max: { takes: isNumbers, gives: "any" },
  min: { takes: isNumbers, gives: "any" },
};

/** Functions that hold a predicate against each element of a list. */
const ofPredicates: Readonly<Record<string, StaticType>> = {
  all: "truth",
  any: "truth",
  none: "truth",
  one: "truth",
  count: "whole",
};

/** The type of an expression. Throws an `ExpressionFault`. */
export function typeOf(node: Node, scope: Scope): StaticType {
  switch (node.kind) {
    case "number":
      return node.isWhole ? "whole" : "float";
    case "text":
      return "text";
    case "truth":
      return "truth";
    case "nil":
      return "nil";
    case "name":
      if (node.name !== "result") throw new ExpressionFault(`unknown name ${node.name}`);
      return scope.result;
    case "element":
      if (scope.element === undefined) throw new ExpressionFault("`#` stands outside of a predicate");
      return scope.element;
    case "list": {
      const types = node.items.map((item) => typeOf(item, scope));
      const [first] = types;
      return { list: first !== undefined && types.every((type) => type === first) ? first : "any" };
    }
    case "field": {
      const of = typeOf(node.of, scope);
      if (of !== "map" && of !== "any")
        throw new ExpressionFault(`${typeName(of)} has no field ${node.name}`);
      return "any";
    }
    case "index":
      return indexed(typeOf(node.of, scope), typeOf(node.at, scope));
    case "not":
      return demandTruth(typeOf(node.of, scope), "not");
    case "sign": {
      const of = typeOf(node.of, scope);
      if (!isNumeric(of)) throw new ExpressionFault(`${node.sign} of ${typeName(of)}`);
      return of;
    }
    case "binary":
      return combined(node.operator, typeOf(node.left, scope), typeOf(node.right, scope));
    case "choice": {
      demandTruth(typeOf(node.test, scope), "?");
      const [then, otherwise] = [typeOf(node.then, scope), typeOf(node.otherwise, scope)];
      return then === otherwise ? then : "any";
    }
    case "call":
      return called(node.name, node.args, scope);
  }
}

function called(name: string, args: readonly Node[], scope: Scope): StaticType {
  const [first, second] = args;
  if (Object.hasOwn(ofPredicates, name)) {
    if (first === undefined || second === undefined || args.length !== 2) throw wrongCount(name);
    const of = typeOf(first, scope);
    if (!isListLike(of)) throw new ExpressionFault(`${name} of ${typeName(of)}`);
    demandTruth(typeOf(second, { ...scope, element: typeof of === "object" ? of.list : "any" }), name);
    return ofPredicates[name] ?? "any";
  }
  const types = args.map((arg) => typeOf(arg, scope));
  if (name === "default") {
    if (types.length !== 2) throw wrongCount(name);
    return "any";
  }
  const known = Object.hasOwn(ofOne, name) ? ofOne[name] : undefined;
  if (known === undefined) throw new ExpressionFault(`unknown name ${name}`);
  const [type] = types;
  if (type === undefined || types.length !== 1) throw wrongCount(name);
  if (!known.takes(type)) throw new ExpressionFault(`invalid argument for ${name} (${typeName(type)})`);
  return known.gives;
}

function isNumbers(type: StaticType): boolean {
  return type === "any" || (typeof type === "object" && isNumeric(type.list));
}

function wrongCount(name: string): ExpressionFault {
  return new ExpressionFault(`${name} has a wrong number of arguments`);
}

function demandTruth(type: StaticType, what: string): StaticType {
  if (type !== "truth" && type !== "any") throw new ExpressionFault(`${what} of ${typeName(type)}`);
  return "truth";
}

function indexed(of: StaticType, at: StaticType): StaticType {
  if (of === "any") return "any";
  if (of === "map" && (at === "text" || at === "any")) return "any";
  if (typeof of === "object" && (at === "whole" || at === "any")) return of.list;
  throw new ExpressionFault(`${typeName(of)} has nothing at ${typeName(at)}`);
}

function combined(operator: BinaryOperator, left: StaticType, right: StaticType): StaticType {
  const refuse = (): never => {
    throw new ExpressionFault(`invalid operation: ${typeName(left)} ${operator} ${typeName(right)}`);
  };
  const areNumeric = isNumeric(left) && isNumeric(right);
  const areTexts = [left, right].every((type) => type === "text" || type === "any");
  switch (operator) {
    case "or":
    case "and":
      demandTruth(left, operator);
      return demandTruth(right, operator);
    case "==":
    case "!=":
      return areComparable(left, right) ? "truth" : refuse();
    case "<":
    case ">":
    case "<=":
    case ">=":
      return areNumeric || areTexts ? "truth" : refuse();
    case "in":
    case "not in":
      if (typeof right === "object") return areComparable(left, right.list) ? "truth" : refuse();
      return right === "any" || (right === "map" && (left === "text" || left === "any")) ? "truth" : refuse();
    case "+":
      if (left === "any" || right === "any") return areNumeric || areTexts ? "any" : refuse();
      if (areTexts) return "text";
      return areNumeric ? numberType(left, right) : refuse();
    case "-":
    case "*":
      return areNumeric ? numberType(left, right) : refuse();
    case "/":
      return areNumeric ? "float" : refuse();
    case "%":
      return [left, right].every((type) => type === "whole" || type === "any") ? "whole" : refuse();
  }
}

function numberType(left: StaticType, right: StaticType): StaticType {
  return left === "whole" && right === "whole" ? "whole" : "float";
}

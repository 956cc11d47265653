/**
 * A condition held against a result, strictly: no value is ever turned into one of another kind, and what is not there is an error.
 *
 * Keeps: it fails where Argo fails. Never is a text a number, an empty list 0 or a missing field false; nothing but own fields of what
 * was read can be reached.
 */
import { type BinaryOperator, ExpressionFault, type Node } from "./expression.ts";
import { callFunction, type Sight } from "./functions.ts";
import { isList, isMap, isOrdered, numberOf, truthOf, wholeOf } from "./json-value.ts";
import type { ArgoResult, Json } from "./static-type.ts";

/** The plain value of a result. */
export function valueOf(result: ArgoResult): Json {
  return result.kind === "vector" ? result.values : result.value;
}

/** Evaluates. Throws an `ExpressionFault`. */
export function evaluateNode(node: Node, sight: Sight): Json {
  switch (node.kind) {
    case "number":
    case "text":
    case "truth":
      return node.value;
    case "nil":
      return null;
    case "name":
      return sight.result;
    case "element":
      return sight.element ?? null;
    case "list":
      return node.items.map((item) => evaluateNode(item, sight));
    case "field":
      return fieldOf(evaluateNode(node.of, sight), node.name);
    case "index":
      return itemOf(evaluateNode(node.of, sight), evaluateNode(node.at, sight));
    case "not":
      return !truthOf(evaluateNode(node.of, sight));
    case "sign": {
      const value = numberOf(evaluateNode(node.of, sight));
      return node.sign === "-" ? -value : value;
    }
    case "binary":
      return combine(node.operator, node.left, node.right, sight);
    case "choice":
      return evaluateNode(truthOf(evaluateNode(node.test, sight)) ? node.then : node.otherwise, sight);
    case "call":
      return callFunction(node.name, node.args, sight, evaluateNode);
  }
}

function combine(operator: BinaryOperator, left: Node, right: Node, sight: Sight): Json {
  const first = evaluateNode(left, sight);
  if (operator === "and") return truthOf(first) && truthOf(evaluateNode(right, sight));
  if (operator === "or") return truthOf(first) || truthOf(evaluateNode(right, sight));
  const second = evaluateNode(right, sight);
  switch (operator) {
    case "==":
      return isEqual(first, second);
    case "!=":
      return !isEqual(first, second);
    case "in":
      return isIn(first, second);
    case "not in":
      return !isIn(first, second);
    case "<":
    case ">":
    case "<=":
    case ">=":
      return isOrdered(operator, first, second);
    case "+":
      if (typeof first === "string" && typeof second === "string") return first + second;
      return numberOf(first) + numberOf(second);
    case "-":
      return numberOf(first) - numberOf(second);
    case "*":
      return numberOf(first) * numberOf(second);
    case "/":
      return numberOf(first) / numberOf(second);
    case "%": {
      const [a, b] = [wholeOf(first), wholeOf(second)];
      if (b === 0) throw new ExpressionFault("division by zero");
      return a % b;
    }
  }
}

function isEqual(first: Json, second: Json): boolean {
  if (isList(first) && isList(second))
    return first.length === second.length && first.every((one, index) => isEqual(one, second[index] ?? null));
  if (isMap(first) || isMap(second)) throw new ExpressionFault("maps are not compared");
  return first === second;
}

function isIn(needle: Json, hay: Json): boolean {
  if (isList(hay)) return hay.some((one) => isEqual(needle, one));
  if (isMap(hay) && typeof needle === "string") return Object.hasOwn(hay, needle);
  throw new ExpressionFault("`in` looks into lists only");
}

function fieldOf(value: Json, name: string): Json {
  if (!isMap(value)) throw new ExpressionFault(`there is no field ${name} in what is no map`);
  return Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

function itemOf(value: Json, at: Json): Json {
  if (isMap(value) && typeof at === "string") return fieldOf(value, at);
  if (!isList(value)) throw new ExpressionFault("only lists and maps have items");
  const index = wholeOf(at);
  const found = value.at(index);
  if (found === undefined)
    throw new ExpressionFault(`index out of range: ${index} (array length is ${value.length})`);
  return found;
}

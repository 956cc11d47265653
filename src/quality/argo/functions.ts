/** The functions of Argo's conditions: its own, and those of the language that people use. */
import { ExpressionFault, type Node } from "./expression.ts";
import { isList, isOrdered, numberOf, truthOf } from "./json-value.ts";
import type { Json } from "./static-type.ts";

/** What is evaluated with: the result, and within a predicate the element that it looks at. */
export interface Sight {
  readonly result: Json;
  readonly element?: Json;
}

/** Evaluates a node. */
type Evaluate = (node: Node, sight: Sight) => Json;

/** Calls a function by name, its arguments evaluated as it needs them. Throws an `ExpressionFault`. */
export function callFunction(name: string, args: readonly Node[], sight: Sight, evaluate: Evaluate): Json {
  const [first, second] = args;
  if (first === undefined) throw new ExpressionFault(`${name} has a wrong number of arguments`);
  const value = evaluate(first, sight);
  switch (name) {
    case "all":
    case "any":
    case "none":
    case "one":
    case "count":
      return counted(name, listOf(value), second, (predicate, element) =>
        evaluate(predicate, { ...sight, element }),
      );
    case "default": {
      const otherwise = second === undefined ? null : evaluate(second, sight);
      // The first argument is not looked at: what counts is whether there is a result.
      return sight.result === null ? otherwise : sight.result;
    }
    case "isNil":
      return sight.result === null;
    case "len":
      return lengthOf(value);
    case "asInt":
      return asInt(value);
    case "asFloat":
      return asFloat(value);
    case "isNaN":
      return Number.isNaN(numberOf(value));
    case "isInf":
      return Math.abs(numberOf(value)) === Number.POSITIVE_INFINITY;
    case "abs":
      return Math.abs(numberOf(value));
    case "ceil":
      return Math.ceil(numberOf(value));
    case "floor":
      return Math.floor(numberOf(value));
    case "round":
      return roundAway(numberOf(value));
    default:
      return ofNumbers(name, listOf(value));
  }
}

function counted(
  name: string,
  list: readonly Json[],
  predicate: Node | undefined,
  evaluate: (predicate: Node, element: Json) => Json,
): Json {
  if (predicate === undefined) throw new ExpressionFault(`${name} has no predicate`);
  const holds = (element: Json): boolean => truthOf(evaluate(predicate, element));
  // In the language's own order: what decides ends the looking.
  if (name === "all") return list.every(holds);
  if (name === "any") return list.some(holds);
  if (name === "none") return !list.some(holds);
  const count = list.filter(holds).length;
  return name === "one" ? count === 1 : count;
}

function ofNumbers(name: string, list: readonly Json[]): Json {
  const numbers = list.map(numberOf);
  switch (name) {
    case "max":
    case "min": {
      const isBetter = name === "max" ? ">" : "<";
      return numbers.reduce<Json>(
        (best, one) => (best === null || isOrdered(isBetter, one, best) ? one : best),
        null,
      );
    }
    case "sum":
      if (numbers.length === 0) throw new ExpressionFault("sum of an empty list");
      return numbers.reduce((total, one) => total + one, 0);
    case "mean":
      return numbers.length === 0 ? 0 : numbers.reduce((total, one) => total + one, 0) / numbers.length;
    case "median":
      return medianOf(numbers);
    default:
      throw new ExpressionFault(`unknown name ${name}`);
  }
}

function medianOf(numbers: readonly number[]): number {
  if (numbers.some((one) => Number.isNaN(one))) throw new ExpressionFault("median of what is no number");
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [below = 0, above = 0] = [sorted[middle - 1], sorted[middle]];
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? above : (below + above) / 2;
}

function lengthOf(value: Json): number {
  if (typeof value === "string") return [...value].length;
  if (isList(value)) return value.length;
  if (typeof value === "object" && value !== null) return Object.keys(value).length;
  throw new ExpressionFault("invalid argument for len");
}

function listOf(value: Json): readonly Json[] {
  if (!isList(value)) throw new ExpressionFault("expected a list");
  return value;
}

/** As Go's ParseInt reads a text, and its conversion cuts a float; of what has no whole number it is an error here. */
function asInt(value: Json): number {
  if (typeof value === "string") {
    if (!/^[+-]?\d+$/.test(value)) throw new ExpressionFault(`asInt of a text that is no whole number`);
    return Number(value);
  }
  const number = numberOf(value);
  if (!Number.isFinite(number)) throw new ExpressionFault("asInt of what has no whole number");
  return Math.trunc(number);
}

function asFloat(value: Json): number {
  if (typeof value !== "string") return numberOf(value);
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value))
    throw new ExpressionFault("asFloat of a text that is no number");
  return Number(value);
}

/** Half away from zero, as Go's math.Round. */
function roundAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

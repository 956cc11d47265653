/** Values as conditions see them, never turned into others. */
import { ExpressionFault } from "./expression.ts";
import type { Json } from "./static-type.ts";

/** Whether one comes before the other; of numbers and of texts only. */
export function isOrdered(operator: "<" | ">" | "<=" | ">=", first: Json, second: Json): boolean {
  const areTexts = typeof first === "string" && typeof second === "string";
  const [a, b] = areTexts ? [first, second] : [numberOf(first), numberOf(second)];
  switch (operator) {
    case "<":
      return a < b;
    case ">":
      return a > b;
    case "<=":
      return a <= b;
    case ">=":
      return a >= b;
  }
}

/** A list. */
export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** A map. */
export function isMap(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !isList(value);
}

/** A truth, or a fault. */
export function truthOf(value: Json): boolean {
  if (typeof value !== "boolean") throw new ExpressionFault(`expected a truth, but got ${kindOf(value)}`);
  return value;
}

/** A number, or a fault. */
export function numberOf(value: Json): number {
  if (typeof value !== "number") throw new ExpressionFault(`expected a number, but got ${kindOf(value)}`);
  return value;
}

/** A whole number, or a fault. */
export function wholeOf(value: Json): number {
  const number = numberOf(value);
  if (!Number.isSafeInteger(number)) throw new ExpressionFault("expected a whole number");
  return number;
}

function kindOf(value: Json): string {
  if (value === null) return "nil";
  return isList(value) ? "a list" : typeof value;
}

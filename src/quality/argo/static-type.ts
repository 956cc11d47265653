/**
 * What is known of a value before anything is evaluated. Argo's language is typed by the value that is there: what does not fit is an
 * error also where evaluating would never come to it.
 */

/** A type. `any`: known only when it is evaluated. */
export type StaticType =
  | "whole"
  | "float"
  | "truth"
  | "text"
  | "nil"
  | "map"
  | "any"
  | { readonly list: StaticType };

/** What conditions are about: numbers of Prometheus, or what was read from JSON or a text. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A result, with how it came: a list of Prometheus holds numbers, one of JSON anything. */
export type ArgoResult =
  | { readonly kind: "scalar"; readonly value: number }
  | { readonly kind: "vector"; readonly values: readonly number[] }
  | { readonly kind: "json"; readonly value: Json };

/** The type of a result. */
export function typeOfResult(result: ArgoResult): StaticType {
  switch (result.kind) {
    case "scalar":
      return "float";
    case "vector":
      return { list: "float" };
    case "json": {
      const { value } = result;
      if (value === null) return "nil";
      if (typeof value === "boolean") return "truth";
      if (typeof value === "number") return "float";
      if (typeof value === "string") return "text";
      return Array.isArray(value) ? { list: "any" } : "map";
    }
  }
}

/** Whether a type is that of a list, or may be. */
export function isListLike(type: StaticType): boolean {
  return type === "any" || typeof type === "object";
}

/** Whether a type is a number's, or may be. */
export function isNumeric(type: StaticType): boolean {
  return type === "any" || type === "whole" || type === "float";
}

/** Whether two values can be compared for being equal. */
export function areComparable(left: StaticType, right: StaticType): boolean {
  if (left === "any" || right === "any" || left === "nil" || right === "nil") return true;
  if (isNumeric(left) && isNumeric(right)) return true;
  return typeof left === "object" ? typeof right === "object" : left === right;
}

/** A type, for people. */
export function typeName(type: StaticType): string {
  return typeof type === "object" ? `list of ${typeName(type.list)}` : type;
}

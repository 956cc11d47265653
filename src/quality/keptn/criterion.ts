/**
 * One criterion of a Keptn objective, such as `<=+10%`, read and held against a value as Keptn 1.4.5 does
 * (lighthouse-service/event_handler/evaluate_sli_handler.go).
 *
 * Keeps: what is surprising stays as it is, since a team's gate depends on it. A leading minus is never a negative threshold but
 * "less than before"; a sign without a percent sign is an absolute difference; a percent sign without a sign is an increase; what
 * has nothing to be compared with is satisfied; nothing is rounded and nothing tolerated.
 */
import { parseGoFloat } from "./go-number.ts";

/** How a value is compared with a target. */
export type Operator = "<" | "<=" | "=" | ">=" | ">";

/** A criterion, read. */
export interface Criterion {
  readonly operator: Operator;
  /** The target itself, or by how much it differs from what was before. */
  readonly value: number;
  readonly isRelative: boolean;
  /** Of a relative one: whether `value` is percent of what was before. */
  readonly isPercent: boolean;
  /** Of a relative one: whether it is added or taken off. */
  readonly isIncrease: boolean;
}

/** What earlier evaluations measured, put together; `nothing`: there is none to compare with. */
export type Baseline = { readonly kind: "nothing" } | { readonly kind: "value"; readonly value: number };

/** What became of a criterion, as Keptn's events tell it. */
export interface Target {
  readonly criteria: string;
  readonly targetValue: number;
  readonly violated: boolean;
}

/** Something with an error of Keptn's own words. */
export interface KeptnError {
  readonly error: string;
}

/** Whether something is an error. */
export function isError(value: object): value is KeptnError {
  return "error" in value && typeof value.error === "string";
}

const operators: readonly Operator[] = ["<=", "<", "=", ">=", ">"];

/** Reads a criterion; the errors' words are Keptn's. */
export function parseCriterion(text: string): Criterion | KeptnError {
  // Only blanks, and also those within: `<= 1 000` is 1000.
  let rest = text.replaceAll(" ", "");
  if (!/^[<|=>]/.test(rest)) return { error: "invalid criteria string" };
  const operator = operators.find((one) => rest.startsWith(one));
  rest = rest.slice(operator?.length ?? 0);
  const isPercent = rest.endsWith("%");
  if (isPercent) rest = rest.slice(0, -1);
  const isDecrease = rest.startsWith("-");
  const isSigned = isDecrease || rest.startsWith("+");
  const value = parseGoFloat(isSigned ? rest.slice(1) : rest);
  if (operator === undefined || value === undefined)
    return { error: "could not parse criteria target value" };
  const isRelative = isPercent || isSigned;
  return { operator, value, isRelative, isPercent, isIncrease: isRelative && !isDecrease };
}

/** What a value must be compared with. `undefined`: nothing was there to be relative to, so whatever it is will do. */
function targetOf(criterion: Criterion, baseline: Baseline): number | undefined {
  const { value, isRelative, isPercent, isIncrease } = criterion;
  if (!isRelative) return value;
  if (baseline.kind === "nothing") return undefined;
  const before = baseline.value;
  // In this order, or the last digit differs.
  if (isPercent) return (before * (isIncrease ? 100 + value : 100 - value)) / 100;
  return isIncrease ? before + value : before - value;
}

/** Compares as Keptn does: exactly. */
export function compare(measured: number, operator: Operator, target: number): boolean {
  switch (operator) {
    case "<":
      return measured < target;
    case "<=":
      return measured <= target;
    case "=":
      return measured === target;
    case ">=":
      return measured >= target;
    case ">":
      return measured > target;
  }
}

/** Holds a value against one criterion. */
export function judgeCriterion(text: string, measured: number, baseline: Baseline): Target | KeptnError {
  const criterion = parseCriterion(text);
  if (isError(criterion)) return criterion;
  const target = targetOf(criterion, baseline);
  if (target === undefined) return { criteria: text, targetValue: 0, violated: false };
  return { criteria: text, targetValue: target, violated: !compare(measured, criterion.operator, target) };
}

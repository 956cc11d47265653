/** From conditions and a result to the phase of a measurement, as Argo Rollouts decides it (utils/evaluate/evaluate.go). */
import { evaluateNode, valueOf } from "./evaluate.ts";
import { typeOf } from "./check-types.ts";
import { ExpressionFault, parseExpression } from "./expression.ts";
import { truthOf } from "./json-value.ts";
import { type ArgoResult, typeName, typeOfResult } from "./static-type.ts";

/** What a measurement came to. */
export type ArgoPhase = "Successful" | "Failed" | "Inconclusive" | "Error";

/** The two conditions of a metric; empty: there is none. */
export interface Conditions {
  readonly success: string;
  readonly failure: string;
}

/** A phase, and why it could not be decided. */
export interface Measured {
  readonly phase: ArgoPhase;
  readonly detail?: string;
}

/** Decides. Both conditions are looked at, whichever would do. */
export function phaseOf({ success, failure }: Conditions, result: ArgoResult): Measured {
  try {
    const succeeded = success === "" ? undefined : holds(success, "successCondition", result);
    const failed = failure === "" ? undefined : holds(failure, "failureCondition", result);
    if (failed === true) return { phase: "Failed" };
    if (succeeded === true) return { phase: "Successful" };
    if (succeeded === undefined) return { phase: "Successful" };
    return { phase: failed === undefined ? "Failed" : "Inconclusive" };
  } catch (error) {
    if (error instanceof ExpressionFault) return { phase: "Error", detail: error.message };
    throw error;
  }
}

function holds(source: string, name: string, result: ArgoResult): boolean {
  try {
    const node = parseExpression(source);
    const type = typeOf(node, { result: typeOfResult(result) });
    if (type !== "truth" && type !== "any")
      throw new ExpressionFault(`expected a truth, but got ${typeName(type)}`);
    return truthOf(evaluateNode(node, { result: valueOf(result) }));
  } catch (error) {
    if (error instanceof ExpressionFault) throw new ExpressionFault(`${name}: ${error.message}`);
    // A parser that ran out of stack: so deep is nothing that somebody means.
    if (error instanceof RangeError) throw new ExpressionFault(`${name}: is nested too deeply`);
    throw error;
  }
}

/**
 * Mistakes of conditions that Argo takes, found by holding them against answers that Prometheus may give: nothing, NaN, numbers about the
 * limits that they name.
 */
import type { ProblemCode } from "../../domain/problem.ts";
import { seriesCount } from "../../slo/series-count.ts";
import { typeOf } from "./check-types.ts";
import { type Conditions, phaseOf } from "./condition.ts";
import { ExpressionFault, parseExpression } from "./expression.ts";
import type { ArgoResult } from "./static-type.ts";

/** Which key a mistake is at. */
export type ConditionKey = "successCondition" | "failureCondition";

/** One mistake. */
export interface ConditionMistake {
  readonly key: ConditionKey;
  readonly code: ProblemCode;
  readonly message: string;
}

const vector = (...values: readonly number[]): ArgoResult => ({ kind: "vector", values });

/** The mistakes of a metric's conditions on a query's answer. */
export function conditionMistakes(conditions: Conditions, query: string): readonly ConditionMistake[] {
  const { success, failure } = conditions;
  const isScalar = seriesCount(query) === "scalar";
  const bad = [
    ...faultOf("successCondition", success, isScalar),
    ...faultOf("failureCondition", failure, isScalar),
  ];
  if (bad.length > 0 || isScalar) return bad;
  return [...withoutData(conditions), ...overlap(conditions), ...whichSeries(conditions, query)];
}

/** Why a condition can never hold, whatever is measured. */
function faultOf(key: ConditionKey, source: string, isScalar: boolean): readonly ConditionMistake[] {
  if (source === "") return [];
  const mistake = (message: string): readonly ConditionMistake[] => [{ key, code: "bad_condition", message }];
  try {
    const node = parseExpression(source);
    const type = typeOf(node, { result: isScalar ? "float" : { list: "float" } });
    if (type !== "truth" && type !== "any")
      return mistake("gives no truth, so every measurement is an Error; compare it with a number");
  } catch (error) {
    if (!(error instanceof ExpressionFault || error instanceof RangeError)) throw error;
    return mistake(
      `makes every measurement an Error: ${error.message.slice(0, 120)}${cureOf(source, isScalar)}`,
    );
  }
  return /\b(?:default|isNil)\s*\(/.test(source)
    ? mistake(
        "uses `default` or `isNil`, which look at the whole result and never find it empty; write `len(result) > 0 && …`",
      )
    : [];
}

function cureOf(source: string, isScalar: boolean): string {
  if (/\bresults\b/.test(source)) return "; its name is `result`";
  if (/\]\s*\.\s*value\b/.test(source)) return "; labels are dropped, and `result[0]` is the number";
  if (isScalar) return "; the query gives one number, and `result` is it";
  return /\bresult\b(?!\s*[[,)])|isNaN\(\s*result\s*\)/.test(source)
    ? "; the query gives a list, and `result[0]` is its first number"
    : "";
}

function withoutData(conditions: Conditions): readonly ConditionMistake[] {
  const { success, failure } = conditions;
  const key = success === "" ? "failureCondition" : "successCondition";
  const passes = (result: ArgoResult): boolean => phaseOf(conditions, result).phase === "Successful";
  const said = `${success} ${failure}`;
  if (said.trim() === "") return [];
  const found: ConditionMistake[] = [];
  const tell = (when: string, cure: string): void => {
    const message = `is Successful where ${when}; write ${cure}. A gate of ours says *could not tell*`;
    found.push({ key, code: "passes_without_data", message });
  };
  // Of many numbers, since a condition may look at more than the first.
  if (passes(vector(Number.NaN, Number.NaN)) && !/\bisNaN\s*\(/.test(said))
    tell(
      "Prometheus answers NaN, as without traffic",
      key === "successCondition" ? "the comparison without `!`" : "a successCondition too",
    );
  else if (passes(vector()) && !/\blen\s*\(/.test(said))
    tell("Prometheus answers nothing", "`len(result) > 0 && …`");
  return found;
}

function overlap(conditions: Conditions): readonly ConditionMistake[] {
  const { success, failure } = conditions;
  if (success === "" || failure === "") return [];
  const limits = [
    ...`${success} ${failure}`.matchAll(/(?<![\w.[])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\])/g),
  ].map(([text]) => Number(text));
  const sorted = [...new Set(limits)].toSorted((a, b) => a - b);
  const probes = sorted.flatMap((limit, index) => [
    limit,
    (limit + (sorted[index + 1] ?? limit * 2 + 1)) / 2,
  ]);
  const holds = (source: string, value: number): boolean =>
    phaseOf({ success: source, failure: "" }, vector(value)).phase === "Successful";
  const both = [(sorted[0] ?? 0) - 1, ...probes].find(
    (value) => holds(success, value) && holds(failure, value),
  );
  return both === undefined
    ? []
    : [
        {
          key: "failureCondition",
          code: "contradiction",
          message: `holds together with successCondition, for ${both} as an example, and then it wins; mend one of the limits`,
        },
      ];
}

function whichSeries({ success, failure }: Conditions, query: string): readonly ConditionMistake[] {
  const isFirst = (source: string): boolean =>
    /\bresult\s*\[/.test(source) && !/\blen\s*\(\s*result\s*\)\s*==\s*1\b/.test(source);
  const key = isFirst(success) ? "successCondition" : isFirst(failure) ? "failureCondition" : undefined;
  if (key === undefined || seriesCount(query) !== "any") return [];
  const message =
    "looks at one series of however many the query gives, in no order: select one by labels, or aggregate, as `sum(…)`";
  return [{ key, code: "any_series", message }];
}

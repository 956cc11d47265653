/**
 * Several SLIs that make one objective, each with a target of its own. Meaning: OpenSLO,
 * https://github.com/OpenSLO/OpenSLO#budgeting-methods.
 *
 * Keeps: a part that is not measured makes the whole not measured, and is named; only a part without traffic, beside
 * others that have some, spends nothing.
 */
import { errorBudget } from "./budget.ts";
import type { DurationMs } from "./duration.ts";
import type { Measurement, Question } from "./measurement.ts";
import type { Objective } from "./objective.ts";

/**
 * The parts as objectives that can be measured alone, or `undefined` where there are none. Of Timeslices there are none:
 * whether a slice is bad for any part is known in the slice only, so that it is asked as one.
 */
export function partsOf(objective: Objective): readonly Objective[] | undefined {
  const { sli, budgeting, recording: _ofTheWhole, ...rest } = objective;
  if (sli.kind !== "composite" || budgeting?.kind === "timeslices") return undefined;
  return sli.parts.map((part, index) => ({
    ...rest,
    ...(budgeting === undefined ? {} : { budgeting }),
    name: `${objective.name}\n${index + 1}`,
    targetRatio: part.targetRatio,
    sli: part.sli,
  }));
}

/**
 * The measurement of a composite from those of its parts, in their order. Of Occurrences the parts' burn rates add, each
 * times its weight; of RatioTimeslices what the slices missed adds. The error ratio is the one that, held against the
 * composite's own target, says so.
 */
export function combined(
  { sli, budgeting, targetRatio }: Objective,
  question: Question,
  parts: readonly Measurement[],
): Measurement {
  if (sli.kind !== "composite") throw new Error("only a composite has parts", { cause: question });
  if (parts.some(({ group }) => group !== undefined)) {
    const detail = "its parts are split into groups, which do not add up";
    return { ...question, kind: "unmeasured", why: "ambiguous", detail };
  }
  const isSliced = budgeting?.kind === "ratio_timeslices";
  let errorRatio = 0;
  const quiet: number[] = [];
  const leftOuts = new Set<string>();
  for (const [index, part] of sli.parts.entries()) {
    const measurement = parts[index];
    if (measurement?.kind === "measured") {
      const spending = isSliced ? 1 : errorBudget(targetRatio) / errorBudget(part.targetRatio);
      errorRatio += part.weight * measurement.errorRatio * spending;
      if (measurement.way?.leftOut !== undefined) leftOuts.add(measurement.way.leftOut);
    } else if (measurement?.why === "no_traffic") quiet.push(index + 1);
    else {
      const { why, detail } = measurement ?? { why: "no_data", detail: "was never asked for" };
      return { ...question, kind: "unmeasured", why, detail: `part ${index + 1}: ${detail}` };
    }
  }
  if (quiet.length === sli.parts.length)
    return { ...question, kind: "unmeasured", why: "no_traffic", detail: "nobody asked" };
  if (quiet.length > 0) leftOuts.add(`part ${quiet.join(", ")} without traffic`);
  const leftOut = leftOuts.size === 0 ? {} : { leftOut: [...leftOuts].join(", ") };
  const weighting = isSliced ? "slices" : "events";
  const quietly = isSliced ? { quiet: budgeting.quiet } : {};
  return {
    ...question,
    kind: "measured",
    errorRatio,
    way: { kind: "direct", weighting, ...quietly, ...leftOut },
  };
}

/** A composite's question about a window, as its parts were asked. */
export function wholeQuestion(
  objective: Objective,
  windowMs: DurationMs,
  parts: readonly Measurement[],
): Omit<Question, "dataSource" | "at"> {
  const query = parts.map((one) => one.query).join("\n");
  return { objective: objective.name, windowMs, query };
}

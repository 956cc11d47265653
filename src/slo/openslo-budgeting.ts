/** How an OpenSLO objective spends its budget, and how much of it there is. */
import type { Budgeting } from "../domain/budgeting.ts";
import type { DurationMs } from "../domain/duration.ts";
import { ratioOfPercent } from "../domain/objective.ts";
import { shorthandAt, unitMs } from "./openslo-duration.ts";
import { isThere, missing, numberAt, type Place, refuse, textAt, under, warn } from "./place.ts";

const methods = ["Occurrences", "Timeslices", "RatioTimeslices"] as const;

/** OpenSLO's `budgetingMethod`. */
export type Method = (typeof methods)[number];

/** Whether objectives say how long a slice is: v1alpha has no key for it. */
export type SliceLength = "written" | "one_minute";

/** The method of an SLO. */
export function methodOf(spec: Place): Method | undefined {
  const place = under(spec, "budgetingMethod");
  const written = textAt(place);
  if (written === undefined && !isThere(place)) {
    warn(place, "missing_key", "`budgetingMethod` is missing; `Occurrences` is taken");
    return "Occurrences";
  }
  const found = methods.find((one) => one === written);
  return (
    found ?? refuse(place, "wrong_value", `must be one of ${methods.map((one) => `\`${one}\``).join(", ")}`)
  );
}

/**
 * How one objective spends its budget. Slices without traffic are left out: OpenSLO does not say what they are.
 */
export function budgetingOf(
  method: Method,
  objective: Place,
  length: SliceLength,
  windowMs: DurationMs,
): Budgeting | undefined {
  if (method === "Occurrences") return { kind: "occurrences" };
  const target = method === "Timeslices" ? sliceTargetOf(objective) : 1;
  if (target === undefined) return undefined;
  const sliceMs = sliceOf(objective, length);
  if (sliceMs === undefined) return undefined;
  if (sliceMs >= windowMs)
    return refuse(
      under(objective, "timeSliceWindow"),
      "bad_duration",
      "must be shorter than the budget's window",
    );
  return method === "Timeslices"
    ? { kind: "timeslices", sliceMs, sliceTargetRatio: target, quiet: "left_out" }
    : { kind: "ratio_timeslices", sliceMs, quiet: "left_out" };
}

/** Which share of a slice's events must be good, above 0 and at most 1. */
export function sliceTargetOf(objective: Place): number | undefined {
  const place = under(objective, "timeSliceTarget");
  const target = numberAt(place);
  if (target === undefined) return isThere(place) ? undefined : missing(place);
  if (target > 0 && target <= 1) return target;
  return refuse(place, "bad_target", "must be a ratio above 0 and at most 1");
}

/** The objective's target as a ratio, written so or as a percentage. */
export function targetOf(objective: Place): number | undefined {
  const [plain, percent] = [under(objective, "target"), under(objective, "targetPercent")];
  if (isThere(plain) && isThere(percent)) {
    const isSame = ratioOfPercent(Number(percent.value)) === plain.value;
    if (!isSame) return refuse(percent, "contradiction", "is another target than `target`; keep one of them");
    warn(percent, "contradiction", "says again what `target` says; keep one of them");
  }
  if (isThere(plain)) return checkedTarget(plain, numberAt(plain), "a ratio above 0 and below 1");
  if (!isThere(percent)) return missing(plain);
  const written = numberAt(percent);
  const ratio = written === undefined ? undefined : ratioOfPercent(written);
  return checkedTarget(percent, ratio, "a percentage above 0 and below 100");
}

function checkedTarget(place: Place, ratio: number | undefined, words: string): number | undefined {
  if (ratio === undefined || (ratio > 0 && ratio < 1)) return ratio;
  return refuse(place, "bad_target", `must be ${words}; a target of all leaves no error budget`);
}

function sliceOf(objective: Place, length: SliceLength): DurationMs | undefined {
  const place = under(objective, "timeSliceWindow");
  if (length === "one_minute" && !isThere(place)) {
    warn(place, "missing_key", "`timeSliceWindow` is missing; slices of a minute are taken");
    return unitMs.minute;
  }
  const read = shorthandAt(place, "minutes");
  if (read === undefined || read.ms > 0) return read?.ms;
  return refuse(place, "bad_duration", "must be above 0");
}

/**
 * A Keptn gate's objectives held against what was measured (lighthouse-service 1.4.5).
 *
 * Keeps: objectives in the file's order; a value is taken by one objective only, so an SLI that two name needs two. An objective
 * without pass criteria informs and counts nothing. Values that nobody asked for are told.
 */
import { aggregateOf } from "./aggregate.ts";
import { type Group, judgeGroups, previewGroups } from "./criteria.ts";
import { type Baseline, isError, type KeptnError, type Target } from "./criterion.ts";
import { type EarlierEvaluation, earlierValues } from "./history.ts";
import type { KeptnSlo } from "./slo-file.ts";
import type { SliValue } from "./sli-value.ts";

/** One objective that was looked at, with the keys of Keptn's own events. */
export interface IndicatorResult {
  readonly score: number;
  /** `null` of one that only informs and has no value. */
  readonly value: (SliValue & { readonly comparedValue: number }) | null;
  readonly displayName: string;
  readonly passTargets: readonly Target[] | null;
  readonly warningTargets: readonly Target[] | null;
  readonly keySli: boolean;
  readonly status: "pass" | "warning" | "fail" | "info";
}

/** A key objective that failed; of several the last. */
export interface KeyFailure {
  /** Its display name, empty where it has none. */
  readonly name: string;
  readonly message: string;
}

/** All objectives. */
export interface ObjectivesOutcome {
  readonly indicators: readonly IndicatorResult[];
  readonly maximumScore: number;
  readonly keyFailure: KeyFailure | undefined;
  /** About values that nobody asked for. */
  readonly message: string;
}

/** An objective whose groups are whole. */
export interface WholeObjective {
  readonly sli: string;
  readonly displayName: string;
  readonly pass: readonly Group[];
  readonly warning: readonly Group[];
  readonly weight: number;
  readonly isKey: boolean;
}

/** Holds objectives against values. `earlier` are those that count, the newest first. */
export function judgeObjectives(
  objectives: readonly WholeObjective[],
  { aggregateFunction }: KeptnSlo["comparison"],
  values: readonly SliValue[],
  earlier: readonly EarlierEvaluation[],
): ObjectivesOutcome | KeptnError {
  let left = values;
  let maximumScore = 0;
  let keyFailure: KeyFailure | undefined;
  const indicators: IndicatorResult[] = [];
  for (const objective of objectives) {
    const taken = takeSli(left, objective.sli);
    left = taken.left;
    const baseline = aggregateOf(earlierValues(earlier, objective.sli), aggregateFunction);
    if (objective.pass.length > 0) maximumScore += objective.weight;
    const judged = judgeObjective(objective, taken.found, baseline);
    if (isError(judged))
      return { error: `error with ${objective.displayName || objective.sli}: ${judged.error}` };
    indicators.push(judged.indicator);
    keyFailure = judged.keyFailure ?? keyFailure;
  }
  const names = left.map(({ metric }) => metric).join(", ");
  const message =
    names === ""
      ? ""
      : `Lighthouse received additional SLIs, which are not specified as SLO: ${names} . Please consider using them as an SLO.`;
  return { indicators, maximumScore, keyFailure, message };
}

interface Judged {
  readonly indicator: IndicatorResult;
  readonly keyFailure?: KeyFailure;
}

function judgeObjective(
  objective: WholeObjective,
  found: SliValue | undefined,
  baseline: Baseline,
): Judged | KeptnError {
  const { sli, displayName, pass, warning, weight, isKey } = objective;
  const told = { score: 0, displayName, keySli: false } as const;
  if (pass.length === 0) {
    const value = found === undefined ? null : { ...found, comparedValue: 0 };
    const warningTargets = previewGroups(warning, baseline);
    return { indicator: { ...told, value, passTargets: [], warningTargets, status: "info" } };
  }
  if (found?.success !== true) {
    const missing = { metric: sli, value: 0, success: false, message: "no value received from SLI provider" };
    const value = { ...(found ?? missing), comparedValue: 0 };
    const passTargets = previewGroups(pass, baseline);
    const warningTargets = previewGroups(warning, baseline);
    const indicator: IndicatorResult = { ...told, value, passTargets, warningTargets, status: "fail" };
    return isKey
      ? { indicator, keyFailure: { name: displayName, message: value.message ?? "" } }
      : { indicator };
  }
  const passed = judgeGroups(pass, found.value, baseline);
  if (isError(passed)) return passed;
  const warned = judgeGroups(warning, found.value, baseline);
  const isWarned = !isError(warned) && warned.isSatisfied;
  const status = passed.isSatisfied ? "pass" : isWarned ? "warning" : "fail";
  const indicator: IndicatorResult = {
    score: status === "pass" ? weight : status === "warning" ? 0.5 * weight : 0,
    value: { ...found, comparedValue: baseline.kind === "value" ? baseline.value : 0 },
    displayName,
    passTargets: toldTargets(passed.targets),
    warningTargets: isError(warned) ? [] : toldTargets(warned.targets),
    keySli: isKey,
    status,
  };
  return isKey && status === "fail"
    ? { indicator, keyFailure: { name: displayName, message: "failed evaluation with score 0.000000" } }
    : { indicator };
}

/** Keptn tells no targets as `null`. */
function toldTargets(targets: readonly Target[]): readonly Target[] | null {
  return targets.length === 0 ? null : targets;
}

/** Takes the first value of an SLI; the last one moves to its place, as in Keptn. */
export function takeSli(
  values: readonly SliValue[],
  sli: string,
): { readonly found: SliValue | undefined; readonly left: readonly SliValue[] } {
  const index = values.findIndex(({ metric }) => metric === sli);
  const [found, last] = [values[index], values.at(-1)];
  if (found === undefined || last === undefined) return { found: undefined, left: values };
  return { found, left: values.with(index, last).slice(0, -1) };
}

/**
 * Nobl9's SLO files (`apiVersion: n9/v1alpha`) as objectives, `<slo>-<objective>` each.
 *
 * Wants: what a file says that can be asked of Prometheus: counts, thresholds, composites of these by weight, time
 * windows, and the alert policies that a rule of ours can say. Source: https://docs.nobl9.com/yaml-guide
 * Keeps: `metricSource` is a name and no address; whom it means is the operator's word.
 * Leaves out: all kinds but SLO and AlertPolicy, without a word.
 */
import type { Budgeting } from "../domain/budgeting.ts";
import type { Objective } from "../domain/objective.ts";
import { nobl9Rules } from "./nobl9-alerts.ts";
import { nameAt, type Nobl9Object, type Nobl9Set, nobl9Set } from "./nobl9-set.ts";
import { nobl9Sli } from "./nobl9-sli.ts";
import { sliceTargetOf, targetOf } from "./openslo-budgeting.ts";
import { alphaWindowOf, type BudgetWindow } from "./openslo-window.ts";
import {
  isThere,
  itemsOfList,
  missing,
  nothingTold,
  type Place,
  refuse,
  rootOf,
  under,
  warn,
} from "./place.ts";
import type { SloOptions, SloOrigin, SloReading } from "./reading.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** Reads Nobl9 documents as one set. */
export function readNobl9Documents(documents: readonly YamlDocument[], options: SloOptions): SloReading {
  const told = nothingTold();
  const objects = documents.map((document) => rootOf(document, told));
  const set = nobl9Set(objects);
  const origins = new Map<Objective, SloOrigin>();
  const objectives = set.slos.flatMap((slo) => {
    const read = objectivesOf(slo, set, options);
    const service = under(slo.spec, "service").value;
    const named = typeof service === "string" ? { service } : {};
    for (const one of read) origins.set(one, { document: slo.spec.document, path: [], ...named });
    return read;
  });
  const [first] = objects;
  if (first !== undefined && objectives.length === 0 && told.problems.length === 0)
    warn(first, "no_objectives", "holds no SLO, nor does any other Nobl9 file here");
  return { objectives, problems: told.problems, origins };
}

function objectivesOf(slo: Nobl9Object, set: Nobl9Set, options: SloOptions): readonly Objective[] {
  const list = under(slo.spec, "objectives");
  const window = alphaWindowOf(under(slo.spec, "timeWindows"), options.windowMs);
  if (!isThere(list)) missing(list);
  if (window === undefined) return [];
  return itemsOfList(list).flatMap((one) => objectiveOf(slo, one, set, window, options) ?? []);
}

function objectiveOf(
  slo: Nobl9Object,
  place: Place,
  set: Nobl9Set,
  window: BudgetWindow,
  { measure }: SloOptions,
): Objective | undefined {
  const name = nameAt(under(place, "name"));
  const targetRatio = targetOf(place);
  const budgeting = budgetingOf(slo, place, window);
  if (name === undefined || targetRatio === undefined || budgeting === undefined) return undefined;
  const sli = nobl9Sli(slo, place, set, targetRatio);
  if (sli === undefined) return undefined;
  const source = under(slo.spec, "indicator", "metricSource", "name");
  const metricSource = isThere(source) ? nameAt(source) : undefined;
  return {
    name: `${slo.name}-${name}`,
    targetRatio,
    ...window,
    sli,
    ...(budgeting.kind === "occurrences" ? {} : { budgeting }),
    ...nobl9Rules(slo, set, { targetRatio, windowMs: window.windowMs }),
    ...(measure === undefined ? {} : { measure }),
    ...(metricSource === undefined ? {} : { metricSource }),
  };
}

/** Nobl9's slices are of a minute and its files have no key for it; a slice without traffic spends nothing. */
const sliceMs = 60_000;

function budgetingOf(slo: Nobl9Object, objective: Place, { windowMs }: BudgetWindow): Budgeting | undefined {
  const method = under(slo.spec, "budgetingMethod");
  switch (method.value) {
    case "Occurrences":
      return { kind: "occurrences" };
    case "Timeslices": {
      const sliceTargetRatio = sliceTargetOf(objective);
      if (sliceTargetRatio === undefined || windowMs <= sliceMs) return undefined;
      warn(method, "missing_key", "says no length of a slice; one minute is taken, as Nobl9 counts");
      return { kind: "timeslices", sliceMs, sliceTargetRatio, quiet: "left_out" };
    }
    default:
      return isThere(method)
        ? refuse(method, "wrong_value", "must be `Occurrences` or `Timeslices`")
        : missing(method);
  }
}

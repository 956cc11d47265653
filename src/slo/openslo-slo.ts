/**
 * SLOs of OpenSLO v1, and of the draft v2alpha, which mostly names keys anew.
 * Source: https://github.com/OpenSLO/OpenSLO#slo
 */
import type { Objective } from "../domain/objective.ts";
import { alertsOf, ownRulesOf } from "./openslo-alerts.ts";
import { methodOf } from "./openslo-budgeting.ts";
import type { Indicator } from "./indicator.ts";
import { indicatorOf } from "./openslo-indicator.ts";
import {
  compositeObjective,
  type Entry,
  originOf,
  type ReadObjective,
  singleObjective,
  sloName,
  type SloTerms,
} from "./openslo-objective.ts";
import { type OpenSloSet, resolved } from "./openslo-set.ts";
import { windowOf } from "./openslo-window.ts";
import { isThere, itemsOfList, missing, type Place, refuse, under, warn } from "./place.ts";
import type { SloOptions } from "./reading.ts";

/** How a version of OpenSLO spells its keys. */
export interface Spelling {
  readonly indicator: "indicator" | "sli";
  readonly reference: "indicatorRef" | "sliRef";
  readonly services: readonly string[];
}

/** The keys of v1. */
export const v1Spelling: Spelling = {
  indicator: "indicator",
  reference: "indicatorRef",
  services: ["service"],
};

/** The keys of v2alpha: its draft and its own library differ in one. */
export const v2Spelling: Spelling = {
  indicator: "sli",
  reference: "sliRef",
  services: ["serviceRef", "service"],
};

const maxObjectives = 100;

/** The objectives of one SLO; an objective that cannot be read is told of and does not stop its neighbours. */
export function readSlo(
  object: Place,
  set: OpenSloSet,
  spelling: Spelling,
  options: SloOptions,
): readonly ReadObjective[] {
  const spec = under(object, "spec");
  const name = sloName(object);
  if (!spelling.services.some((key) => isThere(under(spec, key))))
    warn(spec, "missing_key", `\`${String(spelling.services[0])}\` is missing; strict readers refuse it`);
  const window = windowOf(under(spec, "timeWindow"), options.windowMs);
  const method = methodOf(spec);
  const places = objectivePlaces(spec);
  const shared = indicatorFor(spec, set, spelling);
  const entries = places.map((place) => {
    const own = indicatorFor(place, set, spelling);
    if (own === "none" && shared === "none") missing(under(spec, spelling.indicator));
    return { place, indicator: own === "none" ? shared : own, isOwn: own !== "none" };
  });
  if (name === undefined || window === undefined || method === undefined) return [];
  const terms: SloTerms = { window, method, sliceLength: "written", options };
  const named = (index: number): string => (entries.length === 1 ? name : `${name}-${index}`);
  const isWhole = entries.length > 1 && entries.some(({ isOwn }) => isOwn);
  const objectives = isWhole
    ? [{ place: under(spec, "objectives"), objective: wholeOf(name, entries, terms) }]
    : entries.map((entry, index) => ({
        place: entry.place,
        objective: isEntry(entry) ? singleObjective(named(index), entry, terms) : undefined,
      }));
  const alerts = alertsOf(spec, set);
  return objectives.flatMap(({ place, objective }) => {
    if (objective === undefined) return [];
    const rules = ownRulesOf(alerts, objective.targetRatio);
    return [{ objective: { ...objective, ...rules }, origin: originOf(place, spec) }];
  });
}

/** The entries of `objectives`, of which there must be one at least. */
export function objectivePlaces(spec: Place): readonly Place[] {
  const list = under(spec, "objectives");
  const places = itemsOfList(list);
  if (places.length === 0) {
    if (isThere(list)) refuse(list, "no_objectives", "must hold at least one objective");
    else missing(list);
  }
  const beyond = places[maxObjectives];
  if (beyond !== undefined) refuse(beyond, "too_many", `is one objective too many; ${maxObjectives} at most`);
  return places.slice(0, maxObjectives);
}

/** The indicator that is written out below a place or referred to from there, as an object with a `spec`. */
export function indicatorObject(
  place: Place,
  set: OpenSloSet,
  spelling: Spelling,
): Place | "none" | undefined {
  const inline = under(place, spelling.indicator);
  const reference = under(place, spelling.reference);
  if (isThere(inline) && isThere(reference))
    warn(
      reference,
      "contradiction",
      `says again what \`${spelling.indicator}\` writes out; the name is followed`,
    );
  return resolved(set, { inline, reference, kind: "SLI" });
}

interface Found {
  readonly place: Place;
  readonly indicator: Indicator | "none" | undefined;
}

function indicatorFor(place: Place, set: OpenSloSet, spelling: Spelling): Indicator | "none" | undefined {
  const object = indicatorObject(place, set, spelling);
  if (object === undefined || object === "none") return object;
  const { indicators } = set;
  if (!indicators.has(object.value)) indicators.set(object.value, indicatorOf(under(object, "spec"), set));
  return indicators.get(object.value);
}

function isEntry(found: Found): found is Entry {
  return found.indicator !== undefined && found.indicator !== "none";
}

function wholeOf(name: string, found: readonly Found[], terms: SloTerms): Objective | undefined {
  return found.every(isEntry) ? compositeObjective(name, found.filter(isEntry), terms) : undefined;
}

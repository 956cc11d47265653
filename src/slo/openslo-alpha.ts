/**
 * SLOs of OpenSLO v1alpha, those among them that Sloth reads included: with `{{.window}}` in its queries an SLO has the
 * name and the recorded series that Sloth gives it.
 * Source: https://github.com/slok/sloth/tree/v0.16.0/internal/storage/io (OpenSLO)
 */
import type { Objective } from "../domain/objective.ts";
import type { Recording } from "../domain/recording.ts";
import { methodOf } from "./openslo-budgeting.ts";
import type { Indicator } from "./indicator.ts";
import { alphaRatioOf, alphaThresholdOf } from "./openslo-indicator.ts";
import {
  isServiceName,
  originOf,
  type ReadObjective,
  singleObjective,
  sloName,
  type SloTerms,
} from "./openslo-objective.ts";
import type { OpenSloSet } from "./openslo-set.ts";
import { objectivePlaces } from "./openslo-slo.ts";
import { alphaWindowOf } from "./openslo-window.ts";
import { isThere, missing, type Place, under, warn } from "./place.ts";
import type { SloOptions } from "./reading.ts";
import { errorRatioStem, slothId, type SlothIdentity, slothSelector } from "./sloth-records.ts";
import { defaultSlothWindows, tierWindows } from "./sloth-windows.ts";

/** The objectives of one SLO. */
export function readAlphaSlo(object: Place, set: OpenSloSet, options: SloOptions): readonly ReadObjective[] {
  const spec = under(object, "spec");
  const name = sloName(object);
  const window = alphaWindowOf(under(spec, "timeWindows"), options.windowMs);
  const method = methodOf(spec);
  const service = under(spec, "service").value;
  const places = objectivePlaces(spec);
  if (name === undefined || window === undefined || method === undefined) return [];
  const terms: SloTerms = { window, method, sliceLength: "one_minute", options };
  return places.flatMap((place, index) => {
    const indicator = alphaIndicator(spec, place, set);
    if (indicator === undefined) return [];
    const slo = `${name}-${index}`;
    const identity = isSloths(service, indicator) ? { service, slo } : undefined;
    const plain = places.length === 1 ? name : slo;
    const objective = singleObjective(
      identity === undefined ? plain : slothId(identity),
      { place, indicator },
      terms,
    );
    const isRatio = indicator.kind === "ratio";
    if (isRatio && !isThere(under(place, "value")))
      warn(
        under(place, "value"),
        "missing_key",
        "`value` is missing; strict readers want one of a ratio too",
      );
    if (objective === undefined) return [];
    if (identity === undefined) return [{ objective, origin: originOf(place, spec) }];
    const recording = recordingOf(objective, identity, place, options);
    return [{ objective: { ...objective, ...recording }, origin: originOf(place, spec, slo) }];
  });
}

function alphaIndicator(spec: Place, place: Place, set: OpenSloSet): Indicator | undefined {
  const ratio = under(place, "ratioMetrics");
  if (isThere(ratio)) return alphaRatioOf(ratio, set);
  const threshold = under(spec, "indicator", "thresholdMetric");
  return isThere(threshold) ? alphaThresholdOf(threshold, set) : missing(ratio);
}

/** Sloth takes good and total events whose queries have its window. */
function isSloths(service: unknown, indicator: Indicator): service is string {
  if (indicator.kind !== "ratio" || indicator.counts !== "good" || !indicator.isSloths) return false;
  return isServiceName(service);
}

/** Sloth counts events over rolling days, whatever else the file says. What it records then answers another question. */
function recordingOf(
  { windowMs, calendar, budgeting }: Objective,
  identity: SlothIdentity,
  place: Place,
  { matchers = {} }: SloOptions,
): { readonly recording?: Recording } {
  if (calendar !== undefined || budgeting !== undefined) {
    const what = calendar === undefined ? "counts slices of time" : "has a window by the calendar";
    warn(
      place,
      "contradiction",
      `${what}, which Sloth does not record; its queries are asked instead of Sloth's series`,
    );
    return {};
  }
  const errorRatio = { pieces: [errorRatioStem, slothSelector("", identity, matchers)] };
  return {
    recording: {
      tool: "sloth",
      errorRatio,
      windowsMs: tierWindows(defaultSlothWindows(windowMs)),
      period: { sli: { kind: "ratio", errorRatioQuery: errorRatio }, weighting: "time" },
      target: slothSelector("slo:objective:ratio", identity, matchers),
    },
  };
}

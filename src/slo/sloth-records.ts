/**
 * The series that Sloth's rules record: their names, labels and expressions, letter for letter, since whoever reads them
 * must name them as Sloth did. Unchanged from Sloth v0.1.0 to v0.16.0:
 * https://github.com/slok/sloth/tree/v0.16.0/internal/plugin/slo/core
 */
import { type DurationMs, formatDuration } from "../domain/duration.ts";
import { type QueryTemplate, renderQuery } from "../domain/query-template.ts";
import type { AskableSli } from "../domain/sli.ts";
import { matchersOf } from "./selector.ts";

/** Whose series they are. */
export interface SlothIdentity {
  readonly service: string;
  readonly slo: string;
}

/** The value of `sloth_id`, which alone tells SLOs apart. */
export function slothId({ service, slo }: SlothIdentity): string {
  return `${service}-${slo}`;
}

/** The labels that every series of an SLO has. */
export function slothLabels(identity: SlothIdentity): Readonly<Record<string, string>> {
  return { sloth_id: slothId(identity), sloth_service: identity.service, sloth_slo: identity.slo };
}

/** A selector of one of an SLO's series, further labels included. */
export function slothSelector(
  metric: string,
  identity: SlothIdentity,
  more: Readonly<Record<string, string>> = {},
): string {
  return `${metric}${matchersOf({ ...more, ...slothLabels(identity) })}`;
}

/** What comes before the window in the name of a recorded error ratio. */
export const errorRatioStem = "slo:sli_error:ratio_rate";

/** What comes before the window in the name of the numerator's correction. */
const correctionStem = "slo:numerator_correction:ratio";

/** The name of the recorded error ratio over a window. */
export function errorRatioMetric(windowMs: DurationMs): string {
  return `${errorRatioStem}${formatDuration(windowMs)}`;
}

/** The error ratio as Sloth asks for it. Good events become a ratio, as Sloth makes of OpenSLO's. */
export function errorRatioExpression(sli: AskableSli, windowMs: DurationMs): string {
  const of = (query: QueryTemplate): string => renderQuery(query, windowMs);
  switch (sli.kind) {
    case "events":
      return `(${of(sli.errorQuery)})\n/\n(${of(sli.totalQuery)})\n`;
    case "good_events":
      return `(\n  1 - (\n    (\n      ${of(sli.goodQuery)}\n    )\n    /\n    (\n      ${of(sli.totalQuery)}\n    )\n  )\n)`;
    case "ratio":
      return `(${of(sli.errorRatioQuery)})`;
  }
}

/**
 * The error ratio over the SLO's period as Sloth records it: the mean of what its shortest window recorded. Each moment
 * counts alike, however many events it had.
 */
export function periodExpression(
  identity: SlothIdentity,
  shortestMs: DurationMs,
  periodMs: DurationMs,
): string {
  const recorded = `${slothSelector(errorRatioMetric(shortestMs), identity)}[${formatDuration(periodMs)}]`;
  return `sum_over_time(${recorded})\n/ ignoring (sloth_window)\ncount_over_time(${recorded})\n`;
}

/** The error ratio with its numerator corrected by the traffic of the window, of an SLI that counts events. */
export function correctedExpression(
  identity: SlothIdentity,
  sli: Extract<AskableSli, { kind: "events" }>,
  windowMs: DurationMs,
): string {
  const correction = slothSelector(correctionMetric(windowMs), identity);
  const [bad, total] = [renderQuery(sli.errorQuery, windowMs), renderQuery(sli.totalQuery, windowMs)];
  return `(\n${correction}\n* on()\n${bad}\n)\n/\n(${total})\n`;
}

/** The name of the numerator's correction over a window. */
export function correctionMetric(windowMs: DurationMs): string {
  return `${correctionStem}${formatDuration(windowMs)}`;
}

/** A window's traffic relative to the period's. */
export function correctionExpression(
  sli: Extract<AskableSli, { kind: "events" }>,
  windowMs: DurationMs,
  periodMs: DurationMs,
): string {
  return `(${renderQuery(sli.totalQuery, windowMs)})/(${renderQuery(sli.totalQuery, periodMs)})`;
}

/** A pair of windows over which the budget must burn faster than `factor` says. */
export interface Burn {
  readonly factor: number;
  readonly shortMs: DurationMs;
  readonly longMs: DurationMs;
}

/** An alert's expression: any of the pairs burns. `percent` is the objective as it is written. */
export function alertExpression(identity: SlothIdentity, percent: number, burns: readonly Burn[]): string {
  const budget = goNumber((100 - percent) / 100);
  const side = (windowMs: DurationMs, factor: number): string => {
    const ratio = slothSelector(errorRatioMetric(windowMs), identity);
    return `    max(${ratio} > (${goNumber(factor)} * ${budget})) without (sloth_window)\n`;
  };
  return burns
    .map(({ factor, shortMs, longMs }) => `(\n${side(shortMs, factor)}    and\n${side(longMs, factor)})\n`)
    .join("or\n");
}

/** A number as Go prints it with `%g`: with an exponent of two digits below 0.0001 and from a million on. */
function goNumber(value: number): string {
  if (value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6)) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

/** A series that tells of an SLO as a whole. */
export interface MetaRecord {
  readonly metric: string;
  readonly expression: string;
}

/** The series that tell of an SLO as a whole, in Sloth's order. `percent` is the objective as it is written. */
export function metaRecords(
  identity: SlothIdentity,
  percent: number,
  shortestMs: DurationMs,
  periodMs: DurationMs,
): readonly MetaRecord[] {
  const of = (metric: string): string => slothSelector(metric, identity);
  const burn = (metric: string): string =>
    `${of(metric)}\n/ on(sloth_id, sloth_slo, sloth_service) group_left\n${of("slo:error_budget:ratio")}\n`;
  const objective = goNumber(percent / 100);
  return [
    { metric: "slo:objective:ratio", expression: `vector(${objective})` },
    { metric: "slo:error_budget:ratio", expression: `vector(1-${objective})` },
    { metric: "slo:time_period:days", expression: `vector(${goNumber(periodMs / 86_400_000)})` },
    { metric: "slo:current_burn_rate:ratio", expression: burn(errorRatioMetric(shortestMs)) },
    { metric: "slo:period_burn_rate:ratio", expression: burn(errorRatioMetric(periodMs)) },
    {
      metric: "slo:period_error_budget_remaining:ratio",
      expression: `1 - ${of("slo:period_burn_rate:ratio")}`,
    },
  ];
}

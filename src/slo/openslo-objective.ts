/** Objectives of OpenSLO files, put together from what their keys say. */
import type { Budgeting } from "../domain/budgeting.ts";
import type { Objective } from "../domain/objective.ts";
import type { SliPart } from "../domain/sli.ts";
import { budgetingOf, type Method, type SliceLength, targetOf } from "./openslo-budgeting.ts";
import type { Indicator } from "./indicator.ts";
import { askableSli, lintOperator } from "./openslo-sli.ts";
import type { BudgetWindow } from "./openslo-window.ts";
import { isThere, numberAt, type Place, refuse, textAt, under, warn } from "./place.ts";
import type { SloOptions, SloOrigin } from "./reading.ts";

/** What all objectives of an SLO have in common. */
export interface SloTerms {
  readonly window: BudgetWindow;
  readonly method: Method;
  readonly sliceLength: SliceLength;
  readonly options: SloOptions;
}

/** One entry of `objectives`, and what it is measured by. */
export interface Entry {
  readonly place: Place;
  readonly indicator: Indicator;
}

/** An objective and where it was read. */
export interface ReadObjective {
  readonly objective: Objective;
  readonly origin: SloOrigin;
}

/** Where an objective was read; `slo` is what its own tool calls it, where that is not its name here. */
export function originOf({ document, path }: Place, spec: Place, slo?: string): SloOrigin {
  const { value } = ["service", "serviceRef"].map((key) => under(spec, key)).find(isThere) ?? spec;
  const service = isServiceName(value) ? { service: value } : {};
  return { document, path, ...service, ...(slo === undefined ? {} : { slo }) };
}

/** Whether a service's name can be a part of a name that Sloth makes. */
export function isServiceName(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9][-A-Za-z0-9_.]{0,58}[A-Za-z0-9]$/.test(value);
}

type Measured = Pick<Objective, "targetRatio" | "sli" | "budgeting" | "metricSource">;

/** An objective that stands for itself. */
export function singleObjective(name: string, entry: Entry, terms: SloTerms): Objective | undefined {
  const measured = measuredBy(entry, terms);
  return measured && assembled(name, measured, terms);
}

/**
 * Several entries with indicators of their own as one objective. OpenSLO states no target for the whole. The strictest
 * of its parts' is taken: then the whole never burns slower than a part does.
 */
export function compositeObjective(
  name: string,
  entries: readonly Entry[],
  terms: SloTerms,
): Objective | undefined {
  const parts = entries.map((entry) => partOf(entry, terms));
  const whole = parts.filter((one) => one !== undefined);
  const [first] = whole;
  const [head, ...rest] = whole.map(({ part }) => part);
  if (first === undefined || head === undefined || whole.length < entries.length) return undefined;
  for (const { place, budgeting, metricSource } of whole) {
    if (sliceMsOf(budgeting) !== sliceMsOf(first.budgeting))
      return refuse(
        under(place, "timeSliceWindow"),
        "unsupported_sli",
        "differs from the first objective's; the parts of a whole have one length of slices",
      );
    if (metricSource !== first.metricSource)
      return refuse(
        place,
        "unsupported_sli",
        "asks another data source than the first objective; one objective is asked at one",
      );
  }
  const targets = whole.map(({ part }) => part.targetRatio);
  const targetRatio = Math.max(...targets);
  if (first.budgeting !== undefined && targets.some((one) => one !== targetRatio))
    warn(
      first.place,
      "contradiction",
      "has another target than others of the whole; the strictest is taken for the whole",
    );
  const { budgeting, metricSource } = first;
  const sli = { kind: "composite", parts: [head, ...rest] } as const;
  return assembled(
    name,
    {
      targetRatio,
      sli,
      ...(budgeting && { budgeting }),
      ...(metricSource !== undefined && { metricSource }),
    },
    terms,
  );
}

/** The name of an SLO; strict readers want that of a DNS label, and people are shown it. */
export function sloName(object: Place): string | undefined {
  const place = under(object, "metadata", "name");
  const name = textAt(place);
  if (name === undefined)
    return isThere(place) ? undefined : refuse(place, "missing_key", "`name` is missing");
  if (!/^[A-Za-z0-9][A-Za-z0-9 _.:/-]{0,62}$/.test(name))
    return refuse(
      place,
      "wrong_value",
      "must begin with a letter or digit and hold only those and `-`, 63 at most",
    );
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name))
    warn(
      place,
      "wrong_value",
      "should hold only lower case letters, digits and `-`; strict readers refuse it",
    );
  return name;
}

function partOf(entry: Entry, terms: SloTerms) {
  const measured = measuredBy(entry, terms);
  const written = under(entry.place, "compositeWeight");
  const weight = isThere(written) ? numberAt(written) : 1;
  if (weight !== undefined && weight <= 0) return refuse(written, "wrong_value", "must be above 0");
  if (measured === undefined || weight === undefined) return undefined;
  const { targetRatio, sli, budgeting } = measured;
  if (sli.kind === "composite" || sli.kind === "recorded_only") return undefined;
  const slice = budgeting?.kind === "timeslices" ? { sliceTargetRatio: budgeting.sliceTargetRatio } : {};
  const part: SliPart = { targetRatio, weight, ...slice, sli };
  return { ...measured, place: entry.place, part };
}

function measuredBy({ place, indicator }: Entry, terms: SloTerms): Measured | undefined {
  const targetRatio = targetOf(place);
  const budgeting = budgetingOf(terms.method, place, terms.sliceLength, terms.window.windowMs);
  lintOperator(indicator, place);
  const sli = askableSli(indicator, place);
  const [source, other] = [...new Set(indicator.sources)];
  if (other !== undefined)
    return refuse(
      place,
      "unsupported_sli",
      `asks two data sources, \`${String(source)}\` and \`${other}\`; one objective is asked at one`,
    );
  if (targetRatio === undefined || budgeting === undefined || sli === undefined) return undefined;
  return {
    targetRatio,
    sli,
    ...(budgeting.kind === "occurrences" ? {} : { budgeting }),
    ...(source === undefined ? {} : { metricSource: source }),
  };
}

function assembled(name: string, measured: Measured, { window, options }: SloTerms): Objective {
  return {
    name,
    ...window,
    ...measured,
    ...(options.measure === undefined ? {} : { measure: options.measure }),
  };
}

function sliceMsOf(budgeting: Budgeting | undefined): number | undefined {
  return budgeting === undefined || budgeting.kind === "occurrences" ? undefined : budgeting.sliceMs;
}

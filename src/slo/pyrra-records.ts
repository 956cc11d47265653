/**
 * The series that Pyrra's rules record. https://github.com/pyrra-dev/pyrra/blob/v0.10.1/slo/rules.go, `promql.go`. What Pyrra
 * calls a burn rate is an error ratio (0..1): https://github.com/pyrra-dev/pyrra/issues/594
 *
 * Keeps: the counts over the SLO's window are split by fewer labels than their selectors speak of. Where errors could not be
 * told from other events there, the recording says "no errors" of every outage, so it is not read.
 */
import type { QueryTemplate } from "../domain/query-template.ts";
import type { AskableSli } from "../domain/sli.ts";
import { type Summed, summed } from "./pyrra-sli.ts";
import type { PyrraSlo } from "./pyrra-slo.ts";
import { type Matcher, selectorText, type VectorSelector } from "./vector-selector.ts";

/** The name that recorded error ratios begin with. */
export function burnrateBase({ indicator }: PyrraSlo): string {
  return stripped(indicator.total.metric, ["_total", "_count"]);
}

/** The name that recorded counts begin with. */
export function increaseBase({ metric }: VectorSelector): string {
  return stripped(metric, ["_total", "_count", "_bucket"]);
}

/** The selector of recorded error ratios, with a hole for the window in the metric's name. */
export function burnrateTemplate(slo: PyrraSlo, more: readonly Matcher[] = []): QueryTemplate {
  const kept = standing(slo.indicator.total, new Set(slo.grouping));
  return { pieces: [`${burnrateBase(slo)}:burnrate`, selectorText("", [...kept, sloMatcher(slo), ...more])] };
}

/** The counts that Pyrra records over the SLO's window, as an SLI. The window is a hole in the names. */
export function periodSli(slo: PyrraSlo, more: readonly Matcher[] = []): AskableSli {
  const { indicator } = slo;
  const labels = countLabels(slo);
  const recorded = (stem: string, selector: VectorSelector, ...own: readonly Matcher[]): Summed =>
    summed(slo, stem, selectorText("", [...standing(selector, labels), ...own, sloMatcher(slo), ...more]));
  const all = `${increaseBase(indicator.total)}:increase`;
  switch (indicator.kind) {
    case "ratio":
      return {
        kind: "events",
        counted: "per_window",
        errorQuery: recorded(`${increaseBase(indicator.errors)}:increase`, indicator.errors),
        totalQuery: recorded(all, indicator.total),
      };
    case "latency":
      return {
        kind: "good_events",
        counted: "per_window",
        goodQuery: recorded(`${increaseBase(indicator.success)}:increase`, indicator.success),
        totalQuery: recorded(all, indicator.total, le("")),
      };
    case "latency_native":
      return {
        kind: "good_events",
        counted: "per_window",
        goodQuery: recorded(all, indicator.total, le(String(indicator.latencySeconds))),
        totalQuery: recorded(all, indicator.total, le("")),
      };
    case "bool_gauge":
      return {
        kind: "good_events",
        counted: "per_window",
        goodQuery: recorded(`${indicator.total.metric}:sum`, indicator.total),
        totalQuery: recorded(`${indicator.total.metric}:count`, indicator.total),
      };
  }
}

/**
 * Why the recorded counts cannot be read, as the end of a sentence that begins with "what Pyrra records over the window";
 * `undefined` where they can. Pyrra keeps a label that only one of both selectors names, and one that the total matches by
 * a pattern; of any other label that the two match differently it drops what would tell them apart.
 */
export function countsFault(slo: PyrraSlo): string | undefined {
  const { indicator } = slo;
  if (indicator.kind !== "ratio" && indicator.kind !== "latency") return undefined;
  const { total } = indicator;
  const part = indicator.kind === "ratio" ? indicator.errors : indicator.success;
  const kept = countLabels(slo);
  const isIn = ({ matchers }: VectorSelector, { name, op, value }: Matcher): boolean =>
    matchers.some((one) => one.name === name && one.op === op && one.value === value);
  // The bucket of a latency is written to the series of its successes, unless the total has one itself.
  const isBucket = ({ name }: Matcher): boolean =>
    name === "le" && indicator.kind === "latency" && !total.matchers.some((one) => one.name === "le");
  const lost = [...part.matchers, ...total.matchers].find(
    (one) => !kept.has(one.name) && !isBucket(one) && !(isIn(part, one) && isIn(total, one)),
  );
  if (lost !== undefined) return `lacks the label \`${lost.name}\`, by which the two differ`;
  const isOneName = part.metric !== total.metric && increaseBase(part) === increaseBase(total);
  return indicator.kind === "ratio" && isOneName ? "has one name for the two" : undefined;
}

/** The labels whose values stand in the recorded counts, besides those of `=` matchers, which are written to them. */
export function countLabels({ indicator, grouping }: PyrraSlo): ReadonlySet<string> {
  const { matchers } = indicator.total;
  const names = (from: readonly Matcher[]): readonly string[] => from.map(({ name }) => name);
  switch (indicator.kind) {
    case "ratio":
    case "latency": {
      const part = indicator.kind === "ratio" ? indicator.errors : indicator.success;
      const only = names(part.matchers).filter((name) => name !== "le" && !names(matchers).includes(name));
      const patterns = names(matchers.filter(({ op }) => op === "=~" || op === "!~"));
      return new Set([...grouping, ...only, ...patterns]);
    }
    case "latency_native":
      return new Set(grouping);
    case "bool_gauge":
      return new Set([...grouping, ...names(matchers)]);
  }
}

/** Matchers that recorded series can meet: of the labels that these lack only what an empty value meets. */
function standing({ matchers }: VectorSelector, labels: ReadonlySet<string>): readonly Matcher[] {
  return matchers.filter(
    ({ name, op, value }) => labels.has(name) || op === "=" || name === "le" || (op === "!=" && value !== ""),
  );
}

const le = (value: string): Matcher => ({ name: "le", op: "=", value });

const sloMatcher = ({ name }: PyrraSlo): Matcher => ({ name: "slo", op: "=", value: name });

function stripped(metric: string, endings: readonly string[]): string {
  return endings.reduce(
    (name, ending) => (name.endsWith(ending) ? name.slice(0, -ending.length) : name),
    metric,
  );
}

/**
 * The series that Pyrra's rules record, and the queries that they are made of, letter for letter.
 * https://github.com/pyrra-dev/pyrra/blob/v0.10.1/slo/rules.go, `promql.go`. What Pyrra calls a burn rate is an error ratio
 * (0..1): https://github.com/pyrra-dev/pyrra/issues/594
 */
import { type DurationMs, formatDuration } from "../domain/duration.ts";
import type { QueryTemplate } from "../domain/query-template.ts";
import type { AskableSli } from "../domain/sli.ts";
import type { PyrraSlo } from "./pyrra-slo.ts";
import { type Matcher, selectorText, type VectorSelector } from "./vector-selector.ts";

/** The name that recorded error ratios begin with. */
export function burnrateBase({ indicator }: PyrraSlo): string {
  return stripped(indicator.total.metric, ["_total", "_count"]);
}

/** The selector of recorded error ratios, with a hole for the window in the metric's name. */
export function burnrateTemplate(slo: PyrraSlo, more: readonly Matcher[] = []): QueryTemplate {
  const kept = slo.indicator.total.matchers.filter(
    ({ name, op }) => op === "=" || op === "!=" || slo.grouping.includes(name),
  );
  const matchers = [...kept, sloMatcher(slo), ...more];
  return { pieces: [`${burnrateBase(slo)}:burnrate`, selectorText("", matchers)] };
}

/** The error ratio as Pyrra's rule asks for it over a window. */
export function burnrateExpression(slo: PyrraSlo, windowMs: DurationMs): string {
  const { indicator } = slo;
  const window = formatDuration(windowMs);
  const rate = (selector: VectorSelector): string => sumOf(slo, `rate(${asked(selector)}[${window}])`);
  switch (indicator.kind) {
    case "ratio":
      return `${rate(indicator.errors)} / ${rate(indicator.total)}`;
    case "latency":
      return `(${rate(indicator.total)} - ${rate(indicator.success)}) / ${rate(indicator.total)}`;
    case "latency_native":
      return `1 - histogram_fraction(0, ${indicator.latencySeconds}, ${rate(indicator.total)})`;
    case "bool_gauge": {
      const over = (name: string): string => sumOf(slo, `${name}(${asked(indicator.total)}[${window}])`);
      return `(${over("count_over_time")} - ${over("sum_over_time")}) / ${over("count_over_time")}`;
    }
  }
}

/** The SLI in the file's own words: what Pyrra's rule divides, asked apart. */
export function pyrraSli(slo: PyrraSlo): AskableSli {
  const { indicator } = slo;
  const over = (name: string, selector: VectorSelector): QueryTemplate => {
    const [head = "", tail = ""] = sumOf(slo, `${name}(${asked(selector)}[\n])`).split("\n");
    return { pieces: [head, tail] };
  };
  switch (indicator.kind) {
    case "ratio":
      return {
        kind: "events",
        errorQuery: over("rate", indicator.errors),
        totalQuery: over("rate", indicator.total),
      };
    case "latency":
      return {
        kind: "good_events",
        goodQuery: over("rate", indicator.success),
        totalQuery: over("rate", indicator.total),
      };
    case "latency_native": {
      const all = over("rate", indicator.total);
      const count = wrapped("histogram_count(", all, ")");
      const slow = wrapped(`(1 - histogram_fraction(0, ${indicator.latencySeconds}, `, all, "))");
      return { kind: "events", errorQuery: chained(slow, " * ", count), totalQuery: count };
    }
    case "bool_gauge": {
      const count = over("count_over_time", indicator.total);
      const good = over("sum_over_time", indicator.total);
      return {
        kind: "events",
        counted: "per_window",
        errorQuery: chained(count, " - ", good),
        totalQuery: count,
      };
    }
  }
}

/** The counts that Pyrra records over the SLO's window, as an SLI. The window is a hole in the names. */
export function periodSli(slo: PyrraSlo, more: readonly Matcher[] = []): AskableSli {
  const { indicator } = slo;
  const recorded = (stem: string, matchers: readonly Matcher[]): QueryTemplate => {
    const [head = "", tail = ""] = sumOf(
      slo,
      `${stem}\n${selectorText("", [...matchers, sloMatcher(slo), ...more])}`,
    ).split("\n");
    return { pieces: [head, tail] };
  };
  const increase = (selector: VectorSelector, matchers: readonly Matcher[]): QueryTemplate =>
    recorded(`${increaseBase(selector)}:increase`, matchers);
  switch (indicator.kind) {
    case "ratio":
      return {
        kind: "events",
        counted: "per_window",
        errorQuery: increase(indicator.errors, indicator.errors.matchers),
        totalQuery: increase(indicator.total, indicator.total.matchers),
      };
    case "latency":
      return {
        kind: "good_events",
        goodQuery: increase(indicator.total, indicator.success.matchers),
        totalQuery: increase(indicator.total, [...indicator.total.matchers, le("")]),
      };
    case "latency_native":
      return {
        kind: "good_events",
        goodQuery: increase(indicator.total, [
          ...indicator.total.matchers,
          le(String(indicator.latencySeconds)),
        ]),
        totalQuery: increase(indicator.total, [...indicator.total.matchers, le("")]),
      };
    case "bool_gauge": {
      const { metric, matchers } = indicator.total;
      const count = recorded(`${metric}:count`, matchers);
      const good = recorded(`${metric}:sum`, matchers);
      return {
        kind: "events",
        counted: "per_window",
        errorQuery: chained(count, " - ", good),
        totalQuery: count,
      };
    }
  }
}

/** The name that recorded counts begin with. */
export function increaseBase({ metric }: VectorSelector): string {
  return stripped(metric, ["_total", "_count", "_bucket"]);
}

const le = (value: string): Matcher => ({ name: "le", op: "=", value });

const sloMatcher = ({ name }: PyrraSlo): Matcher => ({ name: "slo", op: "=", value: name });

function stripped(metric: string, endings: readonly string[]): string {
  return endings.reduce(
    (name, ending) => (name.endsWith(ending) ? name.slice(0, -ending.length) : name),
    metric,
  );
}

/**
 * The selector as it is asked. Prometheus 3 stores the bucket `le="1"` as `le="1.0"`, so whole numbers match both.
 * https://prometheus.io/docs/prometheus/latest/migration/#le-and-quantile-label-values
 */
function asked({ metric, matchers }: VectorSelector): string {
  const both = matchers.map((one): Matcher => {
    const isWhole = one.name === "le" && one.op === "=" && /^\d+$/.test(one.value);
    return isWhole ? { ...one, op: "=~", value: `${one.value}(\\.0)?` } : one;
  });
  return selectorText(metric, both);
}

function sumOf({ grouping }: PyrraSlo, inner: string): string {
  return grouping.length === 0 ? `sum(${inner})` : `sum by (${grouping.join(", ")}) (${inner})`;
}

function wrapped(before: string, { pieces }: QueryTemplate, after: string): QueryTemplate {
  return {
    pieces: pieces.map(
      (piece, index) => `${index === 0 ? before : ""}${piece}${index === pieces.length - 1 ? after : ""}`,
    ),
  };
}

function chained(first: QueryTemplate, between: string, second: QueryTemplate): QueryTemplate {
  const [head = "", ...rest] = second.pieces;
  return {
    pieces: [...first.pieces.slice(0, -1), `${first.pieces.at(-1) ?? ""}${between}${head}`, ...rest],
  };
}

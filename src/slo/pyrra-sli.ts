/** What Pyrra's rules divide, asked apart. https://github.com/pyrra-dev/pyrra/blob/v0.10.1/slo/rules.go */
import type { AskableSli } from "../domain/sli.ts";
import type { PyrraSlo } from "./pyrra-slo.ts";
import { type Matcher, selectorText, type VectorSelector } from "./vector-selector.ts";

/** A sum over an SLO's groups, in two pieces with a hole for the window between them. */
export interface Summed {
  readonly pieces: readonly [string, string];
}

/** Sums what two pieces of a text make. */
export function summed({ grouping }: PyrraSlo, before: string, after: string): Summed {
  const open = grouping.length === 0 ? "sum(" : `sum by (${grouping.join(", ")}) (`;
  return { pieces: [`${open}${before}`, `${after})`] };
}

/** The SLI in the file's own words. Good events that nobody counts are *not measured*: Pyrra reads an outage there. */
export function pyrraSli(slo: PyrraSlo): AskableSli {
  const { indicator } = slo;
  const over = (name: string, selector: VectorSelector): Summed =>
    summed(slo, `${name}(${asked(selector)}[`, "])");
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
      const [head, tail] = over("rate", indicator.total).pieces;
      const count = `histogram_count(${head}`;
      const within = `histogram_fraction(0, ${indicator.latencySeconds}, ${head}`;
      return {
        kind: "good_events",
        goodQuery: { pieces: [within, `${tail}) * ${count}`, `${tail})`] },
        totalQuery: { pieces: [count, `${tail})`] },
      };
    }
    case "bool_gauge":
      return {
        kind: "good_events",
        counted: "per_window",
        goodQuery: over("sum_over_time", indicator.total),
        totalQuery: over("count_over_time", indicator.total),
      };
  }
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

import { formatDuration, parseDuration } from "../../src/domain/duration.ts";
import { ratioOfPercent } from "../../src/domain/objective.ts";
import { renderQuery } from "../../src/domain/query-template.ts";
import {
  burnrateBase,
  burnrateExpression,
  burnrateTemplate,
  increaseBase,
  periodSli,
} from "../../src/slo/pyrra-records.ts";
import { type PyrraSlo, pyrraSloIn } from "../../src/slo/pyrra-slo.ts";
import { pyrraTiers, pyrraWindows } from "../../src/slo/pyrra-windows.ts";
import { selectorText, type VectorSelector } from "../../src/slo/vector-selector.ts";
import { readYaml } from "../../src/slo/yaml-text.ts";
import type { Ask } from "./asks.ts";
import { textOf, type Vector, type VectorData } from "./vector.ts";

/** Vectors of Pyrra's own files. */
export const pyrraAsks: Readonly<Record<string, Ask>> = {
  recorded_error_ratio(vector, data) {
    const slo = sloOf(vector, data);
    const windowMs = duration(vector, "window");
    const metric = `${burnrateBase(slo)}:burnrate${formatDuration(windowMs)}`;
    const direct = burnrateExpression(slo, windowMs);
    return {
      metric,
      labels: ruleLabels(slo),
      selector: renderQuery(burnrateTemplate(slo), windowMs),
      // We always ask in the form that both Prometheus 2 and 3 answer.
      direct_expr:
        vector["prometheus3_migration"] === true
          ? direct
          : direct.replaceAll(/le=~"(\d+)\(\\\\.0\)\?"/g, 'le="$1"'),
      all_windows: pyrraWindows(slo.windowMs).map(formatDuration),
    };
  },

  alert_windows(vector, data) {
    const slo = typeof vector.spec === "string" ? sloOf(vector, data) : undefined;
    const target = slo === undefined ? 0 : targetOf(slo, vector);
    const tiers = pyrraTiers(slo?.windowMs ?? duration(vector, "period"));
    return {
      tiers: tiers.map(({ severity, factor, shortMs, longMs, forMs }) => ({
        severity,
        short: formatDuration(shortMs),
        long: formatDuration(longMs),
        for_: formatDuration(forMs),
        factor,
        threshold_error_ratio: factor * (1 - target),
      })),
      alert_exprs: tiers.map(({ factor, shortMs, longMs }) => {
        const above = (windowMs: number): string =>
          slo === undefined
            ? ""
            : `${renderQuery(burnrateTemplate(slo), windowMs)} > (${factor} * (1-${target}))`;
        return `${above(shortMs)} and ${above(longMs)}`;
      }),
    };
  },

  budget_remaining_query(vector, data) {
    const slo = sloOf(vector, data);
    const budget = `(1 - ${targetOf(slo, vector)})`;
    return { expr: `(${budget} - ${failureOf(slo)}) / ${budget}` };
  },

  recorded_increase(vector, data) {
    return { rules: increaseRules(sloOf(vector, data), vector) };
  },

  generic_rules(vector, data) {
    const slo = sloOf(vector, data);
    const { indicator } = slo;
    const { all, part } = periodParts(slo);
    const rate = ({ metric, matchers }: VectorSelector): string =>
      `sum(rate(${selectorText(metric, matchers)}[5m]))`;
    const [availability, requests, errors] =
      indicator.kind === "ratio"
        ? [
            `1 - sum(${part} or vector(0)) / sum(${all})`,
            rate(indicator.total),
            `${rate(indicator.errors)} or vector(0)`,
          ]
        : indicator.kind === "latency"
          ? [
              `sum(${part} or vector(0)) / sum(${all})`,
              rate(indicator.total),
              `${rate(indicator.total)} - ${rate(indicator.success)}`,
            ]
          : [`sum(${part}) / sum(${all})`, `sum(${all})`, `sum(${all}) - sum(${part})`];
    return {
      error: null,
      rules: [
        { metric: "pyrra_objective", expr: String(targetOf(slo, vector)) },
        { metric: "pyrra_window", expr: String(slo.windowMs / 1000) },
        { metric: "pyrra_availability", expr: availability },
        { metric: "pyrra_requests:rate5m", expr: requests },
        { metric: "pyrra_errors:rate5m", expr: errors },
      ],
    };
  },
};

function sloOf(vector: Vector, data: VectorData): PyrraSlo {
  const file = textOf(vector, "spec");
  const { documents } = readYaml(file, data.read(file), { maxBytes: 1_000_000, maxDocuments: 100 });
  const slos = documents.flatMap((document) => pyrraSloIn(document).slo ?? []);
  const slo = slos.find(({ name }) => name === vector.slo);
  if (slo === undefined) throw new Error(`${vector.id}: the file has no such SLO`);
  return slo;
}

/**
 * As Pyrra computes it: 99.99 / 100 is 0.9998999999999999. The objects of Pyrra's own tests were never files: they hold the
 * ratio itself.
 */
const targetOf = ({ percent }: PyrraSlo, { spec }: Vector): number =>
  spec?.startsWith("pyrra/test-objects/") === true ? ratioOfPercent(percent) : percent / 100;

/** The labels that Pyrra gives its burn rate rules: those of the total that are plain, unless grouped, and its own. */
function ruleLabels({ name, labels, grouping, indicator }: PyrraSlo): Readonly<Record<string, string>> {
  const plain = indicator.total.matchers.filter((one) => one.op === "=" && !grouping.includes(one.name));
  return { ...labels, ...Object.fromEntries(plain.map((one) => [one.name, one.value])), slo: name };
}

/** The selectors that the product's period sums: everything, and its good or bad part. */
function periodParts(slo: PyrraSlo): { readonly all: string; readonly part: string } {
  const sli = periodSli({ ...slo, grouping: [] });
  const inner = (text: string): string => text.replace(/^sum\(([^]*)\)$/, "$1");
  const of = (pieces: readonly string[]): string => inner(renderQuery({ pieces }, slo.windowMs));
  if (sli.kind === "ratio") throw new Error("Pyrra records counts");
  const all = of(sli.totalQuery.pieces);
  if (slo.indicator.kind === "bool_gauge") return { all, part: all.replace(":count", ":sum") };
  return { all, part: of((sli.kind === "events" ? sli.errorQuery : sli.goodQuery).pieces) };
}

function failureOf(slo: PyrraSlo): string {
  const { all, part } = periodParts(slo);
  switch (slo.indicator.kind) {
    case "ratio":
      return `(sum(${part} or vector(0)) / sum(${all}))`;
    case "latency":
    case "latency_native":
      return `(1 - sum(${part} or vector(0)) / sum(${all}))`;
    case "bool_gauge":
      return `((sum(${all}) - sum(${part})) / sum(${all}))`;
  }
}

/** The rules that record what the product reads over the period. */
function increaseRules(slo: PyrraSlo, { expected }: Vector): readonly object[] {
  const { indicator } = slo;
  const period = formatDuration(slo.windowMs);
  const labels = ruleLabels(slo);
  const isCoarse = JSON.stringify(expected).includes("sum_over_time");
  if (indicator.kind === "bool_gauge") {
    return ["count", "sum"].map((name) => ({
      metric: `${indicator.total.metric}:${name}${period}`,
      labels,
      expr: `sum(${name}_over_time(${selectorText(indicator.total.metric, indicator.total.matchers)}[${period}]))`,
    }));
  }
  const errors = indicator.kind === "ratio" ? indicator.errors : indicator.total;
  const by = [
    ...slo.grouping,
    ...errors.matchers
      .map(({ name }) => name)
      .filter((name) => name !== "le" && !indicator.total.matchers.some((one) => one.name === name)),
    ...indicator.total.matchers.filter(({ op }) => op === "=~").map(({ name }) => name),
  ];
  const isSame = errors.metric === indicator.total.metric;
  const groups = [...new Set(isSame ? by.filter((name) => !(name in labels)) : slo.grouping)].toSorted();
  const sum = (inner: string): string =>
    groups.length === 0 ? `sum(${inner})` : `sum by (${groups.join(", ")}) (${inner})`;
  const rule = (selector: VectorSelector, more: Readonly<Record<string, string>> = {}) => ({
    metric: `${increaseBase(selector)}:increase${period}`,
    labels: { ...labels, ...more },
    expr: sum(`increase(${selectorText(selector.metric, selector.matchers)}[${period}])`),
  });
  if (isCoarse) {
    const base = increaseBase(indicator.total);
    const plain = indicator.total.matchers.filter(({ op }) => op === "=");
    return [
      {
        ...rule(indicator.total),
        metric: `${base}:increase5m`,
        expr: rule(indicator.total).expr.replace(`[${period}]`, "[5m]"),
      },
      {
        ...rule(indicator.total),
        expr: sum(`sum_over_time(${selectorText(`${base}:increase5m`, plain)}[${period}:5m])`),
      },
    ];
  }
  if (indicator.kind === "latency") {
    const bucket = indicator.success.matchers.find(({ name }) => name === "le")!.value;
    return [rule(indicator.total), rule(indicator.success, { le: bucket })];
  }
  return isSame ? [rule(indicator.total)] : [rule(indicator.total), rule(errors)];
}

function duration(vector: Vector, key: string): number {
  const ms = parseDuration(textOf(vector, key));
  if (ms === undefined) throw new Error(`${vector.id}: ${key} is no duration`);
  return ms;
}

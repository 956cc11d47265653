import { formatDuration, parseDuration } from "../../src/domain/duration.ts";
import { ratioOfPercent } from "../../src/domain/objective.ts";
import { type QueryTemplate, renderQuery } from "../../src/domain/query-template.ts";
import {
  burnrateBase,
  burnrateTemplate,
  countLabels,
  increaseBase,
  periodSli,
} from "../../src/slo/pyrra-records.ts";
import { pyrraSli } from "../../src/slo/pyrra-sli.ts";
import { type PyrraSlo, pyrraSloIn } from "../../src/slo/pyrra-slo.ts";
import { pyrraTiers, pyrraWindows } from "../../src/slo/pyrra-windows.ts";
import { selectorText, type VectorSelector } from "../../src/slo/vector-selector.ts";
import { readYaml } from "../../src/slo/yaml-text.ts";
import type { Ask } from "./asks.ts";
import { textOf, type Vector, type VectorData } from "./vector.ts";

/** Vectors of Pyrra's own files. */
export const pyrraAsks: Readonly<Record<string, Ask>> = {
  recorded_error_ratio(vector, data) {
    const slo = pyrraSloOf(vector, data);
    const windowMs = duration(vector, "window");
    const metric = `${burnrateBase(slo)}:burnrate${formatDuration(windowMs)}`;
    const direct = errorRatioOf(slo, windowMs);
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
    const slo = typeof vector.spec === "string" ? pyrraSloOf(vector, data) : undefined;
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
    const slo = pyrraSloOf(vector, data);
    const budget = `(1 - ${targetOf(slo, vector)})`;
    return { expr: `(${budget} - ${failureOf(slo)}) / ${budget}` };
  },

  recorded_increase(vector, data) {
    return { rules: increaseRules(pyrraSloOf(vector, data)) };
  },

  generic_rules(vector, data) {
    const slo = pyrraSloOf(vector, data);
    const { indicator } = slo;
    if (slo.grouping.length > 0) return { error: "ErrGroupingUnsupported", rules: [] };
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
          : indicator.kind === "latency_native"
            ? [`sum(${part} or vector(0)) / sum(${all})`]
            : [`sum(${part}) / sum(${all})`, `sum(${all})`, `sum(${all}) - sum(${part})`];
    return {
      error: null,
      rules: [
        { metric: "pyrra_objective", expr: String(targetOf(slo, vector)) },
        { metric: "pyrra_window", expr: String(slo.windowMs / 1000) },
        { metric: "pyrra_availability", expr: availability },
        { metric: "pyrra_requests:rate5m", expr: requests },
        { metric: "pyrra_errors:rate5m", expr: errors },
      ].filter(({ expr }) => expr !== undefined),
    };
  },
};

/** The SLO that a vector speaks of. */
export function pyrraSloOf(vector: Vector, data: VectorData): PyrraSlo {
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

/** The error ratio as Pyrra's rule divides it, of the parts that the product asks apart. */
function errorRatioOf(slo: PyrraSlo, windowMs: number): string {
  const sli = pyrraSli(slo);
  if (sli.kind === "ratio") throw new Error("the parts are asked apart");
  const total = renderQuery(sli.totalQuery, windowMs);
  if (sli.kind === "events") return `${renderQuery(sli.errorQuery, windowMs)} / ${total}`;
  const good = renderQuery(sli.goodQuery, windowMs);
  return slo.indicator.kind === "latency_native"
    ? `1 - ${good.slice(0, good.lastIndexOf(" * "))}`
    : `(${total} - ${good}) / ${total}`;
}

/** The selectors that the product's period sums: everything, and its good or bad part. */
function periodParts(slo: PyrraSlo): { readonly all: string; readonly part: string } {
  const sli = periodSli({ ...slo, grouping: [] });
  if (sli.kind === "ratio") throw new Error("Pyrra records counts");
  const of = (query: QueryTemplate): string =>
    renderQuery(query, slo.windowMs).replace(/^sum\(([^]*)\)$/, "$1");
  return { all: of(sli.totalQuery), part: of(sli.kind === "events" ? sli.errorQuery : sli.goodQuery) };
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
function increaseRules(slo: PyrraSlo): readonly object[] {
  const { indicator } = slo;
  const period = formatDuration(slo.windowMs);
  const by = [...countLabels(slo)].toSorted();
  const plain = Object.entries(ruleLabels(slo)).filter(([name]) => !by.includes(name));
  const sum = (inner: string): string =>
    by.length === 0 ? `sum(${inner})` : `sum by (${by.join(", ")}) (${inner})`;
  const record = (metric: string, selector: VectorSelector, expr: string) => {
    const le = selector.matchers.find(({ name }) => name === "le");
    return {
      metric,
      labels: { ...Object.fromEntries(plain), ...(le === undefined ? {} : { le: le.value }) },
      expr,
    };
  };
  if (indicator.kind === "latency_native") {
    const { total } = indicator;
    const sli = pyrraSli(slo);
    if (sli.kind !== "good_events") throw new Error("good events are counted");
    const [all, good] = [sli.totalQuery, sli.goodQuery].map((query) =>
      renderQuery(query, slo.windowMs).replaceAll("rate(", "increase("),
    ) as [string, string];
    const bucket = { name: "le", op: "=", value: String(indicator.latencySeconds) } as const;
    const name = `${increaseBase(total)}:increase${period}`;
    return [record(name, total, all), record(name, { ...total, matchers: [bucket] }, good)];
  }
  const counted: readonly (readonly [stem: string, over: string, from: VectorSelector])[] =
    indicator.kind === "bool_gauge"
      ? [
          [`${indicator.total.metric}:count`, "count_over_time", indicator.total],
          [`${indicator.total.metric}:sum`, "sum_over_time", indicator.total],
        ]
      : [
          [`${increaseBase(indicator.total)}:increase`, "increase", indicator.total],
          ...(indicator.kind === "latency"
            ? [[`${increaseBase(indicator.success)}:increase`, "increase", indicator.success] as const]
            : indicator.errors.metric === indicator.total.metric
              ? []
              : [[`${increaseBase(indicator.errors)}:increase`, "increase", indicator.errors] as const]),
        ];
  const over = (window: string, [stem, name, from]: (typeof counted)[number]) =>
    record(`${stem}${window}`, from, sum(`${name}(${selectorText(from.metric, from.matchers)}[${window}])`));
  if (!slo.isCoarse) return counted.map((one) => over(period, one));
  const bucket = counted.some(([, , { matchers }]) => matchers.some(({ name }) => name === "le"));
  const added = counted.map(([stem, , from]) => {
    const isTotal = bucket && !from.matchers.some(({ name }) => name === "le");
    const matchers = [...from.matchers, ...(isTotal ? [{ name: "le", op: "=", value: "" } as const] : [])];
    const inner = `sum_over_time(${selectorText(`${stem}5m`, matchers)}[${period}:5m])`;
    return record(`${stem}${period}`, from, sum(inner));
  });
  return [...counted.map((one) => over("5m", one)), ...added];
}

function duration(vector: Vector, key: string): number {
  const ms = parseDuration(textOf(vector, key));
  if (ms === undefined) throw new Error(`${vector.id}: ${key} is no duration`);
  return ms;
}

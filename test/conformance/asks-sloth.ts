import { errorBudget } from "../../src/domain/budget.ts";
import { formatDuration, parseDuration } from "../../src/domain/duration.ts";
import type { Objective } from "../../src/domain/objective.ts";
import { renderQuery } from "../../src/domain/query-template.ts";
import { formatOf } from "../../src/slo/format.ts";
import { slothDefaultPeriodMs } from "../../src/slo/sloth.ts";
import { readSlos } from "../../src/slo/read.ts";
import {
  correctedExpression,
  correctionExpression,
  correctionMetric,
  errorRatioExpression,
  errorRatioMetric,
  metaRecords,
  periodExpression,
  slothLabels,
  slothSelector,
} from "../../src/slo/sloth-records.ts";
import { type SlothSlo, slothSlosIn } from "../../src/slo/sloth-slo.ts";
import {
  defaultSlothWindows,
  readSlothWindows,
  type SlothWindows,
  tierFactor,
  tierWindows,
} from "../../src/slo/sloth-windows.ts";
import { readYaml, type YamlDocument } from "../../src/slo/yaml-text.ts";
import type { Ask } from "./asks.ts";
import { textOf, type Vector, type VectorData } from "./vector.ts";

/** Vectors of Sloth's own files. */
export const slothAsks: Readonly<Record<string, Ask>> = {
  direct_error_ratio(vector, data) {
    const { slo, objective, periodMs, identity } = sloOf(vector, data);
    const windowMs = duration(vector, "window");
    const { sli } = objective;
    if (sli.kind !== "events" && sli.kind !== "ratio") throw new Error(`an SLI of kind ${sli.kind}`);
    const isCorrected = slo.plugins.some(({ id }) => id.includes("denominator_corrected"));
    const expression =
      windowMs === periodMs
        ? periodExpression(identity, shortest(windowsOf(vector, data)), periodMs)
        : isCorrected && sli.kind === "events"
          ? correctedExpression(identity, sli, windowMs)
          : errorRatioExpression(sli, windowMs);
    return { expr_whitespace_normalised: expression, record: errorRatioMetric(windowMs) };
  },

  recorded_error_ratio(vector, data) {
    const { slo, objective, identity } = sloOf(vector, data);
    const windowMs = duration(vector, "window");
    const extra = vector.id === "sloth-rec-extra-labels" ? { exk1: "exv1", exk2: "exv2" } : {};
    return {
      metric: errorRatioMetric(windowMs),
      matchers: slothLabels(identity),
      selector: renderQuery(objective.recording!.errorRatio, windowMs),
      // What Sloth's command line adds is not in the file, and the selector does not need it.
      series_labels: {
        ...extra,
        ...slo.labels,
        ...slothLabels(identity),
        sloth_window: formatDuration(windowMs),
      },
    };
  },

  recorded_meta(vector, data) {
    const { slo, objective, identity, periodMs } = sloOf(vector, data);
    const metric = textOf(vector, "metric");
    const windows = windowsOf(vector, data);
    const all = [
      ...metaRecords(identity, slo.percent, shortest(windows), periodMs),
      ...tierWindows(windows).flatMap((windowMs) =>
        objective.sli.kind === "events"
          ? [
              {
                metric: correctionMetric(windowMs),
                expression: correctionExpression(objective.sli, windowMs, periodMs),
              },
            ]
          : [],
      ),
    ];
    const defined = all.find((one) => one.metric === metric);
    return { metric, selector: slothSelector(metric, identity), defined_as: defined?.expression };
  },

  alert_windows(vector, data) {
    const { slo, objective } = sloOf(vector, data);
    const windows = windowsOf(vector, data);
    const budget = errorBudget(objective.targetRatio);
    const tiers = windows.tiers
      .filter(({ severity }) => !slo.alerting[severity].isDisabled)
      .map((tier) => {
        const factor = tierFactor(tier, windows.periodMs);
        return {
          severity: tier.severity,
          speed: tier.speed,
          short: formatDuration(tier.shortMs),
          long: formatDuration(tier.longMs),
          factor,
          budget,
          threshold_error_ratio: factor * budget,
        };
      });
    return { tiers };
  },

  validate(vector, data) {
    const { problems } = read(vector, data);
    const errors = problems.filter(({ severity }) => severity === "error");
    return { accept: errors.length === 0 };
  },

  mode(vector, data) {
    const { objective } = sloOf(vector, data);
    return {
      direct: objective.sli.kind !== "recorded_only",
      recorded: objective.recording !== undefined,
    };
  },

  lint(vector, data) {
    const { problems } = read(vector, data);
    const dropped = problems.filter(({ code }) => code === "dropped_key");
    return { severity: dropped[0]?.severity, unknown_fields: dropped.map(({ key }) => key) };
  },

  detect(vector, data) {
    const [document] = documentsOf(vector, data);
    return { format: formatOf(document?.value) ?? null };
  },
};

function read(vector: Vector, data: VectorData) {
  const file = textOf(vector, "spec");
  return readSlos([{ file, text: data.read(file) }]);
}

function documentsOf(vector: Vector, data: VectorData, key = "spec"): readonly YamlDocument[] {
  const file = textOf(vector, key);
  return readYaml(file, data.read(file), { maxBytes: 1_000_000, maxDocuments: 100 }).documents.filter(
    ({ value }) => value !== null,
  );
}

interface Found {
  readonly slo: SlothSlo;
  readonly objective: Objective;
  readonly identity: { readonly service: string; readonly slo: string };
  readonly periodMs: number;
}

function sloOf(vector: Vector, data: VectorData): Found {
  const slos = documentsOf(vector, data).flatMap((document) => slothSlosIn(document).slos);
  const index = typeof vector["doc_index"] === "number" ? vector["doc_index"] : 0;
  const slo = slos.filter(({ name }) => name === vector.slo)[slos.length > 1 ? index : 0] ?? slos[0];
  if (slo === undefined) throw new Error(`${vector.id}: the file has no such SLO`);
  const file = textOf(vector, "spec");
  const periodMs = "period" in vector ? duration(vector, "period") : slothDefaultPeriodMs;
  const { objectives } = readSlos([{ file, text: data.read(file) }], { windowMs: periodMs });
  const identity = { service: slo.service, slo: slo.name };
  const objective = objectives.find(({ name }) => name === `${slo.service}-${slo.name}`);
  if (objective === undefined) throw new Error(`${vector.id}: the SLO was not read`);
  return { slo, objective, identity, periodMs };
}

function windowsOf(vector: Vector, data: VectorData): SlothWindows {
  if (typeof vector["windows_file"] !== "string") return defaultSlothWindows(duration(vector, "period"));
  const [document] = documentsOf(vector, data, "windows_file");
  const { windows } = document === undefined ? {} : readSlothWindows(document);
  if (windows === undefined) throw new Error(`${vector.id}: the windows were not read`);
  return windows;
}

const shortest = (windows: SlothWindows): number => tierWindows(windows)[0]!;

function duration(vector: Vector, key: string): number {
  const ms = parseDuration(textOf(vector, key));
  if (ms === undefined) throw new Error(`${vector.id}: ${key} is no duration`);
  return ms;
}

import { expect } from "vitest";
import type { Objective } from "../../../src/domain/objective.ts";
import { readSlos } from "../../../src/slo/read.ts";
import type { SloOptions } from "../../../src/slo/reading.ts";

/** A v1 SLO, two counters over 28 rolling days, with the given lines in place of its own. */
export function v1(changes: Readonly<Record<string, string>> = {}): string {
  const lines = {
    apiVersion: "apiVersion: openslo/v1",
    kind: "kind: SLO",
    metadata: "metadata: {name: checkout}",
    spec: "spec:",
    service: "  service: shop",
    indicator: `  indicator: ${ratio()}`,
    timeWindow: "  timeWindow: [{duration: 28d, isRolling: true}]",
    budgetingMethod: "  budgetingMethod: Occurrences",
    objectives: "  objectives: [{target: 0.99}]",
    ...changes,
  };
  return `${Object.values(lines)
    .filter((line) => line !== "")
    .join("\n")}\n`;
}

/** An indicator of good and total events. */
export function ratio(good = "sum(good_total)", total = "sum(all_total)", more = "counter: true"): string {
  return `{spec: {ratioMetric: {${more}, good: ${metric(good)}, total: ${metric(total)}}}}`;
}

/** A metric that asks Prometheus. */
export function metric(query: string, more = "type: Prometheus"): string {
  return `{metricSource: {${more}, spec: {query: '${query}'}}}`;
}

/** A v1alpha SLO as Sloth reads it. */
export function alpha(changes: Readonly<Record<string, string>> = {}): string {
  const source = (name: string) =>
    `{source: prometheus, queryType: promql, query: 'sum(rate(${name}[{{.window}}]))'}`;
  return v1({
    apiVersion: "apiVersion: openslo/v1alpha",
    indicator: "",
    timeWindow: "  timeWindows: [{unit: Day, count: 30, isRolling: true}]",
    objectives: `  objectives: [{target: 0.99, value: 1, ratioMetrics: {good: ${source("good")}, total: ${source("all")}}}]`,
    ...changes,
  });
}

/** Reads texts as files of one set. */
export function read(texts: string | readonly string[], options: SloOptions = {}) {
  const files = [texts].flat().map((text, index) => ({ file: `slo-${index}.yaml`, text }));
  return readSlos(files, options);
}

/** The one objective of a set of which nothing is to be told. */
export function only(texts: string | readonly string[], options: SloOptions = {}): Objective {
  const { objectives, problems } = read(texts, options);
  expect(problems).toEqual([]);
  expect(objectives).toHaveLength(1);
  const [objective] = objectives;
  if (objective === undefined) throw new Error("nothing was read");
  return objective;
}

/** What is told of a set: place, severity, code and key. */
export function told(texts: string | readonly string[], options: SloOptions = {}): readonly string[] {
  return read(texts, options).problems.map(
    ({ position, severity, code, key }) => `${position.line}:${position.column} ${severity} ${code} ${key}`,
  );
}

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDuration } from "../../../src/domain/duration.ts";
import type { Objective } from "../../../src/domain/objective.ts";
import { renderQuery } from "../../../src/domain/query-template.ts";
import { readSlos } from "../../../src/slo/read.ts";
import type { SloReading } from "../../../src/slo/reading.ts";

/** Reads one file by itself. */
const readSloth = (file: string, text: string, windowMs?: number): SloReading =>
  readSlos([{ file, text }], windowMs === undefined ? {} : { windowMs });

// Sloth's own example files and the rules that Sloth made of them lie in a folder beside this repository, which
// BURNGATE_SHARED names. A folder that is named and not there is an error, or nothing would be tested and all be well.
const shared = process.env["BURNGATE_SHARED"];
if (shared !== undefined && !statSync(shared, { throwIfNoEntry: false })?.isDirectory()) {
  throw new Error(`BURNGATE_SHARED names ${shared}, which is no folder`);
}
const withShared = shared === undefined ? it.skip : it;
const note = shared === undefined ? " (skipped: BURNGATE_SHARED names no folder with Sloth's examples)" : "";
const folder = shared ?? "";

interface Vector {
  readonly id: string;
  readonly tool: string;
  readonly spec: string;
  readonly slo: string;
  readonly ask: string;
  readonly window: string;
  readonly period: string;
  readonly expected: { readonly expr_whitespace_normalised: string };
}

// Sloth answers these from series that it records itself, which Burngate never asks for: the share of the budget over the
// period, and what a plugin makes of the numerator.
const fromRecordedSeries = ["sloth-direct-raw-home-wifi-30d", "sloth-direct-denominator-corrected-1h"];

function vectors(): readonly Vector[] {
  const { vectors: all } = JSON.parse(readFileSync(join(folder, "vectors/slo.json"), "utf8")) as {
    vectors: Vector[];
  };
  return all.filter(
    (one) => one.tool === "sloth" && one.ask === "direct_error_ratio" && !fromRecordedSeries.includes(one.id),
  );
}

const readExample = (path: string) => readSloth(path, readFileSync(join(folder, "slo-data", path), "utf8"));

const oneSpace = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** The error ratio as Sloth writes it: each query in its parentheses. */
function errorRatioOf({ sli }: Objective, windowMs: number): string {
  if (sli.kind === "ratio") return `(${renderQuery(sli.errorRatioQuery, windowMs)})`;
  if (sli.kind !== "events") throw new Error(`a Sloth file gave an SLI of kind ${sli.kind}`);
  return `(${renderQuery(sli.errorQuery, windowMs)}) / (${renderQuery(sli.totalQuery, windowMs)})`;
}

describe("Sloth's own examples", () => {
  withShared(`ask for the error ratio that Sloth asks for${note}`, () => {
    const all = vectors();
    expect(all.length).toBeGreaterThanOrEqual(5);
    for (const { id, spec, slo, window, expected } of all) {
      const objective = readExample(spec).objectives.find(({ name }) => name.endsWith(`-${slo}`));
      expect(objective, id).toBeDefined();
      const asked = errorRatioOf(objective!, parseDuration(window)!);
      // A block of text keeps its last line break inside the parentheses.
      const tidy = (text: string) => oneSpace(text).replaceAll(/\s*([()])\s*/g, "$1");
      expect(tidy(asked), id).toBe(tidy(expected.expr_whitespace_normalised));
    }
  });

  withShared(`are read whole, or refused with a reason and never in part${note}`, () => {
    const files = readdirSync(join(folder, "slo-data/sloth/examples")).filter((name) =>
      /\.ya?ml$/.test(name),
    );
    expect(files.length).toBeGreaterThanOrEqual(18);
    const told = files.toSorted().map((name) => {
      const { objectives, problems } = readExample(`sloth/examples/${name}`);
      return `${name}: ${objectives.length} read, ${[...new Set(problems.map(({ code }) => code))].join() || "no problem"}`;
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "contrib-denominator-corrected.yaml: 1 read, no problem",
        "contrib-slo-plugins.yml: 2 read, no problem",
        "getting-started.yml: 1 read, no problem",
        "home-wifi.yml: 2 read, no problem",
        "k8s-getting-started.yml: 1 read, no problem",
        "k8s-home-wifi.yml: 2 read, no problem",
        "k8s-multifile.yml: 2 read, no problem",
        "kubernetes-apiserver.yml: 2 read, no problem",
        "multifile.yml: 2 read, no problem",
        "no-alerts.yml: 1 read, no problem",
        "openslo-getting-started.yml: 0 read, unsupported_format",
        "openslo-kubernetes-apiserver.yml: 0 read, unsupported_format",
        "plugin-getting-started.yml: 0 read, unsupported_sli",
        "plugin-k8s-getting-started.yml: 0 read, unsupported_sli",
        "raw-home-wifi.yml: 1 read, no problem",
        "slo-plugin-getting-started.yml: 1 read, no problem",
        "slo-plugin-k8s-getting-started.yml: 1 read, no problem",
        "victoria-metrics.yml: 0 read, bad_query",
      ]
    `);
  });
});

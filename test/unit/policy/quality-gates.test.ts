import { describe, expect, it } from "vitest";
import { policyOf, printed, problemsOf } from "./written-policy.ts";

const slo = `objectives:
  - sli: error_rate
    pass: [{criteria: ["<=0.01"]}]
total_score: {pass: "90%"}
`;
const flat = `- sli: error_rate
- criteria:
- "<=0.01"
pass: "90%"
`;
const files = {
  "slo.yaml": slo,
  "sli.yaml": "indicators: {error_rate: up}\n",
  "flat.yaml": flat,
  "bad.yaml": "a: [\n",
};
const gated = (text: string): string => `version: 1\nquality_gates:\n  - ${text}\n`;
const told = (text: string): readonly string[] => problemsOf(gated(text), files).map((one) => printed(one));

describe("quality gates of a policy", () => {
  it("stand alone, with the names and times that nobody wrote", () => {
    const { objectives, qualityGates } = policyOf(
      gated("{keptn: slo.yaml, sli: sli.yaml, service: carts}"),
      files,
    );
    expect(objectives).toEqual([]);
    expect(qualityGates).toEqual([
      {
        tool: "keptn",
        name: "slo.yaml",
        timeframeMs: 600_000,
        onWarning: "warn",
        onError: "block",
        slo: { path: "slo.yaml", text: slo },
        slis: [{ path: "sli.yaml", text: files["sli.yaml"] }],
        project: "",
        stage: "",
        service: "carts",
        deployment: "primary",
        labels: {},
        ignoreIfEmpty: [],
        dataSources: {},
      },
    ]);
  });

  it("mean what is written beside them", () => {
    const more = `on_warning: block, on_error: allow, timeframe: 1h, baseline: "${"0".repeat(36)}", data_sources: {error_rate: elsewhere}`;
    const [plan] =
      policyOf(gated(`{name: c, keptn: slo.yaml, service: carts, ${more}}`), files).qualityGates ?? [];
    expect(plan).toMatchObject({
      name: "c",
      onWarning: "block",
      onError: "allow",
      timeframeMs: 3_600_000,
      baseline: "0".repeat(36),
      dataSources: { error_rate: "other" },
    });
  });

  it("are repaired only where the policy says so, and then told", () => {
    expect(told("{keptn: flat.yaml, service: carts}")[0]).toMatch(
      /3:13 error wrong_value[^]*`tolerant: true` repairs it/,
    );
    const tolerant = gated("{keptn: flat.yaml, service: carts, tolerant: true}");
    expect(problemsOf(tolerant, files).map(({ severity }) => severity)).toEqual(["warning"]);
    const [plan] = policyOf(tolerant, files).qualityGates ?? [];
    expect(plan?.tool === "keptn" && plan.slo.text).toContain("objectives:");
  });

  it.each([
    ["a file that is not there", "{keptn: none.yaml, service: c}", "file_missing"],
    ["a file that its tool refuses", "{keptn: bad.yaml, service: c}", "is no slo.yaml"],
    ["queries that its tool refuses", "{keptn: slo.yaml, sli: slo.yaml, service: c}", "is no sli.yaml"],
    ["no objective", "{keptn: sli.yaml, service: c}", "holds no objective"],
    ["a path that leads out", "{keptn: ../slo.yaml, service: c}", "bad_path"],
    ["a glob", "{keptn: '*.yaml', service: c}", "bad_path"],
    [
      "a data source that is nobody's",
      "{keptn: slo.yaml, service: c, data_sources: {x: unknown}}",
      "unknown_data_source",
    ],
  ])("[T33] refuse %s", (_, text, words) => {
    expect(told(text).join("\n")).toContain(words);
  });

  it("[T33] refuse a name that could break out of a query", () => {
    expect(told(`{keptn: slo.yaml, service: 'a"} or vector(0)'}`).join("\n")).toContain("may hold letters");
  });

  it("have names of their own", () => {
    const twice = `${gated("{keptn: slo.yaml, service: a}")}  - {keptn: slo.yaml, service: b}\n`;
    expect(problemsOf(twice, files).map(({ code }) => code)).toEqual(["duplicate_name"]);
  });
});

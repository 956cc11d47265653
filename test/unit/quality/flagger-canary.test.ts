import { describe, expect, it } from "vitest";
import { addressesOf } from "../../../src/quality/gate-file.ts";
import { expressionsOf, faultsOf, gateOf, judged } from "./gate-judgement.ts";
import { canary, metricTemplate } from "./gate-texts.ts";

const rate = "- {name: request-success-rate, interval: 1m, thresholdRange: {min: 99}}";
const duration = "- {name: request-duration, interval: 30s, thresholdRange: {max: 500}}";
const burn =
  '- {name: burn, templateRef: {name: burn, namespace: test}, thresholdRange: {max: 14.4}, templateVariables: {job: "api"}}';
const istio = { provider: "istio" };
const query = `'burn{job="{{ variables.job }}",ns="{{ namespace }}",to="{{ target }}"}[{{ interval }}]'`;

describe("a canary is read", () => {
  it("with the queries that Flagger makes of its own metrics", () => {
    const gate = gateOf("flagger", canary(`${rate}\n${duration}`), istio);
    const labels =
      'reporter="destination",destination_workload_namespace="test",destination_workload=~"podinfo"';
    expect(expressionsOf(gate)).toEqual([
      `sum(rate(istio_requests_total{${labels},response_code!~"5.*"}[1m])) / sum(rate(istio_requests_total{${labels}}[1m])) * 100`,
      `histogram_quantile(0.99, sum(rate(istio_request_duration_milliseconds_bucket{${labels}}[30s])) by (le))`,
    ]);
    expect(addressesOf(gate)).toEqual([]);
  });

  it.each([
    ["linkerd", 'deployment=~"podinfo",direction="inbound"'],
    ["nginx", 'ingress="podinfo",canary!=""'],
    ["contour", 'envoy_cluster_name=~"test_podinfo-canary_[0-9a-zA-Z-]+"'],
    ["gloo:v1", 'envoy_cluster_name=~"test-podinfo-canary-[0-9a-zA-Z-]+_[0-9a-zA-Z-]+"'],
    ["appmesh:v1beta2", 'kubernetes_pod_name=~"podinfo-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"'],
    ["kuma", 'service=~"podinfo-canary_test_svc_[0-9a-zA-Z-]+"'],
    ["traefik", 'service=~"test-podinfo-canary-[0-9a-zA-Z-]+@kubernetescrd"'],
    ["apisix", 'route=~"test_podinfo-podinfo-canary_.+"'],
    ["osm", 'destination_namespace="test",destination_kind="Deployment",destination_name="podinfo"'],
    ["kubernetes", 'kubernetes_namespace="test",kubernetes_pod_name=~"podinfo-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"'],
  ])("with those of %s", (provider, labels) => {
    const gate = gateOf("flagger", canary(`${rate}\n${duration}`, `  provider: ${provider}\n`));
    const expressions = expressionsOf(gate);
    expect(expressions).toHaveLength(2);
    for (const one of expressions) expect(one).toContain(labels);
  });

  it("with milliseconds of what is measured in seconds", () => {
    for (const provider of ["nginx", "traefik", "kubernetes"])
      expect(expressionsOf(gateOf("flagger", canary(duration), { provider }))[0]).toMatch(/\* 1000$/);
  });

  it("with MetricTemplates, their variables filled in and on one line", () => {
    const gate = gateOf(
      "flagger",
      canary(burn) + metricTemplate(`|\n    ${query.slice(1, -1).replace("}[", "}\n    [")}`),
    );
    expect(expressionsOf(gate)).toEqual(['burn{job="api",ns="test",to="podinfo"} [1m]']);
    expect(addressesOf(gate)).toEqual(["http://prom:9090"]);
    expect(
      expressionsOf(gateOf("flagger", canary(burn) + metricTemplate(query), { namespace: "prod" }))[0],
    ).toContain('ns="prod"');
  });

  it("with a query of its own, as it is, and with the analysis under its old name", () => {
    const text = canary("- {name: own, query: 'up{{x}}', threshold: 5}").replace(
      "  analysis:",
      "  canaryAnalysis:",
    );
    expect(expressionsOf(gateOf("flagger", text))).toEqual(["up{{x}}"]);
  });

  it.each([
    ["no canary", metricTemplate("up"), "unsupported_format"],
    ["two canaries", `${canary(rate)}---\n${canary(rate)}`, "several_documents"],
    ["no metric", canary("[]"), "missing_key"],
    ["a metric twice", canary(`${rate}\n${rate}`), "duplicate_name"],
    ["no name", canary("- {interval: 1m}"), "missing_key"],
    ["a template elsewhere", canary(burn), "missing_reference"],
    [
      "a variable without a value",
      canary(burn) + metricTemplate("'up{x=\"{{ variables.none }}\"}'"),
      "missing_reference",
    ],
    ["no query", canary(burn) + metricTemplate("~"), "missing_key"],
    ["an analysis that is skipped", canary(rate, "  skipAnalysis: true\n"), "contradiction"],
    [
      "a limit that is no number",
      canary("- {name: request-duration, thresholdRange: {max: 500ms}}"),
      "wrong_type",
    ],
    ["a long query", canary(burn) + metricTemplate("x".repeat(9000)), "bad_query"],
  ])("not where it holds %s", (_, text, code) => {
    expect(faultsOf("flagger", text, istio)[0]?.split(" ")[0]).toBe(code);
  });
});

describe("a gate of Flagger's is judged", () => {
  it.each([
    [["99"], "pass", "1 of 1 metrics within their thresholds"],
    [["98.99"], "fail", "request-success-rate: request-success-rate 98.99 < 99"],
    [["1", "99.5"], "pass", "1 of 1 metrics within their thresholds"],
    [[], "error", "request-success-rate: no values found"],
    [["99", "NaN"], "error", "request-success-rate: no values found: not a number"],
  ])("by what was measured, the last series: %j", (values, result, message) => {
    expect(judged(gateOf("flagger", canary(rate), istio), values)).toMatchObject({ result, message });
  });

  it("in whole milliseconds, infinities as what could not be told", () => {
    const gate = gateOf("flagger", canary(duration), istio);
    expect(judged(gate, ["500.9"]).result).toBe("pass");
    expect(judged(gate, ["501"]).result).toBe("fail");
    expect(judged(gate, ["+Inf"]).result).toBe("error");
    expect(judged(gateOf("flagger", canary(burn) + metricTemplate(query)), ["+Inf"]).result).toBe("fail");
  });

  it("by the worst metric, of which failed is worse than an error", () => {
    const gate = gateOf("flagger", canary(`- {name: unknown, thresholdRange: {max: 1}}\n${rate}`), istio);
    expect(judged(gate, ["99"])).toMatchObject({
      result: "error",
      message: expect.stringMatching(/^unknown: is no metric/) as string,
    });
    expect(judged(gate, ["1"])).toMatchObject({
      result: "fail",
      message: expect.stringMatching(/^request-success-rate/) as string,
    });
    expect(judged(gate, { error: "no connection" }).result).toBe("error");
  });

  it("as what could not be told of what Flagger reads no number from", () => {
    const gate = gateOf("flagger", canary(rate), istio);
    expect(judged(gate, { resultType: "scalar", values: ["99"] }).result).toBe("error");
    expect(judged(gate, { resultType: "matrix", values: ["99"] }).result).toBe("error");
  });

  it.each([
    [
      "of no provider",
      canary(rate),
      {},
      "depends on the provider, which the canary does not name; give `provider` under `args`",
    ],
    [
      "of another provider",
      canary(rate),
      { provider: "skipper" },
      "is not known for the provider `skipper`; use a MetricTemplate",
    ],
    [
      "of another tool",
      canary(burn) + metricTemplate("up", "{type: datadog}"),
      {},
      "is measured by the provider `datadog`, which is not supported; only `prometheus` is",
    ],
    [
      "with two queries",
      canary(rate.replace("interval", "query: up, interval")),
      istio,
      "has the name of a metric that Flagger knows by itself and a query beside; rename it",
    ],
    [
      "without limits",
      canary(rate.replace("min: 99", "")),
      istio,
      "has a thresholdRange without `min` and `max`, so it could never fail",
    ],
  ])("with a metric %s as what could not be told", (_, text, args, why) => {
    const gate = gateOf("flagger", text, args);
    expect(expressionsOf(gate)).toEqual([]);
    expect(judged(gate, ["100"])).toMatchObject({
      result: "error",
      lines: [{ result: "error", value: why }],
    });
  });

  it("by the threshold of old where there is no range", () => {
    const gate = gateOf("flagger", canary("- {name: own, query: up, threshold: 5}"));
    expect(judged(gate, ["5"])).toMatchObject({ result: "pass", lines: [{ criteria: "<= 5" }] });
    expect(judged(gate, ["6"]).result).toBe("fail");
  });
});

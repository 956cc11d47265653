import { describe, expect, it } from "vitest";
import { addressesOf, queriesOf } from "../../../src/quality/gate-file.ts";
import { end, expressionsOf, faultsOf, gateOf, judged } from "./gate-judgement.ts";
import { prometheus, template } from "./gate-texts.ts";

const condition = "successCondition: result[0] < 14.4\n";
const burning = `${condition}${prometheus("burn")}`;
const args = "  args: [{name: service}, {name: max, value: '14.4'}]\n";
const secret = "  args: [{name: token, valueFrom: {secretKeyRef: {name: a, key: b}}}]\n";

describe("an AnalysisTemplate is read", () => {
  it("with its query, its address and what it asks of the answer", () => {
    const gate = gateOf("argo", template(burning));
    expect(gate).toEqual({
      tool: "argo",
      name: "burn",
      metrics: [
        {
          name: "rate",
          source: { kind: "query", expression: "burn", address: "http://prometheus:9090", isScalar: false },
          conditions: { success: "result[0] < 14.4", failure: "" },
          isDryRun: false,
          notApplied: [],
        },
      ],
    });
    expect(addressesOf(gate)).toEqual(["http://prometheus:9090"]);
    expect(queriesOf(gate, { start: 0, end })).toEqual([
      { metric: "rate", expression: "burn", at: end, address: "http://prometheus:9090" },
    ]);
  });

  it("from several documents, from lists, and of the cluster's kind; what else is there is passed over", () => {
    const other = template(burning)
      .replace("AnalysisTemplate", "ClusterAnalysisTemplate")
      .replace("rate", "more");
    const rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n";
    const gate = gateOf("argo", `${template(burning)}---\n${rollout}---\n---\n${other}`);
    expect(gate.metrics.map(({ name }) => name)).toEqual(["rate", "more"]);
    const list = `apiVersion: v1\nkind: List\nitems:\n  - ${template(burning).trim().replaceAll("\n", "\n    ")}\n`;
    expect(gateOf("argo", list).metrics.map(({ name }) => name)).toEqual(["rate"]);
  });

  it("with arguments filled in as text, the policy's over the file's", () => {
    const text = template(
      `successCondition: "result[0] < {{args.max}}"\n${prometheus('burn{service="{{ args.service }}"}')}`,
      args,
    );
    const gate = gateOf("argo", text, { service: "cart" });
    expect(expressionsOf(gate)).toEqual(['burn{service="cart"}']);
    expect(judged(gate, ["14"]).result).toBe("pass");
    expect(judged(gateOf("argo", text, { service: "cart", max: "10" }), ["14"]).result).toBe("fail");
    // What stands for a pattern in a replacement stays as it is.
    expect(expressionsOf(gateOf("argo", text, { service: "$&" }))).toEqual(['burn{service="$&"}']);
  });

  it("with a query over a time before the moment of asking", () => {
    const range = ', rangeQuery: {start: "now() - duration(\\"1h\\")", end: now(), step: 1m30s}';
    const gate = gateOf("argo", template(`${condition}${prometheus("burn", range)}`));
    expect(queriesOf(gate, { start: 0, end })[0]?.range).toEqual({
      from: end - 3_600_000,
      to: end,
      stepMs: 90_000,
    });
    expect(judged(gate, { resultType: "matrix", values: ["1", "20"] }).result).toBe("pass");
  });

  it("telling what one look does not do", () => {
    const gate = gateOf("argo", template(`count: 5\ninterval: 1m\nfailureLimit: "3"\n${burning}`));
    expect(judged(gate, ["1"]).message).toBe(
      "1 of 1 metrics Successful; looked once, not applied: interval, count, failureLimit",
    );
  });

  it.each(["rate", "r.*e", "^rate$", "at", "^ra.*", ".*te$"])(
    "with dry runs by the pattern %s",
    (pattern) => {
      const gate = gateOf("argo", template(burning, `  dryRun: [{metricName: "${pattern}"}]\n`));
      expect(gate.metrics).toMatchObject([{ isDryRun: true }]);
    },
  );

  it.each([
    [
      "unset",
      '"{{args.service}}"',
      args,
      "missing_reference 8:25 needs the argument `service`, which has no value; give it under `args`",
    ],
    [
      "undeclared",
      '"{{args.other}}"',
      args,
      "missing_reference 8:25 names the argument `other`, which the template does not declare",
    ],
    [
      "secret",
      '"{{args.token}}"',
      secret,
      "missing_reference 8:25 needs the argument `token`, whose value lies in a secret and is not read; give it under `args`",
    ],
    [
      "none",
      '"{{steps.x}}"',
      args,
      "missing_reference 8:25 holds `{{steps.x}}`, which is no argument; only `{{args.name}}` is filled in",
    ],
    ["open", '"{{args.max"', args, "missing_reference 8:25 holds a `{{` that nothing closes"],
  ])("only with arguments that have a value: %s", (_, success, declared, fault) => {
    const text = template(`successCondition: ${success}\n${prometheus("burn")}`, declared);
    expect(faultsOf("argo", text)).toEqual([fault]);
    expect(faultsOf("argo", text.replace("{{args.token}}", "result[0] < 1"), {}).length).toBe(
      fault.includes("token") ? 0 : 1,
    );
  });

  it.each([
    [
      "bare braces",
      template(`successCondition: {{args.max}}\n${prometheus("b")}`, args),
      "unrendered_template",
    ],
    [
      "Helm's",
      template(`successCondition: "{{ .Values.max }}"\n${prometheus("b")}`, args),
      "unrendered_template",
    ],
    [
      "Helm's way to write braces",
      template(`successCondition: "{{ \`{{args.max}}\` }}"\n${prometheus("b")}`, args),
      "unrendered_template",
    ],
    ["no template", "apiVersion: v1\nkind: Service\n", "unsupported_format"],
    ["no metric", template(burning).replace(/ {2}metrics:[^]*/, "  metrics: []\n"), "missing_key"],
    ["no name", template(burning).replace("name: rate", "interval: 1m"), "missing_key"],
    ["a name twice", `${template(burning)}---\n${template(burning)}`, "duplicate_name"],
    ["no provider", template(condition), "missing_key"],
    ["two providers", template("provider: {web: {}, prometheus: {query: a}}"), "wrong_value"],
    ["no query", template("provider: {prometheus: {address: http://a}}"), "missing_key"],
    ["a long query", template(prometheus("x".repeat(9000))), "bad_query"],
    ["a count without interval", template(`count: 5\n${burning}`), "wrong_value"],
    ["a count that is none", template(`count: many\n${burning}`), "wrong_value"],
    ["a day", template(`interval: 1d\ncount: 2\n${burning}`), "wrong_value"],
    [
      "a template elsewhere",
      template(burning, "  templates: [{templateName: other}]\n"),
      "missing_reference",
    ],
    ["a dry run of nothing", template(burning, "  dryRun: [{metricName: other}]\n"), "missing_reference"],
    ["a dry run of another end", template(burning, "  dryRun: [{metricName: ra$}]\n"), "missing_reference"],
    [
      "a dry run of another beginning",
      template(burning, "  dryRun: [{metricName: ^ate}]\n"),
      "missing_reference",
    ],
    [
      "a time that ends before it starts",
      template(prometheus("b", ', rangeQuery: {start: now(), end: "now() - duration(\\"1h\\")", step: 1m}')),
      "bad_duration",
    ],
    ["a pattern", template(burning, "  dryRun: [{metricName: (a+)+}]\n"), "bad_pattern"],
    [
      "a time of its own",
      template(prometheus("b", ", rangeQuery: {start: '0', end: now(), step: 1m}").replace("'0'", '"0"')),
      "bad_duration",
    ],
    [
      "too many moments",
      template(
        prometheus("b", ", rangeQuery: {start: 'now() - duration(\"24h\")', end: now(), step: 1s}")
          .replaceAll("'now", '"now')
          .replace("\")'", '\\")"')
          .replace('("', '(\\"'),
      ),
      "bad_duration",
    ],
    ["an anchor", template(burning).replace("burn}", "&a burn}"), "alias"],
    [
      "too many metrics",
      template(burning).replace(/ {4}- name: rate[^]*/, (one) =>
        Array.from({ length: 51 }, (_, index) => one.replace("rate", `r${index}`)).join(""),
      ),
      "too_many",
    ],
  ])("not where it holds %s", (_, text, code) => {
    expect(faultsOf("argo", text)[0]?.split(" ")[0]).toBe(code);
  });
});

describe("a gate of Argo's is judged", () => {
  const other = template(`successCondition: len(result) == 1\n${prometheus("other")}`).replace(
    "rate",
    "other",
  );
  const two = `${template(burning)}---\n${other}`;

  it.each([
    [["1"], "pass", "1 of 1 metrics Successful"],
    [["20"], "fail", "rate is Failed: measured 20"],
    [[], "error", "rate is Error: successCondition: index out of range: 0 (array length is 0)"],
    [["NaN"], "fail", "rate is Failed: measured NaN"],
    [["+Inf"], "fail", "rate is Failed: measured +Inf"],
    [["1", "20", "30", "40"], "pass", "1 of 1 metrics Successful"],
  ])("by what was measured: %s", (values, result, message) => {
    expect(judged(gateOf("argo", template(burning)), values)).toMatchObject({ result, message });
  });

  it("as what could not be told between the conditions", () => {
    const gate = gateOf("argo", template(`${condition}failureCondition: result[0] > 20\n${prometheus("b")}`));
    expect(judged(gate, ["16"])).toMatchObject({
      result: "error",
      message: "rate is Inconclusive: measured 16",
    });
    expect(judged(gate, ["NaN"]).result).toBe("error");
  });

  it.each([
    ["successCondition: '!(result[0] >= 14.4)'", ["NaN"]],
    ["failureCondition: result[0] >= 14.4", ["NaN"]],
    ["successCondition: 'all(result, # < 14.4)'", []],
    ["interval: 1m", []],
  ])("never as passed by accident: %s on %j", (key, values) => {
    expect(judged(gateOf("argo", template(`${key}\n${prometheus("b")}`)), values).result).toBe("error");
  });

  it.each([
    ["successCondition: len(result) == 0 || result[0] < 14.4", []],
    ["successCondition: isNaN(result[0]) || result[0] < 14.4", ["NaN"]],
  ])("as passed without data where that is asked for: %s", (key, values) => {
    expect(judged(gateOf("argo", template(`${key}\n${prometheus("b")}`)), values).result).toBe("pass");
  });

  it("by the worst metric, of which failed is worse than an error", () => {
    const gate = gateOf("argo", two);
    expect(judged(gate, ["20"]).message).toMatch(/^rate is Failed/);
    expect(judged(gate, [])).toMatchObject({ result: "fail", message: "other is Failed" });
    expect(judged(gate, { error: "no connection" })).toMatchObject({
      result: "error",
      message: "rate is Error: no connection",
    });
    expect(judged(gate, ["1"]).lines).toEqual([
      { name: "rate", result: "pass", value: "1", criteria: "result[0] < 14.4" },
      { name: "other", result: "pass", value: "1", criteria: "len(result) == 1" },
    ]);
  });

  it("without its dry runs, and as what could not be told where there is nothing else", () => {
    const gate = gateOf("argo", `${template(burning, "  dryRun: [{metricName: rate}]\n")}---\n${other}`);
    expect(judged(gate, ["20"])).toMatchObject({
      result: "pass",
      lines: [{ name: "rate (dry run)", result: "info" }, {}],
    });
    const all = gateOf("argo", template(burning, "  dryRun: [{metricName: rate}]\n"));
    expect(judged(all, ["1"])).toMatchObject({
      result: "error",
      message: "every metric is a dry run, so nothing decides",
    });
  });

  it("with a provider that is not supported as an error of that metric", () => {
    const gate = gateOf("argo", template("provider: {web: {url: http://gate}}\n"));
    expect(expressionsOf(gate)).toEqual([]);
    expect(judged(gate, ["1"])).toMatchObject({
      result: "error",
      message: "rate is Error: provider `web` is not supported; only `prometheus` is",
    });
  });

  it("as one number where the query gives no list", () => {
    const gate = gateOf("argo", template(`successCondition: result < 2\n${prometheus("scalar(b) # one")}`));
    expect(expressionsOf(gate)).toEqual(["vector(scalar(b) # one\n)"]);
    expect(judged(gate, ["1"]).result).toBe("pass");
    expect(judged(gate, { resultType: "scalar", values: ["2"] }).result).toBe("fail");
    expect(
      judged(gateOf("argo", template(`successCondition: result < 2\n${prometheus("b")}`)), ["1"]).result,
    ).toBe("error");
  });

  it("as an error of answers that Argo has no number of", () => {
    const answer = { resultType: "string", values: ["1"] };
    expect(judged(gateOf("argo", template(burning)), answer).message).toBe(
      "rate is Error: Prometheus answered a string",
    );
  });
});

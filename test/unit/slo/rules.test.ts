import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { operatorText, prometheusText } from "../../../src/slo/rule-text.ts";
import { made, slothFile } from "./made-rules.ts";

const day = 86_400_000;
const oneSpace = (text: string | undefined): string => (text ?? "").replaceAll(/\s+/g, " ").trim();
const ids = { sloth_id: "shop-pay", sloth_service: "shop", sloth_slo: "pay" };
const selected = `{sloth_id="shop-pay", sloth_service="shop", sloth_slo="pay"}`;

const windows = (period: string, share = 10) => `apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: ${period}
  page:
    quick: {errorBudgetPercent: ${share}, shortWindow: 3m, longWindow: 45m}
    slow: {errorBudgetPercent: 20, shortWindow: 20m, longWindow: 5h}
  ticket:
    quick: {errorBudgetPercent: 30, shortWindow: 1h, longWindow: 20h}
    slow: {errorBudgetPercent: 70, shortWindow: 4h, longWindow: 4d}
`;

describe("the rules of a Sloth file", () => {
  it("are three groups, with Sloth's names, labels and order", () => {
    const { names, recordings, recorded, alerts, problems } = made(slothFile());
    expect(problems).toEqual([]);
    expect(names).toEqual([
      "sloth-slo-sli-recordings-shop-pay",
      "sloth-slo-meta-recordings-shop-pay",
      "sloth-slo-alerts-shop-pay",
    ]);
    expect(recordings.map(({ record }) => record)).toEqual([
      ...["5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d"].map((one) => `slo:sli_error:ratio_rate${one}`),
      "slo:objective:ratio",
      "slo:error_budget:ratio",
      "slo:time_period:days",
      "slo:current_burn_rate:ratio",
      "slo:period_burn_rate:ratio",
      "slo:period_error_budget_remaining:ratio",
      "sloth_slo_info",
    ]);
    expect(recorded("slo:sli_error:ratio_rate1h")).toEqual({
      record: "slo:sli_error:ratio_rate1h",
      expr: "(sum(rate(bad[1h])))\n/\n(sum(rate(all[1h])))\n",
      labels: { team: "till", ...ids, sloth_window: "1h" },
    });
    expect(recorded("sloth_slo_info")?.labels).toEqual({
      team: "till",
      ...ids,
      sloth_version: "burngate",
      sloth_mode: "cli-gen-prom",
      sloth_spec: "prometheus/v1",
      sloth_objective: "99.9",
    });
    expect(alerts.map(({ alert, labels }) => [alert, labels["sloth_severity"]])).toEqual([
      ["PayBurns", "page"],
      ["PayBurns", "ticket"],
    ]);
  });

  it("have ratios and factors with the digits that Sloth prints", () => {
    const { recorded, alerts } = made(slothFile());
    expect(recorded("slo:error_budget:ratio")?.expr).toBe("vector(1-0.9990000000000001)");
    expect(oneSpace(alerts[0]?.expr)).toBe(
      `( max(slo:sli_error:ratio_rate5m${selected} > (14.4 * 0.0009999999999999432)) without (sloth_window) and ` +
        `max(slo:sli_error:ratio_rate1h${selected} > (14.4 * 0.0009999999999999432)) without (sloth_window) ) or ` +
        `( max(slo:sli_error:ratio_rate30m${selected} > (6 * 0.0009999999999999432)) without (sloth_window) and ` +
        `max(slo:sli_error:ratio_rate6h${selected} > (6 * 0.0009999999999999432)) without (sloth_window) )`,
    );
    expect(made(slothFile({ percent: 99.999 })).alerts[0]?.expr).toContain("(14.4 * 1.0000000000047748e-05)");
    expect(made(slothFile({ percent: 99.9999999 })).alerts[0]?.expr).toContain(
      "(14.4 * 9.99999940631824e-10)",
    );
  });

  it("take labels and annotations from where Sloth takes them, the nearer ones first", () => {
    const alerting =
      "{name: A, labels: {x: all, y: all}, annotations: {summary: Help, a: all}, page_alert: {labels: {x: page}, annotations: {a: page}}}";
    const { alerts, recorded } = made(slothFile({ labels: "{team: pay, tier: 2}", alerting }), {
      extraLabels: { tier: "1" },
    });
    expect(recorded("slo:objective:ratio")?.labels).toEqual({ team: "pay", tier: "1", ...ids });
    expect(alerts[0]?.labels).toEqual({ sloth_severity: "page", x: "page", y: "all" });
    expect(alerts[1]?.labels).toEqual({ sloth_severity: "ticket", x: "all", y: "all" });
    expect(alerts[0]?.annotations).toEqual({
      title: "(page) {{$labels.sloth_service}} {{$labels.sloth_slo}} SLO error budget burn rate is too fast.",
      summary: "Help",
      a: "page",
    });
  });

  it("never lose the labels that tell SLOs apart", () => {
    const { recorded } = made(slothFile({ labels: "{sloth_id: other, sloth_window: 9h}" }));
    expect(recorded("slo:sli_error:ratio_rate1h")?.labels).toMatchObject({ ...ids, sloth_window: "1h" });
  });

  it("have no alert that is disabled, and none without a name", () => {
    const severities = (alerting: string) =>
      made(slothFile({ alerting })).alerts.map(({ labels }) => labels["sloth_severity"]);
    expect(severities("{name: A, page_alert: {disable: true}}")).toEqual(["ticket"]);
    const off = made(slothFile({ alerting: "{page_alert: {disable: true}, ticket_alert: {disable: true}}" }));
    expect(off.names).toEqual(["sloth-slo-sli-recordings-shop-pay", "sloth-slo-meta-recordings-shop-pay"]);
    expect(off.problems).toEqual([]);
    const nameless = made(slothFile({ alerting: "{}" }));
    expect(nameless.alerts).toEqual([]);
    expect(nameless.problems).toContain("warning missing_key slo-0.yaml slos[0]");
  });

  it("can be recordings alone or alerts alone", () => {
    expect(made(slothFile(), { hasAlerts: false }).alerts).toEqual([]);
    expect(made(slothFile(), { hasRecordings: false }).names).toEqual(["sloth-slo-alerts-shop-pay"]);
  });

  it("can weigh the period by its events, where Sloth means over its moments", () => {
    const period = (isExact: boolean) =>
      oneSpace(made(slothFile(), { isExact }).recorded("slo:sli_error:ratio_rate30d")?.expr);
    expect(period(false)).toBe(
      `sum_over_time(slo:sli_error:ratio_rate5m${selected}[30d]) / ignoring (sloth_window) count_over_time(slo:sli_error:ratio_rate5m${selected}[30d])`,
    );
    expect(period(true)).toBe("(sum(rate(bad[30d]))) / (sum(rate(all[30d])))");
  });

  it("refuse what only Sloth can compute, and leave its neighbours be", () => {
    const plugin = slothFile({ name: "magic", sli: "{plugin: {id: magic}}" });
    const { names, problems, messages } = made([plugin, slothFile()]);
    expect(names).toHaveLength(3);
    expect(problems).toEqual(["error unsupported_sli slo-0.yaml slos[0]"]);
    expect(messages[0]).toBe("has no rules made of it: it is Go code that only Sloth can run");
  });

  it("name labels that no Prometheus takes, and those that only the newest does", () => {
    const dashed = made(slothFile({ labels: "{a-b: c}" }));
    expect(dashed.problems).toEqual(["warning bad_label slo-0.yaml slos[0]"]);
    expect(dashed.names).toHaveLength(3);
    const own = made(slothFile({ labels: "{a-b: c, __name__: c}" }));
    expect(own.problems).toEqual(["error bad_label slo-0.yaml slos[0]"]);
    expect(own.names).toEqual([]);
  });
});

describe("the rules of another period", () => {
  it("carry its name as Prometheus prints it", () => {
    const { recorded, problems } = made(slothFile(), { windowMs: 28 * day });
    expect(problems).toEqual([]);
    expect(recorded("slo:sli_error:ratio_rate4w")?.labels).toMatchObject({ sloth_window: "4w" });
    expect(recorded("slo:time_period:days")?.expr).toBe("vector(28)");
  });

  it("keep Sloth's shares of the budget, and say where an alert would fire within the budget", () => {
    const { alerts, problems, messages } = made(slothFile(), { windowMs: 7 * day });
    expect(alerts[0]?.expr).toContain("(3.36 *");
    expect(alerts[1]?.expr).toContain("(0.23333333333333334 *");
    expect(problems).toEqual(["warning bad_windows slo-0.yaml slos[0]"]);
    expect(messages[0]).toContain("from a burn rate of 0.233 on");
  });

  it("follow alert windows that are made for it, and tell of those that are not", () => {
    const own = made([slothFile(), windows("7d")], { windowMs: 7 * day });
    expect(own.problems).toEqual([]);
    expect(own.alerts[0]?.expr).toContain("slo:sli_error:ratio_rate3m");
    expect(own.alerts[0]?.expr).toContain("(22.400000000000002 *");
    expect(own.recorded("slo:sli_error:ratio_rate1w")?.expr).toContain("slo:sli_error:ratio_rate3m");
    expect(own.recorded("slo:current_burn_rate:ratio")?.expr).toContain("slo:sli_error:ratio_rate3m");
    const idle = made([slothFile(), windows("7d")]);
    expect(idle.problems).toEqual(["warning not_counted slo-1.yaml spec.sloPeriod"]);
    expect(idle.alerts[0]?.expr).toContain("slo:sli_error:ratio_rate5m");
  });

  it("leave out windows that are no shorter than it", () => {
    const { recordings, alerts } = made(slothFile(), { windowMs: day });
    const names = recordings.map(({ record }) => record);
    expect(names.filter((name) => name.startsWith("slo:sli_error"))).toEqual(
      ["5m", "30m", "1h", "2h", "6h", "1d"].map((one) => `slo:sli_error:ratio_rate${one}`),
    );
    expect(alerts.map(({ labels }) => labels["sloth_severity"])).toEqual(["page"]);
    expect(made(slothFile(), { windowMs: 60_000 }).problems).toEqual([
      "error bad_windows slo-0.yaml slos[0]",
    ]);
  });
});

describe("the texts of rules", () => {
  const custom = (name: string, slo: string) => `apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata: {name: ${name}, namespace: till, labels: {a: b, rank: 2}, annotations: {note: hi, kubectl.kubernetes.io/x: y}}
spec:
  service: shop
  slos:
    - {name: ${slo}, objective: 99, sli: {raw: {errorRatioQuery: "bad[{{.window}}]"}}, alerting: {name: X}}
`;

  it("are one document for Prometheus, whatever they were made of", () => {
    const text = prometheusText(made([slothFile(), slothFile({ name: "ship" })]).sets);
    const documents = parseAllDocuments(text);
    expect(documents).toHaveLength(1);
    expect((documents[0]!.toJS() as { groups: unknown[] }).groups).toHaveLength(6);
  });

  it("keep expressions as they are written, without anchors", () => {
    const text = prometheusText(made(slothFile({ alerting: "{name: A, annotations: {a: 'yes'}}" })).sets);
    expect(text).toContain(
      "        expr: |\n          (sum(rate(bad[5m])))\n          /\n          (sum(rate(all[5m])))\n",
    );
    expect(text).toContain(`expr: 1 - slo:period_burn_rate:ratio${selected}\n`);
    expect(text).not.toMatch(/[&*]a\d/);
    expect(text.split("\n").every((line) => line.trimEnd() === line)).toBe(true);
  });

  it("write out what stands in them twice", () => {
    const labels = { team: "till" };
    const rules = ["a", "b"].map((record) => ({ record, expr: "vector(1)", labels }));
    const home = { name: "x", labels: {}, annotations: {} };
    expect(prometheusText([{ home, groups: [{ name: "g", rules }] }])).not.toContain("&");
  });

  it("are one object for each of a file's, as the operator wants them", () => {
    const { sets } = made([
      custom("one", "pay"),
      custom("two", "ship"),
      custom("one", "send"),
      slothFile({ name: "sell" }),
    ]);
    const objects = parseAllDocuments(operatorText(sets)).map(
      (one) => one.toJS() as { kind: string; metadata: object; spec: { groups: object[] } },
    );
    expect(objects.map(({ kind, spec }) => [kind, spec.groups.length])).toEqual([
      ["PrometheusRule", 6],
      ["PrometheusRule", 3],
      ["PrometheusRule", 3],
    ]);
    const labels = { "app.kubernetes.io/component": "SLO", "app.kubernetes.io/managed-by": "burngate" };
    expect(objects[0]?.metadata).toEqual({
      name: "one",
      namespace: "till",
      labels: { a: "b", rank: "2", ...labels },
      annotations: { note: "hi" },
    });
    expect(objects[2]?.metadata).toEqual({ name: "slo-shop", labels });
  });
});

it("rules are made or refused of any text, and nothing is thrown", () => {
  const texts = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc
      .record({
        percent: fc.double(),
        labels: fc.json({ maxDepth: 1 }),
        sli: fc.json({ maxDepth: 2 }),
        plugins: fc.json({ maxDepth: 3 }),
        alerting: fc.json({ maxDepth: 2 }),
      })
      .map(slothFile),
    fc
      .record({
        id: fc.constantFrom("core/sli_rules", "contrib/rule_intervals", "contrib/info_labels", "core/x"),
        config: fc.json({ maxDepth: 2 }),
      })
      .map(({ id, config }) =>
        slothFile({ plugins: `{chain: [{id: sloth.dev/${id}/v1, config: ${config}}]}` }),
      ),
  );
  fc.assert(
    fc.property(
      texts,
      fc.option(fc.integer({ min: 1, max: 100 * day }), { nil: undefined }),
      (text, windowMs) => {
        const { sets } = made(text, windowMs === undefined ? {} : { windowMs });
        prometheusText(sets);
        operatorText(sets);
      },
    ),
  );
});

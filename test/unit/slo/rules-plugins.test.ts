import { describe, expect, it } from "vitest";
import { made, slothFile } from "./made-rules.ts";

const chain = (...plugins: readonly string[]) => `{chain: [${plugins.join(", ")}]}`;
const contrib = (name: string, config = "{}", priority = 0) =>
  `{id: sloth.dev/contrib/${name}/v1, priority: ${priority}, config: ${config}}`;
const core = (name: string, config = "{}") => `{id: sloth.dev/core/${name}/v1, config: ${config}}`;
const oneSpace = (text: string | undefined): string => (text ?? "").replaceAll(/\s+/g, " ").trim();
const selected = `{sloth_id="shop-pay", sloth_service="shop", sloth_slo="pay"}`;
const exactPeriod = "(sum(rate(bad[30d]))) / (sum(rate(all[30d])))";

describe("Sloth's plugins", () => {
  it("can ask the period's own events", () => {
    const plugins = chain(core("sli_rules", "{disableOptimized: true}"));
    const { recorded, problems } = made(slothFile({ plugins }));
    expect(oneSpace(recorded("slo:sli_error:ratio_rate30d")?.expr)).toBe(exactPeriod);
    expect(problems).toEqual([]);
  });

  it("can correct the numerators", () => {
    const name = "denominator_corrected_rules";
    const { recorded } = made(slothFile({ shared: chain(contrib(name)) }));
    expect(oneSpace(recorded("slo:sli_error:ratio_rate1h")?.expr)).toBe(
      `( slo:numerator_correction:ratio1h${selected} * on() sum(rate(bad[1h])) ) / (sum(rate(all[1h])))`,
    );
    expect(recorded("slo:sli_error:ratio_rate30d")?.expr).toContain("sum_over_time(");
    expect(recorded("slo:numerator_correction:ratio3d")?.expr).toBe(
      "(sum(rate(all[3d])))/(sum(rate(all[30d])))",
    );
    const exact = made(slothFile({ plugins: chain(contrib(name, "{disableOptimized: true}")) }));
    expect(oneSpace(exact.recorded("slo:sli_error:ratio_rate30d")?.expr)).toBe(exactPeriod);
    const raw = made(
      slothFile({
        plugins: chain(contrib(name)),
        sli: "{raw: {error_ratio_query: 'sum(rate(bad[{{.window}}]))'}}",
      }),
    );
    expect(raw.problems).toEqual(["warning not_counted slo-0.yaml slos[0]"]);
    expect(raw.messages[0]).toContain("which needs an SLI that counts events, so it was left out");
    expect(raw.recorded("slo:sli_error:ratio_rate1h")?.expr).toBe("(sum(rate(bad[1h])))");
  });

  it("can label what tells of the SLO, state intervals, and take labels away", () => {
    const plugins = chain(
      contrib("info_labels", "{labels: {tier: gold}}"),
      contrib("rule_intervals", "{interval: {default: 1m, alert: 10s}}"),
      contrib("remove_labels", "{preserveLabels: [zone], skipMetrics: ['slo:objective:ratio']}"),
    );
    const { groups, recorded, problems } = made(slothFile({ plugins, labels: "{zone: eu}" }));
    expect(problems).toEqual([]);
    expect(groups.map(({ interval }) => interval)).toEqual(["1m", "1m", "10s"]);
    expect(recorded("sloth_slo_info")?.labels).toMatchObject({ tier: "gold", team: "till", zone: "eu" });
    const ids = { sloth_id: "shop-pay", sloth_service: "shop", sloth_slo: "pay" };
    expect(recorded("slo:sli_error:ratio_rate1h")?.labels).toEqual({
      zone: "eu",
      ...ids,
      sloth_window: "1h",
    });
    expect(recorded("slo:time_period:days")?.labels).toEqual({ zone: "eu", ...ids });
    expect(recorded("slo:objective:ratio")?.labels).toEqual({ zone: "eu", team: "till", ...ids });
  });

  it("can alert when the budget is spent", () => {
    const config = "{threshold: 0.05, alert_labels: {severity: info}, selector_labels: {dc: 'a\"b'}}";
    const { alerts } = made(slothFile({ plugins: chain(contrib("error_budget_exhausted_alert", config)) }));
    expect(alerts[2]).toEqual({
      alert: "ErrorBudgetExhausted",
      expr: String.raw`slo:period_error_budget_remaining:ratio{dc="a\"b", sloth_id="shop-pay", sloth_service="shop", sloth_slo="pay", team="till"} <= 0.05`,
      for: "5m",
      labels: { severity: "info" },
      annotations: {},
    });
  });

  it("can alert on an exhausted budget of an SLO with a label that stands in no selector", () => {
    const plugins = chain(contrib("error_budget_exhausted_alert"));
    const { alerts, problems } = made(slothFile({ plugins, labels: "{a-b: c, team: till}" }));
    expect(alerts[2]?.expr).toBe(
      'slo:period_error_budget_remaining:ratio{sloth_id="shop-pay", sloth_service="shop", sloth_slo="pay", team="till"} <= 0',
    );
    expect(problems).toEqual(["warning bad_label slo-0.yaml slos[0]"]);
  });

  it("run by their priorities, Sloth's own at 0", () => {
    const label = (value: string, priority: number) =>
      contrib("info_labels", `{labels: {who: ${value}}}`, priority);
    const who = (plugins: string, shared = "{}") =>
      made(slothFile({ plugins, shared })).recorded("sloth_slo_info")?.labels["who"];
    expect(who(chain(label("late", 5), label("early", 1)))).toBe("late");
    expect(who(chain(label("before", -1)))).toBeUndefined();
    expect(who(chain(label("own", 0)), chain(label("shared", 1)))).toBe("shared");
    expect(
      who(`{overridePrevious: true, chain: [${core("metadata_rules")}]}`, chain(label("shared", 1))),
    ).toBe(undefined);
  });

  it("may take the place of Sloth's own", () => {
    const { names } = made(slothFile({ plugins: `{overridePrevious: true, chain: [${core("sli_rules")}]}` }));
    expect(names).toEqual(["sloth-slo-sli-recordings-shop-pay"]);
  });

  it("are told of where only Sloth can run them, or nobody can read what they say", () => {
    const { problems, messages, names } = made(
      slothFile({
        plugins: chain("{id: acme/special}", contrib("rule_intervals", "{interval: {default: soon}}")),
      }),
    );
    expect(names).toHaveLength(3);
    expect(problems).toEqual([
      "warning not_counted slo-0.yaml slos[0]",
      "warning not_counted slo-0.yaml slos[0]",
    ]);
    expect(messages).toEqual([
      "has the plugin `acme/special`, which is a plugin that only Sloth can run, so Sloth's rules may differ from these",
      "has the plugin `sloth.dev/contrib/rule_intervals/v1`, which has a `config` that cannot be read, so it was left out",
    ]);
  });

  it("may say that the queries are MetricsQL, and then they are written as they are", () => {
    const sli =
      "{events: {error_query: 'histogram_share(0.2, bad[{{.window}}])[1i]', total_query: 'all[{{.window}}]'}}";
    const plugins = chain(contrib("validate_victoria_metrics"));
    const told = made(slothFile({ sli, plugins }));
    expect(told.problems).toEqual(["warning bad_query slo-0.yaml slos[0]"]);
    expect(told.recorded("slo:sli_error:ratio_rate5m")?.expr).toBe(
      "(histogram_share(0.2, bad[5m])[1i])\n/\n(all[5m])\n",
    );
    expect(made(slothFile({ plugins })).problems).toEqual([]);
    expect(made(slothFile({ sli })).problems).toEqual(["error unsupported_sli slo-0.yaml slos[0]"]);
  });
});

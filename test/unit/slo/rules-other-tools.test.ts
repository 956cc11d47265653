import { describe, expect, it } from "vitest";
import type { Objective } from "../../../src/domain/objective.ts";
import { exhaustedRule, type Rule } from "../../../src/domain/rule.ts";
import { ruleAlerts } from "../../../src/slo/rule-alerts.ts";
import { made, slothFile } from "./made-rules.ts";

const oneSpace = (text: string | undefined): string => (text ?? "").replaceAll(/\s+/g, " ").trim();

const pyrra = (alerting = "{}") => `apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: web, namespace: till}
spec:
  target: "99.5"
  window: 4w
  alerting: ${alerting}
  indicator:
    ratio:
      errors: {metric: 'web_total{code=~"5.."}'}
      total: {metric: web_total}
      grouping: [handler]
`;

const openslo = (spec: string, version = "v1") => `apiVersion: openslo/${version}
kind: SLO
metadata: {name: web}
spec:
  service: till
${spec.replaceAll(/^/gm, "  ")}
`;

const prometheus = (query: string) => `{metricSource: {type: Prometheus, spec: {query: '${query}'}}}`;
const ratio = `{metadata: {name: x}, spec: {ratioMetric: {counter: true, good: ${prometheus('sum(web{ok="1"})')}, total: ${prometheus("sum(web)")}}}}`;
const rolling = "timeWindow: [{duration: 30d, isRolling: true}]";
const v1 = (...lines: readonly string[]) => openslo(lines.join("\n"));

describe("the rules of other tools' files", () => {
  it("keep the labels by which they are grouped, and alert by the file's own windows", () => {
    const { recorded, alerts, problems, sets } = made(pyrra());
    expect(problems).toEqual([]);
    expect(recorded("slo:sli_error:ratio_rate1h")?.expr).toContain("sum by (handler)");
    expect(recorded("slo:sli_error:ratio_rate4w")?.expr).toContain("slo:sli_error:ratio_rate5m{");
    expect(recorded("sloth_slo_info")?.labels).toEqual({
      sloth_id: "burngate-web",
      sloth_service: "burngate",
      sloth_slo: "web",
      sloth_version: "burngate",
      sloth_mode: "cli-gen-pyrra",
      sloth_spec: "pyrra.dev/v1alpha1",
      sloth_objective: "99.5",
    });
    expect(
      alerts.map(({ labels, for: lasting }) => [labels["sloth_severity"], labels["burn"], lasting]),
    ).toEqual([
      ["page", "fast-burn", "2m"],
      ["page", "medium-burn", "15m"],
      ["ticket", "slow-burn", "1h"],
      ["ticket", "long-term-burn", "3h"],
    ]);
    expect(oneSpace(alerts[3]?.expr)).toMatch(/^\( max\(slo:sli_error:ratio_rate6h\{.* > \(1 \* 0\.005\)\)/);
    expect(sets[0]?.home).toMatchObject({ name: "web", namespace: "till" });
  });

  it("leave out alert windows that are no shorter than the budget's", () => {
    const burn = (longWindowMs: number): Rule => ({
      name: `over-${longWindowMs}`,
      then: "warn",
      forMs: 0,
      condition: { kind: "burn_rate", threshold: 2, longWindowMs, shortWindowMs: 1000 },
    });
    const objective: Objective = {
      name: "x",
      targetRatio: 0.9,
      windowMs: 60_000,
      sli: { kind: "recorded_only", why: "is made up" },
      ownRules: [burn(30_000), burn(60_000), exhaustedRule],
    };
    const alerts = ruleAlerts(objective, { service: "s", slo: "x" });
    expect(alerts.map(({ labels }) => labels["burn"])).toEqual(["over-30000"]);
  });

  it("have no alerts where the file has none", () => {
    expect(made(pyrra("{disabled: true, burnrates: false}")).alerts).toEqual([]);
    expect(
      made(v1(rolling, "budgetingMethod: Occurrences", `indicator: ${ratio}`, "objectives: [{target: 0.99}]"))
        .alerts,
    ).toEqual([]);
  });

  it("record good events as Sloth does, under the file's service", () => {
    const { recorded, problems } = made(
      v1(rolling, "budgetingMethod: Occurrences", `indicator: ${ratio}`, "objectives: [{target: 0.999}]"),
    );
    expect(problems).toEqual([]);
    const rule = recorded("slo:sli_error:ratio_rate1h");
    expect(oneSpace(rule?.expr)).toBe(
      '( 1 - ( ( sum(increase(web{ok="1"}[1h])) ) / ( sum(increase(web[1h])) ) ) )',
    );
    expect(rule?.labels).toMatchObject({ sloth_id: "till-web", sloth_service: "till", sloth_slo: "web" });
    expect(recorded("slo:objective:ratio")?.expr).toBe("vector(0.9990000000000001)");
  });

  it("say that they count neither slices nor calendars", () => {
    const { problems, names, recorded } = made(
      v1(
        "timeWindow: [{duration: 1M, isRolling: false, calendar: {startTime: '2026-01-01 00:00:00', timeZone: UTC}}]",
        "budgetingMethod: Timeslices",
        `indicator: ${ratio}`,
        "objectives: [{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 5m}]",
      ),
    );
    expect(names).toHaveLength(2);
    expect(problems).toEqual([
      "warning not_counted slo-0.yaml spec.objectives[0]",
      "warning not_counted slo-0.yaml spec.objectives[0]",
    ]);
    expect(recorded("slo:time_period:days")?.expr).toMatch(/^vector\((30|31)\)$/);
  });

  it("are refused of what is several SLIs in one", () => {
    const whole = v1(
      rolling,
      "budgetingMethod: Occurrences",
      `objectives: [{target: 0.99, indicator: ${ratio}}, {target: 0.9, indicator: ${ratio}}]`,
    );
    const { names, problems, messages } = made(whole);
    expect(names).toEqual([]);
    expect(problems.filter((one) => one.startsWith("error"))).toEqual([
      "error unsupported_sli slo-0.yaml spec.objectives",
    ]);
    expect(messages.join("\n")).toContain("it is several SLIs in one");
  });

  it("may not make an id that another SLO has", () => {
    const web = slothFile({ name: "web" }).replace("service: shop", "service: till");
    const same = v1(
      rolling,
      "budgetingMethod: Occurrences",
      `indicator: ${ratio}`,
      "objectives: [{target: 0.9}]",
    );
    const { names, problems } = made([web, same]);
    expect(names).toHaveLength(3);
    expect(problems).toEqual(["error duplicate_name slo-1.yaml spec.objectives[0]"]);
  });

  it("are told apart by their tools where both call an SLO the same", () => {
    const same = v1(
      rolling,
      "budgetingMethod: Occurrences",
      `indicator: ${ratio}`,
      "objectives: [{target: 0.9}]",
    );
    const { sets, problems } = made([pyrra(), same]);
    expect(problems).toEqual([]);
    expect(sets.map(({ groups }) => groups[0]?.name)).toEqual([
      "sloth-slo-sli-recordings-burngate-web",
      "sloth-slo-sli-recordings-till-web",
    ]);
  });
});

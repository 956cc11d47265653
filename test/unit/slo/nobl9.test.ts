import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { queryText } from "../../../src/domain/query-template.ts";
import { readSlos } from "../../../src/slo/read.ts";

const counts = `countMetrics:
        incremental: true
        good: {prometheus: {promql: 'sum(paid_total{ok="yes"})'}}
        total: {prometheus: {promql: sum(paid_total)}}`;

interface Slo {
  readonly name?: string;
  readonly project?: string;
  readonly method?: string;
  readonly window?: string;
  readonly objective?: string;
  readonly alerts?: string;
}

const rolling = "{unit: Day, count: 28, isRolling: true}";

const slo = ({
  name = "pay",
  project = "shop",
  method = "Occurrences",
  window = rolling,
  objective = counts,
  alerts = "",
}: Slo) => `
- apiVersion: n9/v1alpha
  kind: SLO
  metadata: {name: ${name}, project: ${project}}
  spec:
    service: till
    indicator: {metricSource: {name: metrics-eu, project: shop, kind: Agent}}
    budgetingMethod: ${method}
    timeWindows: [${window}]
    alertPolicies: [${alerts}]
    objectives:
    - name: good
      target: 0.99
      ${objective}
`;

const alert = (name: string, severity: string, ...conditions: readonly string[]) => `
- apiVersion: n9/v1alpha
  kind: AlertPolicy
  metadata: {name: ${name}, project: shop}
  spec: {severity: ${severity}, coolDown: 5m, conditions: [${conditions.join(", ")}]}
`;

const read = (...texts: readonly string[]) => readSlos([{ file: "n9.yaml", text: texts.join("") }]);

/** The one objective, queries as text, and the problems in short. */
function told(...texts: readonly string[]) {
  const { objectives, problems } = read(...texts);
  return {
    objectives: JSON.parse(JSON.stringify(objectives, (_, value: unknown) => asText(value))) as object[],
    problems: problems.map(({ severity, code, key }) => `${severity} ${code} ${key}`),
  };
}

function asText(value: unknown): unknown {
  return typeof value === "object" && value !== null && "pieces" in value
    ? queryText(value as { pieces: readonly string[] })
    : value;
}

const only = (...texts: readonly string[]) => told(...texts).objectives[0];
const problems = (...texts: readonly string[]) => told(...texts).problems;

describe("an SLO of Nobl9", () => {
  it("that counts good events grows by its counters", () => {
    expect(told(slo({}))).toEqual({
      objectives: [
        {
          name: "pay-good",
          targetRatio: 0.99,
          windowMs: 28 * 86_400_000,
          metricSource: "metrics-eu",
          sli: {
            kind: "good_events",
            goodQuery: 'sum(increase(paid_total{ok="yes"}[{{window}}]))',
            totalQuery: "sum(increase(paid_total[{{window}}]))",
          },
        },
      ],
      problems: [],
    });
  });

  it("may count bad events", () => {
    expect(only(slo({ objective: counts.replace("good:", "bad:") }))).toMatchObject({
      sli: { kind: "events", errorQuery: 'sum(increase(paid_total{ok="yes"}[{{window}}]))' },
    });
  });

  it("may hold a value against a limit", () => {
    const raw = "{op: lte, value: 0.4, rawMetric: {query: {prometheus: {promql: wait_seconds}}}}";
    const text = slo({ objective: raw.slice(1, -1).replaceAll(/, (?=value|rawMetric)/g, "\n      ") });
    expect(only(text)).toMatchObject({
      sli: {
        kind: "ratio",
        errorRatioQuery: "1 - avg_over_time(((wait_seconds) <= bool 0.4)[{{window}}:1m])",
      },
    });
  });

  it("counts slices of a minute, and says that this is not in the file", () => {
    const text = slo({ method: "Timeslices", objective: `timeSliceTarget: 0.9\n      ${counts}` });
    expect(only(text)).toMatchObject({
      budgeting: { kind: "timeslices", sliceMs: 60_000, sliceTargetRatio: 0.9, quiet: "left_out" },
    });
    expect(problems(text)).toEqual(["warning missing_key [0].spec.budgetingMethod"]);
  });

  it("may follow a calendar", () => {
    const window =
      '{unit: Quarter, count: 1, isRolling: false, calendar: {startTime: "2026-01-01 00:00:00", timeZone: Europe/Warsaw}}';
    expect(only(slo({ window }))).toMatchObject({
      windowMs: 90 * 86_400_000,
      calendar: { count: 1, unit: "quarter", startLocal: "2026-01-01T00:00:00", timeZone: "Europe/Warsaw" },
    });
  });

  it.each([
    [
      "another source",
      counts.replace("prometheus", "datadog"),
      "error unsupported_sli [0].spec.objectives[0].countMetrics.good",
    ],
    [
      "good and total in one",
      "countMetrics: {goodTotal: {prometheus: {promql: x}}}",
      "error unsupported_sli [0].spec.objectives[0].countMetrics.goodTotal",
    ],
    ["nothing measured", "displayName: Good", "error wrong_value [0].spec.objectives[0]"],
    [
      "no total",
      "countMetrics: {incremental: true, good: {prometheus: {promql: x}}}",
      "error missing_key [0].spec.objectives[0].countMetrics.total",
    ],
    [
      "a range of its own",
      counts.replace("sum(paid_total)", "'sum(rate(paid_total[5m]))'"),
      "error bad_query [0].spec.objectives[0].countMetrics.total.prometheus.promql",
    ],
    [
      "no PromQL",
      counts.replace("sum(paid_total)", "sum(paid_total"),
      "error bad_query [0].spec.objectives[0].countMetrics.total.prometheus.promql",
    ],
  ])("is refused with %s, and its neighbour is not", (_, objective, problem) => {
    const { objectives, problems } = told(slo({ objective }), slo({ name: "other" }));
    expect(problems).toEqual([problem]);
    expect(objectives).toMatchObject([{ name: "other-good" }]);
  });

  it("is one of its project: the second of a name is refused", () => {
    expect(problems(slo({}), slo({}))).toEqual(["error duplicate_name [1].metadata.name"]);
    expect(problems(slo({}), slo({ project: "inn" }))).toEqual([]);
  });

  it("stands among kinds that say nothing to a gate", () => {
    expect(
      told("\n- {apiVersion: n9/v1alpha, kind: Service, metadata: {name: till}}", slo({})).problems,
    ).toEqual([]);
  });
});

describe("files of Nobl9 without an SLO", () => {
  it("are told to be without one", () => {
    const condition = "{measurement: averageBurnRate, value: 2, alertingWindow: 1h}";
    expect(problems(alert("one", "High", condition))).toEqual(["warning no_objectives [0]"]);
  });
});

describe("a composite of Nobl9", () => {
  const component = (slo: string, weight: number) =>
    `{project: shop, slo: ${slo}, objective: good, weight: ${weight}}`;
  const composite = (...components: readonly string[]) =>
    slo({
      name: "all",
      objective: `composite: {aggregation: Reliability, components: {objectives: [${components.join(", ")}]}}`,
    });

  it("adds what its components burn by their share of the weights, against its own target", () => {
    const text = composite(component("pay", 3), component("ship", 1));
    const { objectives, problems } = told(slo({ name: "pay" }), slo({ name: "ship" }), text);
    expect(problems).toEqual([]);
    expect(objectives[2]).toMatchObject({
      name: "all-good",
      sli: {
        kind: "composite",
        parts: [
          { targetRatio: 0.99, weight: 0.75, sli: { kind: "good_events" } },
          { targetRatio: 0.99, weight: 0.25, sli: { kind: "good_events" } },
        ],
      },
    });
  });

  it.each([
    [
      "a component that is nowhere",
      component("lost", 1),
      "error missing_reference [1].spec.objectives[0].composite.components.objectives[0]",
    ],
    [
      "itself",
      component("all", 1),
      "error unsupported_sli [1].spec.objectives[0].composite.components.objectives[0]",
    ],
    [
      "a weight of nothing",
      component("pay", 0),
      "error wrong_value [1].spec.objectives[0].composite.components.objectives[0].weight",
    ],
  ])("is refused with %s", (_, one, problem) => {
    const { objectives, problems } = told(slo({}), composite(one));
    expect(problems).toEqual([problem]);
    expect(objectives).toHaveLength(1);
  });
});

describe("an alert policy of Nobl9", () => {
  const burn = (value: number, window: string, op = "gte") =>
    `{measurement: averageBurnRate, value: ${value}, alertingWindow: ${window}, op: ${op}}`;
  const rules = (...texts: readonly string[]) =>
    (only(...texts) as { ownRules?: readonly object[] }).ownRules;

  it("is a rule for a burn rate, a burnt share, and a time to burn all", () => {
    const entire = "{measurement: timeToBurnEntireBudget, value: 72h, alertingWindow: 10m, op: lte}";
    const burned = "{measurement: burnedBudget, value: 0.8, lastsFor: 15m, op: gte}";
    const policies = [
      alert("fast", "High", burn(20, "1h")),
      alert("soon", "Medium", entire),
      alert("most", "Low", burned),
    ];
    expect(rules(slo({ alerts: "fast, soon, most" }), ...policies)).toEqual([
      {
        name: "fast",
        then: "block",
        forMs: 0,
        condition: { kind: "burn_rate", threshold: 20, longWindowMs: 3_600_000, shortWindowMs: 300_000 },
      },
      {
        name: "soon",
        then: "warn",
        forMs: 0,
        condition: { kind: "burn_rate", threshold: 28 / 3, longWindowMs: 600_000, shortWindowMs: 60_000 },
      },
      { name: "most", then: "warn", forMs: 900_000, condition: { kind: "remaining", thresholdRatio: 0.2 } },
      {
        name: "budget-exhausted",
        then: "block",
        forMs: 0,
        condition: { kind: "remaining", thresholdRatio: 0 },
      },
    ]);
  });

  it("of the same burn over two windows is one rule", () => {
    expect(
      rules(slo({ alerts: "both" }), alert("both", "High", burn(5, "15m"), burn(5, "6h")))?.[0],
    ).toMatchObject({
      condition: { threshold: 5, longWindowMs: 6 * 3_600_000, shortWindowMs: 900_000 },
    });
  });

  it.each([
    [
      "a budget's drop",
      [`{measurement: budgetDrop, value: 0.1, alertingWindow: 15m, op: gte}`],
      "not_counted [1].spec.conditions[0].measurement",
    ],
    ["two burn rates at once", [burn(1, "2d"), burn(2, "15m")], "not_counted [1].spec.conditions"],
    ["a burn below a limit", [burn(1, "1h", "lt")], "threshold_backward [1].spec.conditions[0].op"],
    [
      "no window",
      ["{measurement: averageBurnRate, value: 2, op: gte}"],
      "not_counted [1].spec.conditions[0].alertingWindow",
    ],
    ["no condition", [], "missing_key [1].spec.conditions"],
  ])("with %s makes no rule, and its objective stays", (_, conditions, problem) => {
    const texts = [slo({ alerts: "one" }), alert("one", "High", ...conditions)];
    expect(problems(...texts)).toEqual([`warning ${problem}`]);
    expect(rules(...texts)).toBeUndefined();
  });

  it("that is in none of the files is told", () => {
    expect(problems(slo({ alerts: "gone" }))).toEqual([
      "warning missing_reference [0].spec.alertPolicies[0]",
    ]);
  });

  it("that no outage can reach is told, and stays a rule", () => {
    const texts = [slo({ alerts: "one" }), alert("one", "High", burn(150, "1h"))];
    expect(problems(...texts)).toEqual(["warning threshold_unreachable [1].spec.conditions[0].value"]);
    expect(rules(...texts)).toHaveLength(2);
  });
});

describe("reading Nobl9", () => {
  const whole = [
    slo({ alerts: "one" }),
    alert("one", "High", "{measurement: averageBurnRate, value: 2}"),
  ].join("");

  it("never throws, whatever the file is", () => {
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(40), fc.string({ maxLength: 6 }), (from, length, text) => {
        const torn = whole.slice(0, from) + text + whole.slice(from + length);
        expect(() => read(torn)).not.toThrow();
      }),
      { numRuns: 400 },
    );
  });

  it("never throws, whatever stands where something else is wanted", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.jsonValue({ maxDepth: 3 }), (which, value) => {
        let seen = 0;
        const changed = JSON.stringify(parse(whole), (_, one: unknown) => (seen++ === which ? value : one));
        expect(() => readSlos([{ file: "n9.json", text: changed }])).not.toThrow();
      }),
      { numRuns: 600 },
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Objective } from "../../src/domain/objective.ts";
import { renderQuery } from "../../src/domain/query-template.ts";
import type { Sli } from "../../src/domain/sli.ts";
import { promqlFault } from "../../src/slo/promql.ts";
import { readSlos } from "../../src/slo/read.ts";

const keys =
  "apiVersion kind metadata name spec service indicator indicatorRef sli sliRef ratioMetric ratioMetrics thresholdMetric good bad raw rawType total counter metricSource metricSourceRef type source query timeWindow timeWindows duration unit count isRolling calendar startTime timeZone budgetingMethod objectives target op targetPercent value timeSliceTarget timeSliceWindow compositeWeight alertPolicies alertPolicyRef conditions conditionRef condition threshold lookbackWindow severity".split(
    " ",
  );
const texts =
  "openslo/v1,openslo/v1alpha,SLO,SLI,AlertPolicy,Occurrences,Timeslices,a,gt,lt,1m,28d,1M,sum(x),x) or (y,x[{{.window}}],{{,2022-01-01 12:00:00,UTC,success".split(
    ",",
  );
const values = fc.oneof(
  fc.constantFrom<unknown>(...texts),
  fc.constantFrom<unknown>(null, true, false, 0, 1, 0.9, 99, -1, 1e300, [], {}),
  fc.string(),
  fc.double(),
);
const tree = fc.letrec((tie) => ({
  node: fc.oneof({ depthSize: "medium" }, values, tie("list"), tie("map")),
  list: fc.array(tie("node"), { maxLength: 3 }),
  map: fc.dictionary(fc.constantFrom(...keys), tie("node"), { maxKeys: 8 }),
})).node;

const source = (query: unknown) => ({ metricSource: { type: "Prometheus", spec: { query } } });

/** A file that is right but for one place, at which there may be anything. */
const almost = (entries: number) =>
  fc.tuple(fc.nat(), tree).map(([at, odd]) => {
    const condition = { severity: "page", condition: { op: "gt", threshold: 2, lookbackWindow: "1h" } };
    const right = {
      apiVersion: "openslo/v1",
      kind: "SLO",
      metadata: { name: "a" },
      spec: {
        service: "a",
        budgetingMethod: "Timeslices",
        timeWindow: [
          {
            duration: "4w",
            isRolling: false,
            calendar: { startTime: "2022-01-01 12:00:00", timeZone: "UTC" },
          },
        ],
        indicator: {
          spec: { ratioMetric: { counter: true, good: source("sum(x)"), total: source("sum(y)") } },
        },
        objectives: Array.from({ length: entries }, () => ({
          target: 0.9,
          timeSliceTarget: 0.5,
          timeSliceWindow: 5,
        })),
        alertPolicies: [{ kind: "AlertPolicy", spec: { conditions: [{ spec: condition }] } }],
      },
    };
    let count = 0;
    const places = JSON.stringify(right).split(/[{,[]/).length;
    return JSON.stringify(right, (_, value: unknown) => (count++ === at % places ? odd : value));
  });

describe("reading OpenSLO", () => {
  it("never throws, and gives nothing that cannot be used", () => {
    const written = fc.oneof(
      almost(2),
      tree.map((one) => JSON.stringify(one)),
      tree.map((one) => JSON.stringify([{ apiVersion: "openslo/v1", kind: "SLO", spec: one }])),
    );
    let usable = 0;
    fc.assert(
      fc.property(written, (text) => {
        const { objectives, problems } = readSlos([{ file: "slo.yaml", text }]);
        expect(objectives.length + problems.length).toBeGreaterThan(0);
        for (const objective of objectives) check(objective);
        usable += objectives.length;
      }),
      { numRuns: 500 },
    );
    expect(usable).toBeGreaterThan(50);
  });

  it("gives no objective of which an error is told", () => {
    fc.assert(
      fc.property(almost(1), (text) => {
        const { objectives, problems } = readSlos([{ file: "slo.yaml", text }]);
        const hasError = problems.some(({ severity }) => severity === "error");
        expect(hasError && objectives.length > 0).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it("never throws on any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        readSlos([{ file: "slo.yaml", text: `apiVersion: openslo/v1\n${text}` }]);
      }),
    );
  });

  it("tells of a bounded number of mistakes, however many there are", () => {
    const objectives = Array.from({ length: 100 }, () => ({
      op: "gt",
      timeSliceWindow: [],
      target: [],
      targetPercent: [],
    }));
    const slo = {
      apiVersion: "openslo/v1",
      kind: "SLO",
      metadata: { name: "a" },
      spec: {
        budgetingMethod: "RatioTimeslices",
        indicator: { spec: { ratioMetric: { counter: true, good: source("x"), total: source("y") } } },
        objectives,
      },
    };
    const text = JSON.stringify(Array.from({ length: 30 }, () => slo));
    expect(readSlos([{ file: "slo.yaml", text }]).problems.length).toBeLessThanOrEqual(200);
  });
});

function check({ name, targetRatio, windowMs, sli, budgeting, ownRules }: Objective): void {
  expect(name).toMatch(/^[\w .:/-]{1,128}$/);
  expect(targetRatio > 0 && targetRatio < 1 && windowMs >= 3_600_000).toBe(true);
  for (const query of queriesOf(sli)) expect(promqlFault(query)).toBeUndefined();
  if (budgeting?.kind === "timeslices")
    expect(budgeting.sliceMs > 0 && budgeting.sliceTargetRatio <= 1).toBe(true);
  for (const { condition, forMs } of ownRules ?? []) {
    expect(forMs).toBeGreaterThanOrEqual(0);
    if (condition.kind === "burn_rate") expect(condition.shortWindowMs).toBeLessThan(condition.longWindowMs);
  }
}

function queriesOf(sli: Sli): readonly string[] {
  const of = (template: Parameters<typeof renderQuery>[0]): string => renderQuery(template, 3_600_000);
  switch (sli.kind) {
    case "events":
      return [of(sli.errorQuery), of(sli.totalQuery)];
    case "good_events":
      return [of(sli.goodQuery), of(sli.totalQuery)];
    case "ratio":
      return [of(sli.errorRatioQuery)];
    case "composite":
      return sli.parts.flatMap((part) => queriesOf(part.sli));
    case "recorded_only":
      return [];
  }
}

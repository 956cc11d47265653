import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderQuery } from "../../src/domain/query-template.ts";
import type { AskableSli, Sli } from "../../src/domain/sli.ts";
import { promqlFault } from "../../src/slo/promql.ts";
import { readSlos } from "../../src/slo/read.ts";

const keys =
  "metadata name labels pyrra.dev/x spec target window indicator ratio errors total metric grouping latency success latencyNative bool_gauge alerting disabled burnrates severities fastBurn performanceOverAccuracy".split(
    " ",
  );
const texts = [
  "99",
  "0.5",
  "4w",
  "1m",
  "up",
  'up{le="1"}',
  'x_total{a!=""}',
  "200ms",
  'x{a="',
  "sum(x)",
  "__proto__",
];
const values = fc.oneof(
  fc.constantFrom<unknown>(...texts),
  fc.constantFrom<unknown>(null, true, false, 0, 99.9, -1, 1e300, [], {}),
  fc.string(),
);
const tree = fc.letrec((tie) => ({
  node: fc.oneof({ depthSize: "medium" }, values, tie("list"), tie("map")),
  list: fc.array(tie("node"), { maxLength: 3 }),
  map: fc.dictionary(fc.constantFrom(...keys), tie("node"), { maxKeys: 6 }),
})).node;

const name = fc.constantFrom("up", "http_total", "took_bucket", "took_count", "took", "a:b", "sum", "by");
const label = fc.constantFrom("a", "code", "le", "slo", "job", "_", "by");
const value = fc.oneof(
  fc.constantFrom("", "1", "0.5", "5..", "a|", '"', "\\", "\n", "{{", "}} or up", "{{window}}", "é"),
  fc.string({ unit: "binary", maxLength: 8 }),
);
const selector = fc
  .tuple(name, fc.array(fc.tuple(label, fc.constantFrom("=", "!=", "=~", "!~"), value), { maxLength: 4 }))
  .map(([metric, matchers]) => {
    const parts = matchers.map(([one, op, text]) => `${one}${op}${JSON.stringify(text)}`);
    return parts.length === 0 ? metric : `${metric}{${parts.join(",")}}`;
  });
const metric = selector.map((text) => ({ metric: text }));
const grouping = fc.array(label, { maxLength: 3 });
const indicator = fc.oneof(
  fc.record({ ratio: fc.record({ errors: metric, total: metric, grouping }) }),
  fc.record({ latency: fc.record({ success: metric, total: metric, grouping }) }),
  fc.record({ latencyNative: fc.record({ latency: fc.constant("200ms"), total: metric, grouping }) }),
  fc.record({ bool_gauge: fc.record({ metric: selector, grouping }) }),
);
const slo = (spec: object, title: unknown = "a") =>
  JSON.stringify({
    apiVersion: "pyrra.dev/v1alpha1",
    kind: "ServiceLevelObjective",
    metadata: { name: title },
    spec,
  });
const right = indicator.map((one) => slo({ target: "99.9", window: "4w", indicator: one }));

const read = (text: string) => readSlos([{ file: "slo.yaml", text }]);

const queriesOf = (sli: Sli | AskableSli | undefined): readonly string[] => {
  switch (sli?.kind) {
    case "events":
      return [sli.errorQuery, sli.totalQuery].map((one) => renderQuery(one, 300_000));
    case "good_events":
      return [sli.goodQuery, sli.totalQuery].map((one) => renderQuery(one, 300_000));
    case "ratio":
    case "composite":
    case "recorded_only":
    case undefined:
      throw new Error("Pyrra's parts are asked apart");
  }
};

describe("reading Pyrra's files", () => {
  it("never throws, and gives an objective or says why there is none", () => {
    const odd = fc.oneof(
      fc
        .tuple(tree, fc.oneof(fc.constant("a"), tree))
        .map(([spec, title]) => slo(Object(spec) as object, title)),
      fc.tuple(right, fc.nat(), fc.string()).map(([text, at, more]) => {
        const index = at % text.length;
        return `${text.slice(0, index)}${more}${text.slice(index + more.length)}`;
      }),
      right,
    );
    fc.assert(
      fc.property(odd, (text) => {
        const { objectives, problems } = read(text);
        expect(objectives.length + problems.length).toBeGreaterThan(0);
        const errors = problems.filter(({ severity }) => severity === "error");
        expect(objectives.length === 0).toBe(errors.length > 0);
      }),
      { numRuns: 1000 },
    );
  });

  it("makes nothing but whole expressions, whatever a label's value holds", () => {
    let seen = 0;
    fc.assert(
      fc.property(right, (text) => {
        for (const { sli, recording } of read(text).objectives) {
          seen += 1;
          const recorded =
            recording === undefined
              ? []
              : [renderQuery(recording.errorRatio, 300_000), ...queriesOf(recording.period.sli)];
          for (const query of [...queriesOf(sli), ...recorded]) expect(promqlFault(query)).toBeUndefined();
        }
      }),
      { numRuns: 1000 },
    );
    expect(seen).toBeGreaterThan(200);
  });
});

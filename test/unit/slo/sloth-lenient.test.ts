import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metaRecords } from "../../../src/slo/sloth-records.ts";
import { alertWindows, brief, custom, day, events, plain, readAll } from "./sloth-files.ts";

describe("Sloth's files as teams have them", () => {
  it("may hold an SLO that is misshapen, which does not hide its neighbours", () => {
    const more = [
      "  - {name: cart, objective: lots}",
      "  - nothing",
      "  - {name: help, objective: 99, sli: {raw: {error_ratio_query: 'x[{{.window}}]'}}, alerting: {name: S}}",
    ];
    const { objectives, problems } = readAll([`${plain()}${more.join("\n")}\n`]);
    expect(objectives.map(({ name }) => name)).toEqual(["shop-checkout", "shop-help"]);
    expect(problems.map(({ code, key }) => `${code} ${key}`)).toEqual([
      "wrong_type slos[1].objective",
      "missing_key slos[1].sli",
      "wrong_type slos[2]",
    ]);
  });

  it("may leave a label or a key empty, which is to Sloth an empty text or no key", () => {
    const text = plain(`${events("error_query", "total_query")}      raw:\n      plugin: null\n`);
    const { objectives, problems } = readAll([`labels: {team: , tier: 2}\nslo_plugins:\n${text}`]);
    expect(problems).toEqual([]);
    expect(objectives).toHaveLength(1);
  });

  it("may have labels and options that are named like keys of the other form", () => {
    const text = custom(undefined, "{name: N, labels: {page_alert: a}, annotations: {error_query: b}}");
    expect(readAll([text]).problems).toEqual([]);
  });

  it("may have long names", () => {
    expect(readAll([plain().replace("checkout", "c".repeat(128))]).objectives).toHaveLength(1);
  });

  it("have their window's dot, or Sloth refuses them", () => {
    expect(brief(readAll([plain().replace("{{.window}}", "{{window}}")]).problems)).toEqual([
      "8:22 error bad_query slos[0].sli.events.error_query",
    ]);
  });

  it("cannot be measured directly where only Sloth can compute the SLI", () => {
    const text = plain("      plugin: {id: a/b}\n");
    expect(readAll([text], { measure: "recorded" }).objectives).toHaveLength(1);
    const { objectives, problems } = readAll([text], { measure: "direct" });
    expect(objectives).toEqual([]);
    expect(brief(problems)).toContain("7:7 error unsupported_sli slos[0].sli");
  });

  it("have periods of any length recorded in days, as Go prints them", () => {
    const days = (periodMs: number) =>
      metaRecords({ service: "shop", slo: "checkout" }, 99.9, 300_000, periodMs)[2]?.expression;
    expect([30, 1.5, 36_500, 1e6].map((length) => days(length * day))).toEqual([
      "vector(30)",
      "vector(1.5)",
      "vector(36500)",
      "vector(1e+06)",
    ]);
    const [objective] = metaRecords({ service: "shop", slo: "checkout" }, 0.002, 300_000, day);
    expect(objective?.expression).toBe("vector(2e-05)");
  });

  it("[T33] are told of at most a hundred times a document", () => {
    const labels = Array.from({ length: 150 }, (_, index) => `k${index}: [], `).join("");
    const slos = Array.from({ length: 100 }, (_, index) => `- {name: s${index}, labels: {${labels}}}\n`);
    const text = `version: prometheus/v1\nservice: shop\nslos:\n${slos.join("")}`;
    expect(readAll([text]).problems).toHaveLength(100);
  });

  it("[T33] whatever stands in them, give objectives or problems and never throw", () => {
    const keys =
      "version kind spec service slos name objective sli events raw plugin alerting error_query totalQuery page_alert labels slo_plugins chain id page quick sloPeriod".split(
        " ",
      );
    const leaf = fc.oneof(
      fc.constantFrom(null, "", "x[{{.window}}]", "{{.window}}", 0, 99.9, 100, 1e308, true, "30d", "a"),
      fc.string(),
    );
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 6 },
        leaf,
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie("node"), { maxKeys: 6 }),
      ),
    })).node;
    const roots = [
      { version: "prometheus/v1" },
      { apiVersion: "sloth.slok.dev/v1", kind: "PrometheusServiceLevel" },
      { apiVersion: "sloth.slok.dev/v1", kind: "AlertWindows" },
    ];
    const made = fc
      .tuple(fc.constantFrom(...roots), fc.dictionary(fc.constantFrom(...keys), tree))
      .map(([root, body]) => JSON.stringify({ ...body, ...root }));
    const edited = fc
      .tuple(fc.constantFrom(plain(), custom(), alertWindows("30d", [1, 2, 3, 4])), fc.nat(), fc.string())
      .map(([text, at, put]) => {
        const from = at % text.length;
        return text.slice(0, from) + put + text.slice(from + put.length);
      });
    fc.assert(
      fc.property(fc.oneof(made, edited), (text) => {
        const { objectives, problems } = readAll([text]);
        expect(objectives.length + problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 400 },
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderQuery } from "../../../src/domain/query-template.ts";
import { joined } from "../../../src/prometheus/expressions.ts";
import { maxQueryLength, metricIn, promqlFault, selectorsIn } from "../../../src/slo/promql.ts";
import { checkQuery } from "../../../src/slo/query.ts";

const escapes: readonly string[] = [
  "rate(x[{{window}}])) or (vector(0)",
  "x[{{window}}]\n) or vector(0) #",
  'rate(x[{{window}}])), "a", "b", "", "") or (vector(0)',
  "rate(x[{{window}}]) # )",
  "rate(x[{{window}}]) or vector(0) #\n) or (vector(1)",
  'rate(x{a="}[{{window}}])',
  "rate(x{a='\n'}[{{window}}])",
  "rate(x{a=`}[{{window}}])",
  "sum(rate(x[{{window}}])",
  "rate(x[{{window}}])]",
  "rate(x[{{window}}]); vector(0)",
  "rate(x[{{window}}]) vector(0)",
  "rate(x[{{window}}]),",
  ") or vector(0) or (x[{{window}}]",
  "/* rate(x[{{window}}]) */",
  "rate(x[{{window}}]) or",
  "{{window}}(",
  "'(x[{{window}}]",
  '"x[{{window}}]',
  '"x[{{window}}]\\"',
  // Prometheus ends a comment at a carriage return; what follows would answer in another's name.
  'vector(0) # {{window}}\r or label_replace(vector(0), "burngate_expression", "e0", "", "")',
  "rate(x[{{window}}]) # \r",
];

/** What remains of a text when strings and comments are taken out. */
const bare = (query: string): string =>
  query.replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|#[^\n]*/g, "");

describe("a query of a policy", () => {
  it.each(escapes.filter((query) => !query.includes("]) # )")))(
    "[T28] cannot close our parentheses: %j is refused",
    (query) => {
      expect(typeof checkQuery(query)).toBe("string");
    },
  );

  it("has its window where it is asked with, not in a comment alone", () => {
    expect(checkQuery("rate(x[5m]) # {{window}}")).toContain("has no `{{window}}`");
    expect(checkQuery('ratio{window="{{window}}"} # {{window}}')).toHaveProperty("pieces");
  });

  it("[T28] may end in a comment, which ends with its line and not with ours", () => {
    const template = checkQuery("rate(x[{{window}}]) # )");
    if (typeof template === "string") throw new Error(template);
    const query = joined([{ id: "e0", query: renderQuery(template, 300_000) }]);
    expect(query).toBe('label_replace((\nrate(x[5m]) # )\n), "burngate_expression", "e0", "", "")');
    expect(promqlFault(query)).toBeUndefined();
  });

  it("[T28] stands in our request as one whole expression, whatever was accepted", () => {
    const token = fc.constantFrom(
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      ",",
      '"',
      "'",
      "`",
      "#",
      "\n",
      " ",
      "or",
      "x",
      "rate",
      "[{{window}}]",
      "0",
      "=",
      "\\",
      "vector(0)",
    );
    const text = fc.oneof(
      fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join("")),
      fc.array(token, { maxLength: 6 }).map((tokens) => `rate(x[{{window}}])${tokens.join("")}`),
    );
    let accepted = 0;
    fc.assert(
      fc.property(text, (written) => {
        const template = checkQuery(written);
        if (typeof template === "string") return;
        accepted += 1;
        const query = renderQuery(template, 300_000);
        let depth = 0;
        for (const letter of bare(query)) {
          if (letter === "(") depth += 1;
          if (letter === ")") depth -= 1;
          expect(depth).toBeGreaterThanOrEqual(0);
        }
        expect(depth).toBe(0);
        expect(
          promqlFault(
            joined([
              { id: "e0", query },
              { id: "e1", query: "x" },
            ]),
          ),
        ).toBeUndefined();
      }),
      { numRuns: 5000, seed: 28 },
    );
    expect(accepted, "queries that were accepted, or the law would be empty").toBeGreaterThan(50);
  });

  it("is not held to its types, which only Prometheus knows", () => {
    expect(promqlFault("rate(x)")).toBeUndefined();
  });

  it("says where it cannot be read from on", () => {
    expect(promqlFault("sum(rate(x[5m])) by")).toEqual({ offset: 19, message: "ends too early" });
    expect(promqlFault("sum(rate(x[5m])) or )")?.message).toMatch(/^cannot be read from `.*\)` on$/);
    expect(promqlFault("")?.message).toBe("is empty");
    expect(promqlFault("# a comment alone")).toBeDefined();
  });

  it("[T29] has at most 8192 characters", () => {
    const padded = (length: number) => `x${" ".repeat(length - 1)}`;
    expect(promqlFault(padded(maxQueryLength))).toBeUndefined();
    expect(promqlFault(padded(maxQueryLength + 1))?.message).toBe("is longer than 8192 characters");
  });

  it("[T33] is answered for, however it nests", () => {
    for (const text of ["(", "{", "[", '"', "x or ", "-", "sum(", "[5m]", "\\"]) {
      const query = text.repeat(Math.floor(maxQueryLength / text.length));
      expect(promqlFault(query), text).toBeDefined();
    }
  });
});

describe("the series that a query is about", () => {
  it.each([
    ["sum(rate(a_total{code=~'5..'}[5m]))", ["a_total{code=~'5..'}"]],
    ["sum(rate(a[5m])) / sum(rate(a[5m]))", ["a"]],
    ['1 - (sum(a) - sum(b)) / sum(c{x="y"})', ["a", "b", 'c{x="y"}']],
    ["sum_over_time((count(up < 0.75))[2h:])", ["up"]],
    ["rate(a[5m] offset 1h)", ["a"]],
    ['{__name__="a", b="c"}', ['{__name__="a", b="c"}']],
    ["vector(0)", []],
  ])("of %s are %j", (query, selectors) => {
    expect(selectorsIn(query)).toEqual(selectors);
  });

  it.each([
    ["a_total{code=~'5..'}", "a_total"],
    ["a:b:rate5m", "a:b:rate5m"],
    ['{__name__="a", b="c"}', "a"],
    ['{b="c", __name__ = "a"}', "a"],
    ['{b="c"}', '{b="c"}'],
  ])("%s is of the metric %s", (selector, metric) => {
    expect(metricIn(selector)).toBe(metric);
  });
});

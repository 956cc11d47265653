import { describe, expect, it } from "vitest";
import { renderQuery } from "../../../src/domain/query-template.ts";
import {
  isComplement,
  type Unfit,
  type ValueKind,
  type Windowed,
  wholeQuery,
  windowed,
} from "../../../src/slo/openslo-query.ts";

const counter: ValueKind = { kind: "counter" };
const amount: ValueKind = { kind: "amount" };
const limit: ValueKind = { kind: "threshold", op: ">=", value: 0.5 };
const of = (kind: "success" | "failure"): ValueKind => ({ kind: "ratio", of: kind });

function over(text: string, value: ValueKind): Windowed | Unfit {
  const whole = wholeQuery(text);
  return "why" in whole ? whole : windowed(whole, value);
}

const over1h = (text: string, value: ValueKind): string => {
  const found = over(text, value);
  return "why" in found ? found.why : renderQuery(found.query, 3_600_000);
};

describe("an OpenSLO query over a window", () => {
  it.each<[string, string, ValueKind, string]>([
    ["with Sloth's window is as it is written", "rate(x[{{.window}}])", counter, "rate(x[1h])"],
    ["with Sloth's window, of no counter", "sum(rate(x[{{ .window }}]))", amount, "sum(rate(x[1h]))"],
    ["of a ratio with Sloth's window", "a[{{.window}}]", of("failure"), "a[1h]"],
    ["of a success with Sloth's window is turned", "r[{{.window}}]", of("success"), "1 - (r[1h])"],
    ["of a limit with Sloth's window", "r[{{.window}}]", limit, "1 - ((r[1h]) >= bool 0.5)"],
    [
      "ends its comment before what is put after it",
      "r[{{.window}}] # )",
      of("success"),
      "1 - (\nr[1h] # )\n)",
    ],
    ["of a selector sums what it grew by", 'x{a="b"}', counter, 'sum(increase(x{a="b"}[1h]))'],
    ["of a sum sums what each grew by", "sum(x)", counter, "sum(increase(x[1h]))"],
    ["of a sum by labels keeps them", "sum by (a) (x)", counter, "sum by (a) (increase(x[1h]))"],
    ["of a sum by labels, written after it", "sum(x) by (a)", counter, "sum(increase(x[1h])) by (a)"],
    ["of anything else grows as a whole", "sum(x) + sum(y)", counter, "increase((sum(x) + sum(y))[1h:1m])"],
    ["of a maximum grows as a whole", "max(x)", counter, "increase((max(x))[1h:1m])"],
    [
      "of all but some labels grows as a whole",
      "sum without (a) (x)",
      counter,
      "increase((sum without (a) (x))[1h:1m])",
    ],
    [
      "of a selector of the past grows as a whole",
      "sum(x offset 5m)",
      counter,
      "increase((sum(x offset 5m))[1h:1m])",
    ],
    ["of amounts adds them up", "sum(rate(x[5m]))", amount, "sum_over_time((sum(rate(x[5m])))[1h:1m])"],
    ["of a ratio of failures is their mean", "r", of("failure"), "avg_over_time((r)[1h:1m])"],
    ["of a ratio of successes is what is left", "r", of("success"), "1 - avg_over_time((r)[1h:1m])"],
    [
      "of a limit is the share of time beyond",
      "a or b",
      limit,
      "1 - avg_over_time(((a or b) >= bool 0.5)[1h:1m])",
    ],
    ["loses its comments", "sum(x) # ) of all", amount, "sum_over_time((sum(x))[1h:1m])"],
  ])("%s", (_, text, value, expected) => {
    expect(over1h(text, value)).toBe(expected);
  });

  it.each<[string, string, ValueKind, string]>([
    ["a counter with a range of its own", "sum(rate(x[5m]))", counter, "has a range of its own"],
    ["a counter with a subquery", "sum_over_time((x)[5m:1m])", counter, "has a range of its own"],
    ["what would leave its parentheses", "x) or (y", amount, "is not PromQL"],
    ["what would leave them with a window", "x[{{.window}}]) or (y", of("success"), "is not PromQL"],
    ["another language", "sum:requests{a:b}.as_count()", counter, "is not PromQL"],
    ["nothing", " ", counter, "is empty"],
    ["a placeholder of somebody else's", "x{a='{{ .Values.a }}'}", counter, "placeholder"],
    ["a window in a comment", "x # [{{.window}}]", counter, "has no `{{window}}`"],
    ["too much", `x{a="${"b".repeat(9000)}"}`, counter, "longer"],
  ])("refuses %s", (_, text, value, expected) => {
    expect(over1h(text, value)).toContain(expected);
  });

  it("says where resets of a counter cannot be seen", () => {
    expect(over("sum(x) + sum(y)", counter)).toHaveProperty("remark");
    expect(over("sum(x)", counter)).not.toHaveProperty("remark");
  });

  it("is what is left of a ratio where it begins with one minus", () => {
    const complements = ["1 - (a / b)", "1 - a / b", " 1.0 - x", "1 - (sum(a[{{.window}}]))"];
    expect(complements.filter((text) => !isComplement(text))).toEqual([]);
    const others = [
      "a / b",
      "2 - a",
      "(1 - a) / b",
      "1 + a",
      "a - 1",
      "-1 - a",
      "",
      `1 - ${"a".repeat(9000)}`,
    ];
    expect(others.filter(isComplement)).toEqual([]);
  });
});

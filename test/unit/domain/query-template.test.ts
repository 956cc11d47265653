import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseQueryTemplate, renderQuery } from "../../../src/domain/query-template.ts";

const day = 86_400_000;

function rendered(text: string, windowMs: number): string {
  const template = parseQueryTemplate(text);
  return typeof template === "string" ? template : renderQuery(template, windowMs);
}

describe("a query with a hole for its window", () => {
  it.each(["{{window}}", "{{.window}}", "{{ .window }}", "{{- .window -}}", "{{ window}}"])(
    "takes the hole written as %s",
    (hole) => {
      expect(rendered(`rate(x[${hole}])`, 3_600_000)).toBe("rate(x[1h])");
    },
  );

  it("fills every hole, with the window printed as Prometheus prints it", () => {
    const text = "sum_over_time(x[{{.window}}]) / count_over_time(x[{{.window}}:])";
    expect(rendered(text, 28 * day)).toBe("sum_over_time(x[4w]) / count_over_time(x[4w:])");
    expect(rendered(text, 30 * day)).toBe("sum_over_time(x[30d]) / count_over_time(x[30d:])");
  });

  it.each([
    ["", "empty"],
    [" \n\t", "empty"],
    ["rate(x[5m])", "no_window"],
    ["rate(x[{window}])", "no_window"],
    ["rate(x{job='{{ .Values.job }}'}[{{.window}}])", "unknown_placeholder"],
    ["rate(x[{{.Window}}])", "unknown_placeholder"],
    ["rate(x[{{window}}]) }}", "unknown_placeholder"],
    ["rate(x[{{window | trunc 1}}])", "unknown_placeholder"],
  ] as const)("refuses %j: %s", (text, fault) => {
    expect(parseQueryTemplate(text)).toBe(fault);
  });

  it("changes nothing but the holes", () => {
    const piece = fc.string().map((text) => text.replaceAll(/[{}]/g, ""));
    fc.assert(
      fc.property(fc.array(piece, { minLength: 2 }), (pieces) => {
        expect(rendered(pieces.join("{{window}}"), 300_000)).toBe(pieces.join("5m"));
      }),
    );
  });
});

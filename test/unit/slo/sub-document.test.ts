import { describe, expect, it } from "vitest";
import { readSlos } from "../../../src/slo/read.ts";
import { itemsOf } from "../../../src/slo/sub-document.ts";
import { readYaml } from "../../../src/slo/yaml-text.ts";

const documentOf = (text: string) =>
  readYaml("slo.yaml", text, { maxBytes: 10_000, maxDocuments: 1 }).documents[0]!;

describe("a list of objects", () => {
  it("is as many documents, each with its places in the file", () => {
    const [first, second] = itemsOf(documentOf("- kind: SLO\n- kind: SLI\n  spec: {query: up}\n"));
    expect([first?.value, second?.value]).toEqual([{ kind: "SLO" }, { kind: "SLI", spec: { query: "up" } }]);
    expect(second?.at(["spec", "query"])).toEqual({ line: 3, column: 17 });
    const { key, position, excerpt, severity } = second!.problem(
      "bad_query",
      ["spec", "query"],
      "is odd",
      "warning",
    );
    expect([key, position, severity]).toEqual(["[1].spec.query", { line: 3, column: 17 }, "warning"]);
    expect(excerpt).toBe("3 |   spec: {query: up}\n                    ^");
  });

  it("may be written as JSON", () => {
    const [, second] = itemsOf(documentOf('[{"kind": "SLO"},\n {"kind": "SLI"}]'));
    expect(second?.at(["kind"])).toEqual({ line: 2, column: 11 });
  });

  it("is one document where it is no list, and none where it is empty", () => {
    const document = documentOf("kind: SLO\n");
    expect(itemsOf(document)).toEqual([document]);
    expect(itemsOf(documentOf("[]"))).toEqual([]);
  });

  it("is told by its items, of which a file has a hundred at most", () => {
    const sloth = (name: string) =>
      `- {version: prometheus/v1, service: shop, slos: [{name: ${name}, objective: 99.9, sli: {raw: {error_ratio_query: "x[{{.window}}]"}}}]}\n`;
    const read = (text: string) => readSlos([{ file: "slo.yaml", text }]);
    expect(read(sloth("one") + sloth("two")).objectives.map(({ name }) => name)).toEqual([
      "shop-one",
      "shop-two",
    ]);
    const many = read(Array.from({ length: 200 }, (_, index) => sloth(`slo-${index}`)).join(""));
    expect(many.objectives).toHaveLength(100);
    expect(many.problems.map(({ code, key, position }) => [code, key, position.line])).toEqual([
      ["too_many", "[100]", 101],
    ]);
    expect(read("[]").problems.map(({ code }) => code)).toEqual(["unsupported_format"]);
  });
});

import { describe, expect, it } from "vitest";
import { anyOf, code, fenced, link, plain } from "../../../src/domain/markdown.ts";

describe("the words of others in Markdown", () => {
  it.each([
    ["[T11] a mention", "@ann", "&#64;\u2060ann"],
    ["[T11] a reference", "acme/shop#7 GH-7", "acme/shop&#35;\u20607 GH-\u20607"],
    ["[T11] an address", "http://x.y www.x.y", "http&#58;\u2060//x.y www\u2060.x.y"],
    ["[T11] a link and an image", "[a](b) ![c](d)", "&#91;a&#93;&#40;b&#41; &#33;&#91;c&#93;&#40;d&#41;"],
    ["[T11] HTML and references", "<b>&lt;", "&#60;b&#62;&#38;lt;"],
    ["[T11] the end of a cell", "a|b\\|c", "a&#124;b&#92;&#124;c"],
    ["[T11] the end of a line", "a\n\n# b", "a &#35;\u2060 b"],
    ["[T11] an emoji", ":tada:", "&#58;\u2060tada&#58;"],
    ["[T11] a list", "- a", "&#45; a"],
    ["[T11] a numbered list", "1. a", "1&#46; a"],
    ["nothing", "checkout-api: 99.9% at 14:05", "checkout-api&#58; 99.9% at 14&#58;05"],
  ])("hold as text %s", (_, words, markdown) => {
    expect(plain(words)).toBe(markdown);
  });

  it("are cut as names at 256 characters, before their marks are spelled out", () => {
    expect(code("|".repeat(300))).toBe(`<code>${"&#124;".repeat(255)}…</code>`);
  });
});

describe("a fence", () => {
  it.each([
    ["up", "```promql\nup\n```"],
    ["a``b", "```promql\na``b\n```"],
    ["```", "````promql\n```\n````"],
    ["a`````\n```", "``````promql\na`````\n```\n``````"],
  ])("is longer than any run of backticks in %j", (content, block) => {
    expect(fenced("promql", content)).toBe(block);
  });
});

describe("a link", () => {
  it("is one to a web address, whatever is in it", () => {
    expect(link("x", "https://a.b/c(d)[e]|f`g*h_i")).toBe("[x](https://a.b/c%28d%29%5Be%5D%7Cf%60g%2Ah%5Fi)");
  });

  it.each([undefined, "javascript:alert(1)", "https://a b", "https://a\n", "//a", "https://a\u202E"])(
    "is none to %j",
    (address) => {
      expect(link("x", address)).toBe("x");
    },
  );
});

it("joins what any one of will do", () => {
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(anyOf)).toEqual(["", "a", "a or b", "a, b or c"]);
});

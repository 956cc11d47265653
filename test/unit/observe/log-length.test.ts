import { expect, it } from "vitest";
import { logTo } from "../../../src/observe/log.ts";

/** What is written for some fields, parsed, with the length of the line. */
function written(fields: object): { readonly length: number; readonly line: Record<string, unknown> } {
  let text = "";
  logTo("debug", { write: (line) => void (text += line) }).info(fields, "told");
  return { length: text.length, line: JSON.parse(text) as Record<string, unknown> };
}

const most = 45_000;

it("[T18] a line tells what is short whole, and the beginning of what is long", () => {
  const { line } = written({ detail: "x".repeat(5000), reason: "INC-42", n: 7, none: undefined, nil: null });
  expect(line).toMatchObject({
    detail: `${"x".repeat(999)}…`,
    reason: "INC-42",
    n: 7,
    nil: null,
    msg: "told",
  });
});

const deep = (levels: number): unknown =>
  levels === 0 ? "x".repeat(500) : { a: deep(levels - 1), b: deep(levels - 1) };
const nested = Array.from({ length: 100_000 }).reduce((inner: unknown) => [inner], "core");
const endless: Record<string, unknown> = {};
endless["self"] = endless;
const chain = (levels: number): Error =>
  Object.assign(new Error("\u0000".repeat(5000), levels === 0 ? {} : { cause: chain(levels - 1) }), {
    code: "c".repeat(5000),
  });

it.each([
  [
    "many long fields",
    Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${at}`, "x".repeat(1000)])),
  ],
  ["long names of fields", { ["k".repeat(100_000)]: 1, a: { ["k".repeat(100_000)]: 1 } }],
  ["long lists", { list: Array.from({ length: 100_000 }, () => "name") }],
  ["lists of nothing", { list: Array.from({ length: 1_000_000 }, () => null) }],
  ["deep trees", { tree: deep(12) }],
  ["lists in lists without end", { nested }],
  ["what holds itself", { endless }],
  ["what must be escaped", { detail: "\u0000".repeat(100_000), more: '\u0000"\\'.repeat(100_000) }],
  ["a chain of errors", { err: chain(20), detail: "x".repeat(100_000) }],
  [
    "many errors at once",
    {
      err: new AggregateError(
        Array.from({ length: 100 }, () => chain(1)),
        "several",
      ),
    },
  ],
])("[T18] a line stays short whatever is told: %s", (_, fields) => {
  const { length, line } = written(fields);
  expect(length).toBeLessThan(most);
  expect(line).toMatchObject({ msg: "told", app: "burngate" });
});

it("half a character is not written", () => {
  const { line } = written({ detail: `${"x".repeat(998)}😀😀` });
  expect(line["detail"]).toBe(`${"x".repeat(998)}\ufffd…`);
});

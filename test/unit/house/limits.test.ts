import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const root = new URL("../../../", import.meta.url);
const page = readFileSync(new URL("docs/limits.md", root), "utf8");
const rows = page.split("\n").filter((line) => line.startsWith("| ") && !/^\| (what|-)/.test(line));

it.each(rows.map((row) => [row.split(" | ")[0]?.slice(2), row] as const))(
  "what is told of the bound of %s is in the code",
  (_, row) => {
    const [, path = "", text = ""] = /`(src\/[a-z/-]+\.ts)`: `([^`]+)` \|$/.exec(row) ?? [];
    expect(readFileSync(new URL(path, root), "utf8")).toContain(text);
  },
);

it("the page of limits is read row by row", () => {
  expect(rows.length).toBeGreaterThan(40);
});

import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const root = new URL("../../../", import.meta.url);
const rows = readFileSync(new URL("SECURITY.md", root), "utf8")
  .split("\n")
  .filter((line) => /^\| T\d+ \|/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, id = "", , , standing = ""]) => ({ id, standing }));

/** Ids in the titles of tests, so a mention in a comment or in a document does not count. */
const shown = new Set(
  readdirSync(new URL("test/", root), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts") || file.includes("contract/ledger-"))
    .flatMap(
      (file) => readFileSync(new URL(`test/${file}`, root), "utf8").match(/["'`(](?:\[T\d+\]\s?)+/g) ?? [],
    )
    .flatMap((title) => title.match(/T\d+/g) ?? []),
);

it("names all fifty threats once", () => {
  expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, index) => `T${index + 1}`));
  expect(new Set(rows.map(({ standing }) => standing))).toEqual(new Set(["shown", "operator"]));
});

it("shows by a test every threat that it calls shown", () => {
  const claimed = rows.filter(({ standing }) => standing === "shown").map(({ id }) => id);
  expect(claimed.filter((id) => !shown.has(id))).toEqual([]);
});

it("shows by a test what code does about every threat that code can meet", () => {
  const unshown = rows.map(({ id }) => id).filter((id) => !shown.has(id));
  // Numbers that a service dresses up look like any others.
  expect(unshown).toEqual(["T42"]);
});

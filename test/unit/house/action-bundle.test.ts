import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { bundleAction, bundlePath } from "../../../script/bundle-action.ts";

const root = join(import.meta.dirname, "../../..");
const action = parse(readFileSync(join(root, "action.yml"), "utf8")) as {
  inputs: Record<string, { description: string }>;
  outputs: Record<string, { description: string }>;
  runs: { using: string; main: string };
};

it("is committed as its sources have it; if not, run `node script/bundle-action.ts`", async () => {
  const committed = readFileSync(bundlePath, "utf8");
  // Not compared by `toBe`, which would print two megabytes.
  expect(committed === (await bundleAction())).toBe(true);
});

it("is what action.yml starts, and action.yml names every input that is read", () => {
  expect(action.runs).toEqual({ using: "node24", main: "dist-action/index.js" });
  const source = readFileSync(join(root, "src/action/inputs.ts"), "utf8");
  const read = [...source.matchAll(/of\("([a-z-]+)"\)/g)].map(([, name]) => name ?? "");
  expect([...new Set(read)].toSorted()).toEqual(Object.keys(action.inputs).toSorted());
});

it("names every output that is set", () => {
  const source = readFileSync(join(root, "src/action/run.ts"), "utf8");
  for (const name of Object.keys(action.outputs)) expect(source).toMatch(new RegExp(`\\b"?${name}"?[:,]`));
});

it("is shown in the docs with inputs that there are", () => {
  const page = readFileSync(join(root, "docs/github-action.md"), "utf8");
  const shown = [...page.matchAll(/ with: (\{.*\})$/gm)].map(
    ([, text = ""]) => parse(text) as Record<string, string>,
  );
  expect(shown).toHaveLength(2);
  for (const inputs of shown)
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
});

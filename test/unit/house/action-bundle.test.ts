import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { bundleAction, bundlePath, licensesPath } from "../../../script/bundle-action.ts";

const root = join(import.meta.dirname, "../../..");
const action = parse(readFileSync(join(root, "action.yml"), "utf8")) as {
  inputs: Record<string, { description: string }>;
  outputs: Record<string, { description: string }>;
  runs: { using: string; main: string };
};

it("is committed as its sources have it; if not, run `node script/bundle-action.ts`", async () => {
  const { code, licenses } = await bundleAction();
  // Not compared by `toBe`, which would print all of it.
  expect(readFileSync(bundlePath, "utf8") === code).toBe(true);
  expect(readFileSync(licensesPath, "utf8") === licenses).toBe(true);
});

it("holds no server, and hands on the license of every package in it", () => {
  const heads = [...readFileSync(licensesPath, "utf8").matchAll(/^(\S+) \d+\.\d+\.\S+: (\S+)$/gm)];
  const names = heads.map(([, name]) => name);
  expect(names).toEqual(expect.arrayContaining(["@octokit/rest", "yaml", "zod"]));
  expect(names).not.toContain("probot");
  expect(heads.filter(([, , license]) => !/^(MIT|ISC|Apache-2\.0|BSD-.*)$/.test(license ?? ""))).toEqual([]);
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

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { bundleAction, bundlePath } from "../../../script/bundle-action.ts";

const action = parse(readFileSync(join(import.meta.dirname, "../../../action.yml"), "utf8")) as {
  inputs: Record<string, { description: string }>;
  runs: { using: string; main: string };
};

it("is committed as its sources have it; if not, run `node script/bundle-action.ts`", async () => {
  const committed = readFileSync(bundlePath, "utf8");
  // Not compared by `toBe`, which would print two megabytes.
  expect(committed === (await bundleAction())).toBe(true);
});

it("is what action.yml starts, and action.yml names every input that is read", () => {
  expect(action.runs).toEqual({ using: "node24", main: "dist-action/index.js" });
  const source = readFileSync(join(import.meta.dirname, "../../../src/action/inputs.ts"), "utf8");
  const read = [...source.matchAll(/of\("([a-z-]+)"\)/g)].map(([, name]) => name ?? "");
  expect([...new Set(read)].toSorted()).toEqual(Object.keys(action.inputs).toSorted());
});

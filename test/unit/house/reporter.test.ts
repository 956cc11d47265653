import { dirname, join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { type CommandEnd, plantFolder, type PlantedFolder } from "./planted-command.ts";
import { houseRoot } from "./planted-house.ts";

// The reporter in a project of a few planted tests: what it counts, what it shows and how vitest then exits.

let project: PlantedFolder;
afterEach(() => project.remove());

async function vitest(tests: Readonly<Record<string, string>>): Promise<CommandEnd> {
  const config = {
    test: {
      reporters: [join(houseRoot, "test/reporter.ts")],
      include: ["*.test.ts"],
      // Vitest is to find nothing wrong by itself where the reporter must.
      passWithNoTests: true,
      dangerouslyIgnoreUnhandledErrors: true,
    },
  };
  project = await plantFolder({
    linked: ["node_modules"],
    written: {
      "package.json": `{ "type": "module" }`,
      "vitest.config.ts": `export default ${JSON.stringify(config)};\n`,
      ...Object.fromEntries(
        Object.entries(tests).map(([name, text]) => [
          `${name}.test.ts`,
          `import { beforeAll, describe, expect, it } from "vitest";\n${text}`,
        ]),
      ),
    },
  });
  const program = join(houseRoot, "node_modules/vitest/vitest.mjs");
  return project.run(process.execPath, [program, "run"], {
    PATH: dirname(process.execPath),
    NO_COLOR: "1",
  });
}

it("counts each test, tells what was skipped and why something failed, and exits with 1", async () => {
  const { code, output, lastLine } = await vitest({
    mixed: `
      it("adds", () => expect(1 + 1).toBe(2));
      it("subtracts", () => expect(2 - 1).toBe(1));
      it("divides", () => { console.log("by zero"); expect(1 / 0).toBe(7); });
      it.skip("multiplies", () => {});`,
    fine: `it("says nothing", () => { console.log("a fine day"); });`,
  });
  expect(lastLine).toBe("3 passed, 1 failed");
  expect(output.trimEnd().split("\n").at(-2)).toBe("1 skipped");
  expect(output).toContain("skipped: mixed.test.ts > multiplies\n");
  expect(output).toMatch(/^FAILED +[\d.]+ s mixed\.test\.ts \(4\)\n {4}by zero$/m);
  expect(output).toMatch(/^ok +[\d.]+ s fine\.test\.ts \(1\)$/m);
  expect(output).toMatch(/^FAILED mixed\.test\.ts > divides\nAssertionError: expected Infinity to be 7/m);
  expect(output).not.toContain("a fine day");
  expect(output).toMatch(/^slowest files: .*mixed\.test\.ts [\d.]+ s/m);
  expect(code).toBe(1);
});

it("has nothing to say of skipped tests where there are none, and exits with 0", async () => {
  const { code, output, lastLine } = await vitest({ fine: `it("is", () => {});` });
  expect(lastLine).toBe("1 passed, 0 failed");
  expect(output).not.toContain("skipped");
  expect(code).toBe(0);
});

it("counts a file and a suite that break outside their tests", async () => {
  const { code, output, lastLine } = await vitest({
    file: `throw new Error("cannot even begin");`,
    suite: `describe("a suite", () => {
      beforeAll(() => { throw new Error("no stand"); });
      it("never runs", () => {});
    });`,
    fine: `it("is", () => {});`,
  });
  expect(lastLine).toBe("1 passed, 2 failed");
  expect(output).toMatch(/^FAILED file\.test\.ts > the file itself\nError: cannot even begin/m);
  expect(output).toMatch(/^FAILED suite\.test\.ts > a suite\nError: no stand/m);
  expect(output).toContain("skipped: suite.test.ts > a suite > never runs\n");
  expect(code).toBe(1);
});

it("counts an error that no test waited for", async () => {
  const { code, output, lastLine } = await vitest({
    stray: `it("is", () => { void Promise.reject(new Error("nobody listens")); });`,
  });
  expect(lastLine).toBe("1 passed, 1 failed");
  expect(output).toMatch(/^FAILED outside any test\nError: nobody listens/m);
  expect(code).toBe(1);
});

it("counts it as a failure when there is no test at all", async () => {
  const { code, output, lastLine } = await vitest({});
  expect(lastLine).toBe("0 passed, 1 failed");
  expect(output).toContain("no test file was found, which counts as a failure\n");
  expect(code).toBe(1);
});

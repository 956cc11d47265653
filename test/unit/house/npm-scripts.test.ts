import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { plantFolder, type PlantedFolder, runCommand } from "./planted-command.ts";
import { houseRoot } from "./planted-house.ts";

// The commands of package.json as people run them: through npm, and judged by their exit code.

const { scripts } = JSON.parse(readFileSync(join(houseRoot, "package.json"), "utf8")) as {
  scripts: Readonly<Record<string, string>>;
};
// npm and what it starts are to use the Node that runs the tests; npm is not to ask whether there is a newer one.
const env = {
  PATH: [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
  npm_config_update_notifier: "false",
};

describe("npm start", () => {
  it("starts the app, which names everything that its environment lacks and exits with 78", async () => {
    const half = { APP_ID: "1" };
    const { code, output } = await runCommand("npm", ["start"], {
      cwd: houseRoot,
      env: { ...env, ...half },
    });
    expect(code, output).toBe(78);
    const { faults } = readConfig({ variables: half, readFile: () => "", modeOf: () => undefined });
    expect(faults).toHaveLength(3);
    expect(output).toContain(`Burngate cannot start. ${faults.length} thing(s) to mend`);
    for (const { variable, message } of faults) expect(output).toContain(`\n${variable} ${message}\n`);
  });
});

describe("npm run check", () => {
  let house: PlantedFolder;
  afterEach(() => house.remove());

  async function check(checks: Readonly<Record<string, string>>, ...names: string[]) {
    const own = Object.fromEntries(Object.entries(checks).map(([name, line]) => [`check:${name}`, line]));
    const manifest = { type: "module", scripts: { check: scripts["check"], ...own } };
    house = await plantFolder({
      copied: ["script/check.ts", "script/check-step.ts"],
      written: { "package.json": JSON.stringify(manifest) },
    });
    return house.run("npm", ["run", "--silent", "check", "--", ...names], env);
  }

  it("counts what passed and what failed, shows why, and exits with 1", async () => {
    const { code, output, lastLine } = await check({
      good: "echo nothing to say",
      bad: "echo it is crooked; exit 3",
      worse: "echo it fell >&2; exit 1",
      better: "true",
    });
    expect(lastLine).toBe("2 passed, 2 failed");
    expect(output.match(/^(?:ok|FAILED) .*check \w+$/gm)?.map((line) => line.replace(/ .* /, " "))).toEqual([
      "ok good",
      "FAILED bad",
      "FAILED worse",
      "ok better",
    ]);
    expect(output).toMatch(/check bad\nit is crooked\n/);
    expect(output).toMatch(/check worse\nit fell\n/);
    expect(output).not.toContain("nothing to say");
    expect(code).toBe(1);
  });

  it("exits with 0 when all pass", async () => {
    const { code, lastLine } = await check({ good: "true", better: "true" });
    expect(lastLine).toBe("2 passed, 0 failed");
    expect(code).toBe(0);
  });

  it("runs only what is named, and refuses a name that it does not know", async () => {
    const named = await check({ good: "true", bad: "false" }, "good");
    expect([named.code, named.lastLine]).toEqual([0, "1 passed, 0 failed"]);
    await house.remove();
    const unknown = await check({ good: "true" }, "goood");
    expect(unknown.code).not.toBe(0);
    expect(unknown.output).toContain("no such check: goood; there are good");
  });

  it("fails in a house without checks", async () => {
    const { code, output } = await check({});
    expect(code).not.toBe(0);
    expect(output).toContain("has no scripts called check:");
  });
});

it("npm test runs vitest, and npm run check all the checks of the house", () => {
  expect(scripts["test"]).toBe("vitest run");
  const checks = Object.keys(scripts).filter((name) => name.startsWith("check:"));
  expect(checks).toEqual(["check:types", "check:lint", "check:format", "check:floors", "check:dead-code"]);
});

import { afterEach, describe, expect, it } from "vitest";
import type { CommandEnd } from "./planted-command.ts";
import { plantMachine, type PlantedMachine, soundMachine } from "./planted-machine.ts";

// script/test, script/setup and script/demo on machines of our making, where nothing real is installed or run.

let machine: PlantedMachine;
afterEach(() => machine.remove());

const without = (...names: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(soundMachine).filter(([path]) => !names.includes(path)));

describe("script/test", () => {
  const vitest = "node_modules/.bin/vitest";

  async function test(check: string, tests: string, script = "script/test"): Promise<CommandEnd> {
    machine = await plantMachine({
      ...soundMachine,
      "bin/npm": `if [ "$1" = run ]; then ${check}; fi`,
      [vitest]: tests,
    });
    return machine.run(script, "--bail", "1");
  }

  it("adds up checks and tests, tells what was skipped before, and exits with 0", async () => {
    const { code, output, lastLine } = await test(
      "echo 5 passed, 0 failed",
      "echo 2 skipped; echo 10 passed, 0 failed",
    );
    expect(lastLine).toBe("15 passed, 0 failed");
    expect(output.trimEnd().split("\n").at(-2)).toBe("2 skipped");
    expect(code).toBe(0);
    expect(await machine.calls()).toEqual(
      expect.arrayContaining(["npm run --silent check", "vitest run --bail 1"]),
    );
  });

  it.each([
    ["a check", "echo 4 passed, 1 failed; exit 1", "echo 10 passed, 0 failed", "14 passed, 1 failed"],
    ["a test", "echo 5 passed, 0 failed", "echo 8 passed, 2 failed; exit 1", "13 passed, 2 failed"],
    ["both", "echo 3 passed, 2 failed; exit 1", "echo 8 passed, 2 failed; exit 1", "11 passed, 4 failed"],
    [
      "a test, by its number alone",
      "echo 5 passed, 0 failed",
      "echo 1 passed, 2 failed",
      "6 passed, 2 failed",
    ],
    [
      "a test, by exit code alone",
      "echo 5 passed, 0 failed",
      "echo 9 passed, 0 failed; exit 1",
      "14 passed, 1 failed",
    ],
    [
      "the test runner, without numbers",
      "echo 5 passed, 0 failed",
      "echo gone; exit 7",
      "5 passed, 1 failed",
    ],
    ["the test runner, silently", "echo 5 passed, 0 failed", "exit 0", "5 passed, 1 failed"],
    ["the checks, without numbers", "exit 2", "echo 9 passed, 0 failed", "9 passed, 1 failed"],
  ])("exits with 1 and counts when what fails is %s", async (_, check, tests, counted) => {
    const { code, output, lastLine } = await test(check, tests);
    expect(lastLine).toBe(counted);
    expect(output).not.toContain("skipped");
    expect(code).toBe(1);
  });

  it("ends with its line when set-up fails before there is a number", async () => {
    machine = await plantMachine({ ...soundMachine, "bin/npm": "echo no network; exit 1" });
    const { code, output, lastLine } = await machine.run("script/test");
    expect(output).toContain("no network\nsetup: npm ci failed; its words are above.");
    expect(lastLine).toBe("0 passed, 1 failed");
    expect(code).toBe(1);
  });

  it("is what the build machine runs, which gets its arguments, its exit code and no colours", async () => {
    const tests = `echo "CI=$CI NO_COLOR=$NO_COLOR"; echo 8 passed, 2 failed; exit 1`;
    const { code, output, lastLine } = await test("echo 5 passed, 0 failed", tests, ".ci/run");
    expect(output).toContain("CI=true NO_COLOR=1\n");
    expect(lastLine).toBe("13 passed, 2 failed");
    expect(code).toBe(1);
    expect(await machine.calls()).toContain("vitest run --bail 1");
  });
});

describe("script/setup", () => {
  const installs = async (): Promise<number> =>
    (await machine.calls()).filter((call) => call.startsWith("npm ci ")).length;

  it("installs packages once, and again when package-lock.json has changed", async () => {
    machine = await plantMachine(soundMachine);
    const first = await machine.run("script/setup");
    expect(first.output).toBe(
      "setup: installing packages (npm ci)\nsetup: node v24.0.0\nsetup: prometheus, version 3.0.0\nsetup: postgresql\nsetup: chromium\n",
    );
    expect(first.code).toBe(0);
    const second = await machine.run("script/setup");
    expect(second.output).toMatch(/^setup: packages are installed\n/);
    expect(await installs()).toBe(1);
    await machine.changeLock();
    await machine.run("script/setup");
    expect(await installs()).toBe(2);
  });

  it("does not call packages installed when npm failed, and shows its words", async () => {
    machine = await plantMachine({ ...soundMachine, "bin/npm": "echo no network >&2; exit 1" });
    for (const _ of ["first", "second"]) {
      const { code, output } = await machine.run("script/setup");
      expect(output).toMatch(/no network\nsetup: npm ci failed/);
      expect(code).toBe(1);
    }
  });

  const oldNode = `case "$1" in -p) echo false;; *) echo v18.0.0;; esac`;

  it("takes the Node of the packages where the machine's is too old", async () => {
    machine = await plantMachine({
      ...soundMachine,
      "bin/node": oldNode,
      "node_modules/.bin/node": `case "$1" in -p) echo true;; *) echo v24.1.0;; esac`,
    });
    const { code, output } = await machine.run("script/setup");
    expect(output).toContain("setup: node v24.1.0\n");
    expect(code).toBe(0);
  });

  it("says what to install where no package can help", async () => {
    const uname = 'case "$1" in -s) echo Darwin;; -m) echo arm64;; *) echo Darwin arm64;; esac';
    machine = await plantMachine({ ...soundMachine, "bin/node": oldNode, "bin/uname": uname });
    const { code, output } = await machine.run("script/setup");
    expect(output).toMatch(/^setup: node is v18\.0\.0\.\nsetup: Node 24 or newer is needed: /);
    expect(code).toBe(1);
    expect(await installs()).toBe(0);
  });

  const aptGet = `if [ "$1" = install ]; then
    for program in prometheus promtool; do
      printf '#!/usr/bin/env bash\\necho "%s, version 2.42 (branch: x)"\\n' $program >"$PLANTED/bin/$program"
      chmod +x "$PLANTED/bin/$program"
    done
  fi`;

  it.each([
    ["as root", {}, "apt-get "],
    ["through sudo", { "bin/id": "echo 1000", "bin/sudo": `"$@"` }, "sudo apt-get "],
  ])("installs Prometheus with apt-get, %s", async (_, more, begin) => {
    machine = await plantMachine({
      ...without("bin/prometheus", "bin/promtool"),
      "bin/apt-get": aptGet,
      ...more,
    });
    const { code, output } = await machine.run("script/setup");
    expect(output).toMatch(/setup: installing prometheus \(apt-get\)\nsetup: prometheus, version 2\.42\n/);
    expect(code).toBe(0);
    const calls = await machine.calls();
    expect(calls.some((call) => call === `${begin}update`)).toBe(true);
    expect(calls).toContain("apt-get install -y --no-install-recommends prometheus");
  });

  it.each([
    ["apt-get fails", { "bin/apt-get": "echo no such mirror; exit 100" }, /no such mirror\n/],
    [
      "there is no sudo",
      { "bin/id": "echo 1000", "bin/apt-get": "" },
      /nor a user with sudo.*apt-get install/s,
    ],
    ["nothing can install it", {}, /cannot be installed from here/],
  ])("fails when Prometheus is missing and %s", async (_, more, words) => {
    machine = await plantMachine({ ...without("bin/prometheus", "bin/promtool"), ...more });
    const { code, output } = await machine.run("script/setup");
    expect(output).toMatch(words);
    if (!("bin/apt-get" in more) || "bin/id" in more)
      expect(output).toContain("script/demo --prometheus URL.");
    expect(code).toBe(1);
  });
});

describe.each([
  { what: "Chromium", name: "chromium", program: "chromium" },
  { what: "PostgreSQL", name: "postgresql", program: "initdb" },
])("script/setup, for the tests that need $what,", ({ name, program }) => {
  const planted = `if [ "$1" = install ]; then
    echo '#!/usr/bin/env bash' >"$PLANTED/bin/${program}"
    chmod +x "$PLANTED/bin/${program}"
  fi`;

  it.each([
    ["as root", {}, "apt-get "],
    ["through sudo", { "bin/id": "echo 1000", "bin/sudo": `"$@"` }, "sudo apt-get "],
  ])("installs it with apt-get, %s", async (_, more, begin) => {
    machine = await plantMachine({ ...without(`bin/${program}`), "bin/apt-get": planted, ...more });
    const { code, output } = await machine.run("script/setup");
    expect(output).toContain(`setup: installing ${name} (apt-get)\nsetup: ${name}\n`);
    expect(code).toBe(0);
    const calls = await machine.calls();
    expect(calls.some((call) => call === `${begin}update`)).toBe(true);
    expect(calls).toContain(`apt-get install -y --no-install-recommends ${name}`);
  });

  it.each([
    ["apt-get fails", { "bin/apt-get": "echo no such mirror; exit 100" }, /no such mirror\n/],
    [
      "there is no sudo",
      { "bin/id": "echo 1000", "bin/apt-get": "" },
      /nor a user with sudo.*name (one|the folder of its programs) in/s,
    ],
    ["nothing can install it", {}, /cannot be installed from here/],
  ])("fails when there is none and %s", async (_, more, words) => {
    machine = await plantMachine({ ...without(`bin/${program}`), ...more });
    const { code, output } = await machine.run("script/setup");
    expect(output).toMatch(words);
    expect(code).toBe(1);
  });
});

describe("script/setup, for the tests of pages,", () => {
  it.each(["chromium-browser", "google-chrome"])("is content with %s", async (name) => {
    machine = await plantMachine({ ...without("bin/chromium"), [`bin/${name}`]: "" });
    const { code, output } = await machine.run("script/setup");
    expect([code, output]).toEqual([0, expect.stringMatching(/setup: chromium\n$/)]);
  });
});

describe("script/demo", () => {
  it("gets a Prometheus, then tells the story with its arguments", async () => {
    machine = await plantMachine({ ...soundMachine, "bin/node": `${soundMachine["bin/node"]}; exit 3` });
    const { code, output } = await machine.run("script/demo", "--keep");
    expect(output).toContain("setup: prometheus, version 3.0.0\n");
    expect((await machine.calls()).at(-1)).toBe("node script/demo.ts --keep");
    expect(code).toBe(3);
  });

  it.each([["--prometheus", "http://127.0.0.1:9090"], ["--prometheus=http://127.0.0.1:9090"], ["--help"]])(
    "needs no Prometheus on the machine for %s",
    async (...args) => {
      machine = await plantMachine(without("bin/prometheus", "bin/promtool"));
      const { code } = await machine.run("script/demo", ...args);
      expect((await machine.calls()).at(-1)).toBe(`node script/demo.ts ${args.join(" ")}`);
      expect(code).toBe(0);
    },
  );
});

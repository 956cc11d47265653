import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { checkSteps, runCheck, type CheckResult } from "../../../script/check-step.ts";
import { reportFloors } from "./floor-report.ts";
import { houseRoot, plantHouse } from "./planted-house.ts";
import { sourceFileFaults, sourceFiles } from "./source-file.ts";

// A check that cannot fail checks nothing. Each folder of test/canaries is the code of a house with known faults, and
// the very commands of `npm run check` must find them there.

async function checkCanary(name: string): Promise<CheckResult> {
  const house = await plantHouse(name);
  try {
    const step = checkSteps(house.root).find((one) => one.name === name);
    if (step === undefined) throw new Error(`there is no check called ${name}`);
    return await runCheck(step, house.root);
  } finally {
    await house.remove();
  }
}

/** Every match of the pattern's first group, joined with its second, sorted. */
function found(output: string, pattern: RegExp): string[] {
  return [...output.matchAll(pattern)].map(([, file, what]) => `${file}: ${what}`).toSorted();
}

describe("a planted fault is found by", () => {
  it("types", async () => {
    const { passed, output } = await checkCanary("types");
    expect(passed).toBe(false);
    expect(found(output, /^src\/(\S+?)\(.*error (TS\d+)/gm)).toEqual([
      "domain/unchecked-index.ts: TS2322",
      "domain/wrong-type.ts: TS2322",
    ]);
  });

  it("lint", async () => {
    const { passed, output } = await checkCanary("lint");
    expect(passed).toBe(false);
    expect(found(output, /^src\/(\S+?):\d.*\[Error\/(\S+)\]$/gm)).toEqual([
      "domain/knows-the-date.ts: eslint(no-restricted-globals)",
      "domain/throws-dice.ts: eslint(no-restricted-properties)",
      "gate/asks-the-time.ts: eslint(no-restricted-properties)",
      "gate/default-export.ts: import(no-default-export)",
      "gate/floating-promise.ts: typescript(no-floating-promises)",
      "gate/forgotten-case.ts: typescript(switch-exhaustiveness-check)",
      "gate/loose-any.ts: typescript(no-explicit-any)",
      "gate/misused-promise.ts: typescript(no-misused-promises)",
    ]);
  });

  it("format", async () => {
    const { passed, output } = await checkCanary("format");
    expect(passed).toBe(false);
    expect(output).toContain("src/domain/crooked.ts");
  });

  it("floors", async () => {
    const { passed, output } = await checkCanary("floors");
    expect(passed).toBe(false);
    expect(output).toContain("domain-imports-nothing");
  });

  it("dead-code", async () => {
    const { passed, output } = await checkCanary("dead-code");
    expect(passed).toBe(false);
    expect(output).toMatch(/^src\/domain\/forgotten\.ts\s*$/m);
    expect(output).toMatch(/^dead\s.*src\/domain\/alive\.ts/m);
    expect(output).not.toMatch(/^alive\s/m);
  });

  it("the rules for names and length", async () => {
    const canary = join(houseRoot, "test", "canaries", "files");
    const files = await sourceFiles(canary, "src");
    const faults = await Promise.all(files.map((file) => sourceFileFaults(canary, file)));
    expect(faults.flat()).toEqual([
      "src/gate/CamelCase.ts: the name is not kebab-case",
      "src/gate/long.ts: 251 lines, more than 250: two nouns in one file",
      "src/gate/utils.ts: the name says nothing of what is in it",
    ]);
  });
});

describe("the floors", () => {
  let violations: readonly string[];
  beforeAll(async () => {
    const house = await plantHouse("floors");
    ({ violations } = await reportFloors(house.root));
    await house.remove();
  });

  it("find each fault, and nothing in what is allowed", () => {
    expect(violations).toEqual([
      "action-composes-its-own-parts: src/action/takes-store.ts -> src/store/allowed.ts",
      "adapters-and-surfaces-apart: src/cli/takes-prometheus.ts -> src/prometheus/allowed.ts",
      "adapters-and-surfaces-apart: src/client/takes-github.ts -> src/github/allowed.ts",
      "adapters-and-surfaces-apart: src/dashboard/takes-config.ts -> src/config.ts",
      "adapters-and-surfaces-apart: src/http/takes-observe.ts -> src/observe/allowed.ts",
      "adapters-and-surfaces-apart: src/setup/takes-environment.ts -> src/environment.ts",
      "adapters-and-surfaces-apart: src/setup/takes-github.ts -> src/github/allowed.ts",
      "adapters-and-surfaces-apart: src/store/takes-type-of-github.ts -> src/github/allowed.ts",
      "calendar-imports-domain-and-temporal: src/calendar/takes-package.ts -> yaml",
      "cli-composes-its-own-parts: src/cli/main.ts -> src/observe/allowed.ts",
      "config-imports-domain: src/config.ts -> src/gate/allowed.ts",
      "config-imports-domain: src/environment.ts -> src/store/allowed.ts",
      "domain-imports-nothing: src/domain/takes-node.ts -> fs",
      "domain-imports-nothing: src/domain/takes-package.ts -> yaml",
      "domain-imports-nothing: src/domain/takes-slo.ts -> src/slo/allowed.ts",
      "every-import-resolves: src/store/nowhere.ts -> ./not-there.ts",
      "gate-declares-ports: src/gate/takes-node.ts -> fs",
      "gate-declares-ports: src/gate/takes-package.ts -> yaml",
      "gate-declares-ports: src/gate/takes-store.ts -> src/store/allowed.ts",
      "github-door-opens-compose: src/github/app.ts -> src/store/allowed.ts",
      "no-cycles: src/store/egg.ts -> src/store/hen.ts",
      "observe-implements-a-port: src/observe/takes-http.ts -> src/http/takes-test.ts",
      "only-the-start-reads-config: src/dashboard/takes-config.ts -> src/config.ts",
      "only-the-start-reads-config: src/setup/takes-environment.ts -> src/environment.ts",
      "only-the-start-reads-config: src/stray.ts -> src/config.ts",
      "policy-imports-slo-domain-and-parsers: src/policy/takes-gate.ts -> src/gate/allowed.ts",
      "product-without-dev-packages: src/main.ts -> fast-check",
      "product-without-tests: src/http/takes-test.ts -> test/plain.ts",
      "quality-imports-domain-and-parsers: src/quality/takes-package.ts -> zod",
      "slo-imports-domain-and-parsers: src/slo/takes-package.ts -> node-fetch",
      "slo-imports-domain-and-parsers: src/slo/takes-policy.ts -> src/policy/allowed.ts",
    ]);
  });

  it("have a canary for every rule", async () => {
    const { forbidden } = JSON.parse(await readFile(join(houseRoot, ".dependency-cruiser.json"), "utf8")) as {
      forbidden: { name: string }[];
    };
    const broken = new Set(violations.map((violation) => violation.split(":")[0]));
    expect(forbidden.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});

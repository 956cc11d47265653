import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { policyFor } from "../world/checkout.ts";
import { startGitHub, type GitHub } from "../world/github.ts";
import { counter } from "../world/prometheus-history.ts";
import { startPrometheus, type Prometheus } from "../world/prometheus.ts";
import { calmMonth } from "../world/traffic.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

let prometheus: Prometheus;
let folder: string;

/** A month that ends now: `calm` is well, and half of what `broken` was asked in the last two hours failed. */
beforeAll(async () => {
  const to = Date.now() - 5000;
  const from = to - 31 * 86_400_000;
  const broken = (code: string, share: (at: number) => number) =>
    counter({
      from,
      to,
      name: "http_requests_total",
      labels: { service: "broken", code },
      perSecond: (at) => 100 * share(at),
    });
  const errors = (at: number): number => (at > to - 7_200_000 ? 0.5 : 0);
  const history = [...calmMonth("calm", to), broken("500", errors), broken("200", (at) => 1 - errors(at))];
  prometheus = await startPrometheus({ history });
  folder = mkdtempSync(join(tmpdir(), "burngate-cli-"));
});

afterAll(async () => {
  await prometheus.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command line in this process. */
async function burngate(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const printed = { out: "", err: "" };
  const output = {
    out: (text: string) => void (printed.out += `${text}\n`),
    err: (text: string) => void (printed.err += `${text}\n`),
  };
  const readFile = (path: string): string => readFileSync(path, "utf8");
  const modeOf = (): undefined => undefined;
  const code = await run(args, { variables, readFile, modeOf }, folder, output);
  return { code, ...printed };
}

function policyFile(name: string, text: string): string {
  mkdirSync(join(folder, name, ".github"), { recursive: true });
  const path = join(folder, name, ".github/slo-policy.yml");
  writeFileSync(path, text);
  return path;
}

const check = (policy: string, ...more: readonly string[]) =>
  burngate(["check", "--policy", policy, "--data-source", prometheus.url, ...more]);

describe("burngate check", () => {
  it("exits 0 on a healthy service and shows what it found", async () => {
    const { code, out } = await check(policyFile("calm", policyFor("calm")));
    expect(out).toMatch(/^calm {2}99\.9% over 30d {2}9\d% of the budget left {2}within$/m);
    expect(out).toMatch(/clear +fast-burn +block above 14\.4x over 1h and 5m; now \S+ and \S+$/m);
    expect(out).toMatch(/^allow: calm: 9\d% left/m);
    expect(code).toBe(0);
  });

  it("exits 1 on a burning service", async () => {
    const { code, out } = await check(policyFile("broken", policyFor("broken")));
    expect(out).toMatch(
      /^ {2}tripped +fast-burn .* now 500x and 500x$[^]*^block: broken: error budget spent/m,
    );
    expect(code).toBe(1);
  });

  it("exits 2 when nothing can be known: no data, no Prometheus, no policy, a broken policy", async () => {
    expect(await check(policyFile("nothing", policyFor("nothing")))).toMatchObject({
      code: 2,
      out: expect.stringContaining("Not measured: nothing 5m: no data") as string,
    });
    const nowhere = [
      "check",
      "--policy",
      policyFile("calm", policyFor("calm")),
      "--data-source",
      "http://127.0.0.1:9",
    ];
    expect(await burngate(nowhere)).toMatchObject({
      code: 2,
      out: expect.stringContaining("no usable answer from Prometheus") as string,
    });
    expect(await check(join(folder, "none/.github/slo-policy.yml"))).toMatchObject({
      code: 2,
      out: expect.stringContaining("none/.github/slo-policy.yml; check the path") as string,
    });
    const broken = await check(policyFile("wrong", "version: 1\nobjectives:\n  - {name: a, target: 99.9}\n"));
    expect(broken.out).toContain("target must be a percentage above 0% and below 100%");
    expect(broken.code).toBe(2);
  });

  it("says as JSON what it says as text, and only the stages that were asked for", async () => {
    const { code, out } = await check(
      policyFile("broken", policyFor("broken")),
      "--format",
      "json",
      "--show",
      "decision,report",
    );
    const said = JSON.parse(out) as Record<string, unknown>;
    expect(said).toMatchObject({
      outcome: "block",
      allow: false,
      mode: "enforce",
      report: { state: "failure" },
    });
    expect(said).not.toHaveProperty("measurements");
    expect(code).toBe(1);
  });

  it("asks the operator's own sources for a file on disk, whatever repositories they are open to", async () => {
    const file = join(folder, "sources.yml");
    const source = { id: "main", url: prometheus.url, repositories: ["acme/shop"] };
    writeFileSync(file, JSON.stringify({ data_sources: [source] }));
    const args = ["check", "--policy", policyFile("calm", policyFor("calm"))];
    expect(await burngate(args, { DATA_SOURCES: file })).toMatchObject({ code: 0 });
  });

  it("observes without holding", async () => {
    const { code, out } = await check(policyFile("watching", policyFor("broken", "mode: observe\n")));
    expect(out).toContain("Would block: broken");
    expect(code).toBe(0);
  });

  it("prints an annotation that nothing in a policy can turn into another command", async () => {
    const { out } = await check(
      policyFile("tricky", policyFor("calm", '"\\n::warning::x": 1\n')),
      "--format",
      "github",
    );
    expect(out).toMatch(/^::error title=Error budget::Policy cannot be used/);
    expect(out.trim().split("\n")).toHaveLength(1);
  });

  it("tells a wrong call what to do, with 64", async () => {
    for (const args of [
      ["check"],
      ["chekc"],
      ["check", "--policy", "x", "--repo", "a/b"],
      ["check", "--policy", "x", "--data-source", "ftp://x"],
      ["check", "--policy", "x", "--data-source", "http://ann:sesame@localhost:9090"],
      ["check", "--policy", "x", "--data-source", "http://169.254.169.254"],
      ["lint"],
      ["check", "--nope"],
    ]) {
      expect(await burngate(args), args.join(" ")).toMatchObject({
        code: 64,
        err: expect.stringMatching(/^burngate: ./) as string,
      });
    }
  });
});

describe("burngate check --repo", () => {
  let github: GitHub;
  beforeAll(async () => {
    github = await startGitHub({ webhookSecret: "0123456789abcdef0123456789abcdef" });
  });
  afterAll(() => github.stop());

  it("judges by the policy at the head of the base branch, with a plain token", async () => {
    const shop = github.repository({ owner: "acme", name: "shop" });
    shop.permit("ann", "read");
    shop.commit("main", { ".github/slo-policy.yml": policyFor("broken") });
    shop.commit("lax", { ".github/slo-policy.yml": policyFor("calm") });
    const variables = { GITHUB_TOKEN: github.personalToken("ann"), GITHUB_API_URL: github.url };
    const args = ["check", "--repo", "acme/shop", "--data-source", prometheus.url];
    expect(await burngate(args, variables)).toMatchObject({ code: 1 });
    expect(await burngate([...args, "--base", "lax"], variables)).toMatchObject({ code: 0 });
    expect(await burngate(args)).toMatchObject({
      code: 64,
      err: expect.stringContaining("GITHUB_TOKEN") as string,
    });
    github.assertClean();

    const nowhere = { ...variables, GITHUB_API_URL: "http://127.0.0.1:9" };
    expect(await burngate(args, nowhere)).toMatchObject({
      code: 2,
      out: expect.stringContaining("acme/shop cannot be read: GitHub cannot be reached") as string,
    });
    const plain = { ...variables, GITHUB_API_URL: "http://192.0.2.2" };
    expect(await burngate(args, plain)).toMatchObject({
      code: 64,
      err: expect.stringContaining("must be https: secrets travel there") as string,
    });
  });
});

describe("burngate lint", () => {
  it("finds the files that a policy outside .github points at beside it", async () => {
    const examples = ["smallest", "inline", "complete"].map((name) =>
      join(root, `examples/policies/${name}.yml`),
    );
    expect(await burngate(["lint", ...examples])).toEqual({
      code: 0,
      out: "3 files read: no problem\n",
      err: "",
    });
  });

  it("tells every problem with place and caret and exits 1, or says that there is none and exits 0", async () => {
    const wrong = policyFile("lint", "version: 1\nmod: enforce\nobjectives:\n  - from: slo/none.yaml\n");
    const { code, out } = await burngate(["lint", wrong]);
    expect(out).toContain("slo-policy.yml:2:1 error: mod `mod` is not a key here");
    expect(out).toMatch(/2 \| mod: enforce\n\s+\^/);
    expect(code).toBe(1);
    const { out: aFolder } = await burngate(["lint", folder]);
    expect(aFolder).toContain("is not a file; name a policy or an SLO file");
    expect(await burngate(["lint", policyFile("good", policyFor("calm"))])).toEqual({
      code: 0,
      out: "1 file read: no problem\n",
      err: "",
    });
  });
});

it("runs as a program, also from below node_modules, where Node itself strips no types", async () => {
  const program = promisify(execFile);
  const direct = await program(process.execPath, ["bin/burngate.js", "--help"], { cwd: root });
  const home = join(folder, "node_modules/burngate");
  mkdirSync(home, { recursive: true });
  for (const part of ["bin", "src", "package.json"])
    cpSync(join(root, part), join(home, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(home, "node_modules"));
  const installed = await program(process.execPath, [join(home, "bin/burngate.js"), "--help"], {
    cwd: folder,
  });
  expect(installed).toEqual(direct);
  expect(direct.stderr).toBe("");
});

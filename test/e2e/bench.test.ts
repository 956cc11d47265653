/** That the bench runs, by a run that is too small for its figures to mean anything. No time is asserted. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Report } from "../../bench/print.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
let folder: string;
let report: Report;
let markdown: string;

const bench = async (...words: string[]): Promise<string> =>
  (await run(process.execPath, ["bench/run.ts", ...words], { cwd: root })).stdout;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "burngate-bench-test-"));
  const [json, tables] = [join(folder, "bench.json"), join(folder, "bench.md")];
  await bench("--tiny", "--json", json, "--markdown", tables);
  report = JSON.parse(readFileSync(json, "utf8")) as Report;
  markdown = readFileSync(tables, "utf8");
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function figuresOf(part: string): ReadonlyMap<string, number> {
  const result = report.parts.find(({ name }) => name === part)?.result;
  if (result?.kind !== "measured") throw new Error(`${part} was not measured`);
  return new Map(result.figures.map(({ name, value }) => [name, value]));
}

it("runs every part that its help names, and measures something in each", async () => {
  const named = [...(await bench("--help")).split("Parts:\n")[1]!.matchAll(/^ {2}(\w+)/gm)].map(
    ([, name]) => name,
  );
  expect(report.parts.map(({ name }) => name)).toEqual(named);
  for (const { name } of report.parts)
    for (const [figure, value] of figuresOf(name))
      expect(value, `${name}: ${figure}`).toBeGreaterThanOrEqual(0);
});

it("puts the ratios first, and the goal beside each", () => {
  const [first] = report.parts;
  const result = first!.result;
  expect(
    result.kind === "measured" && result.figures.slice(0, 2).map(({ name, goal }) => [name, goal?.text]),
  ).toEqual([
    ["Burngate, SQLite ÷ floor", "≥ 0.5"],
    ["Burngate, SQLite ÷ plain Probot", "≥ 5"],
  ]);
});

it("counts one status for each delivery, and what each asks", () => {
  const counts = figuresOf("throughput");
  for (const name of ["floor", "plain Probot", "Burngate, SQLite", "Burngate, PostgreSQL"])
    expect(counts.get(`${name}: GitHub writes per delivery`), name).toBe(1);
  expect(counts.get("plain Probot: GitHub reads per delivery")).toBe(1);
  expect(counts.get("plain Probot: Prometheus requests per delivery")).toBe(8);
  expect(counts.get("Burngate, SQLite: GitHub reads per delivery")).toBe(0);
});

it("sees every pull request of a flip told, the most urgent first", () => {
  const counts = figuresOf("flip");
  expect(counts.get("pull requests never told")).toBe(0);
  expect(counts.get("statuses before a more urgent one")).toBe(0);
});

it("writes its figures as tables", () => {
  expect(markdown).toContain("| figure | value | goal |");
  expect(markdown).toMatch(/\| pull requests never told \| 0 \| ≤ 0: reached \|/);
});

it("refuses a part that it does not have", async () => {
  await expect(bench("--only", "nothing")).rejects.toThrow("there is no part nothing");
});

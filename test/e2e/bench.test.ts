/** That the bench runs and tells what it found. No figure is held against anything: this machine is not the bench's. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);

it("measures what it is asked for, prints goals beside figures, and writes them for programs", async () => {
  const folder = await mkdtemp(join(tmpdir(), "burngate-bench-test-"));
  const json = join(folder, "figures.json");
  const { stdout } = await run(process.execPath, [
    "bench/run.ts",
    "--quick",
    "--only",
    "warm,start",
    "--json",
    json,
  ]);
  expect(stdout).toMatch(/^\| goal \| wanted \| measured \| \|\n/);
  expect(stdout).toMatch(/\nReady after \d+ ms\.\n/);
  const { machine, figures, goals } = JSON.parse(await readFile(json, "utf8")) as {
    machine: string;
    figures: { warm: { gitHubReadsEach: number; gitHubWritesEach: number } };
    goals: { what: string }[];
  };
  expect(machine).toContain(`Node ${process.versions.node}`);
  // These two are counts, and counts are the same on every machine.
  expect(figures.warm).toMatchObject({ gitHubReadsEach: 0, gitHubWritesEach: 0 });
  expect(goals.map(({ what }) => what)).toEqual([
    "reads of GitHub, warm event",
    "writes to GitHub, warm event",
  ]);
  await rm(folder, { recursive: true });
});

it("says which parts there are where one is asked for that there is not", async () => {
  const asked = run(process.execPath, ["bench/run.ts", "--only", "speed"]);
  await expect(asked).rejects.toThrow("there is no part speed; see --help");
});

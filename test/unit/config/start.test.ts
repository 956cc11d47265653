import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { secrets } from "./environment.ts";

const main = join(import.meta.dirname, "../../../src/main.ts");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "burngate-start-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(env: Record<string, string>): { status: number | null; stdout: string; stderr: string } {
  // What the process must not be told by its surroundings is what it is started in: no variable and no file.
  return spawnSync(process.execPath, [main], { env, cwd: folder, encoding: "utf8", timeout: 15_000 });
}

it("with half of its credentials exits with 78 and tells every fault once", () => {
  const half = { APP_ID: "1" };
  const { status, stdout, stderr } = start(half);
  const { faults } = readConfig({ variables: half, readFile: () => "", modeOf: () => undefined });
  expect(faults).toHaveLength(3);
  expect(status).toBe(78);
  expect(stdout).toBe("");
  for (const { variable, message } of faults)
    expect(stderr.split(`\n${variable} ${message}\n`)).toHaveLength(2);
  expect(stderr).toContain(`${faults.length} thing`);
});

it("[T15] with secrets that are no good exits with 78 and tells none of them", () => {
  const sources = join(folder, "sources.yml");
  writeFileSync(
    sources,
    "data_sources: [{id: a, url: 'http://a.example', auth: {bearer: {env: TOKEN}}, repositories: ['a/b']}]",
  );
  const { status, stdout, stderr } = start({
    APP_ID: "1",
    WEBHOOK_SECRET: "a-secret-too-short",
    PRIVATE_KEY_PATH: secrets.key,
    DATA_SOURCES: sources,
    TOKEN: "token-in-the-clear",
  });
  expect(status).toBe(78);
  expect(stderr).toMatch(/WEBHOOK_SECRET is shorter than 32 bytes/);
  expect(stderr).toMatch(/over plain http/);
  expect(stdout + stderr).not.toMatch(/a-secret-too-short|MIIsecretkeymaterial|token-in-the-clear/);
});

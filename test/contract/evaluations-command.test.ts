import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { ledgerIn } from "../../src/store/ledger.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { evaluation } from "./ledger-evaluations.ts";
import { fill, noon } from "./ledger-samples.ts";

let folder: string;
let id: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "burngate-evaluations-"));
  const database = openSqlite(join(folder, "ledger.sqlite"));
  await migrate(database.db);
  const ledger = ledgerIn(database.db);
  await fill(ledger);
  id = await ledger.evaluations.keep(evaluation("d1", noon));
  await database.close();
});

afterEach(async () => rm(folder, { recursive: true }));

/** What the command prints and gives. */
async function command(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const output = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  const variables = { DATABASE_PATH: join(folder, "ledger.sqlite") };
  const environment = { variables, readFile: () => "", modeOf: () => undefined };
  return { code: await run(["evaluations", ...args], environment, "/", output), out, err };
}

it("tells what was said of deployments, and takes one back for good", async () => {
  const line = `${id}  2026-11-22 12:00Z  slo.yaml  production abc: pass, score 100`;
  expect(await command("list", "--repo", "Acme/Shop")).toEqual({ code: 0, out: `${line}\n`, err: "" });
  const back = await command("invalidate", id, "--reason", "load test");
  expect(back).toEqual({ code: 0, out: `${id} is compared with no more.\n`, err: "" });
  expect((await command("list", "--repo", "acme/shop")).out).toBe(`${line} (taken back: load test)\n`);
  expect((await command("invalidate", id, "--reason", "again")).code).toBe(1);
  const told = JSON.parse((await command("list", "--repo", "acme/shop", "--json")).out) as object;
  expect(told).toMatchObject({ evaluations: [{ id, invalidated: { because: "load test" } }] });
});

it.each([
  [[], "say list or invalidate"],
  [["list"], "wants one --repo"],
  [["list", "--repo", "acme/none"], "is not in the ledger"],
  [["list", "--repo", "acme/shop", "--count", "0"], "--count wants"],
  [["invalidate", "x"], "say why with --reason"],
  [["invalidate"], "wants one id"],
])("refuses %j and says what it wants", async (args, words) => {
  const { code, err } = await command(...args);
  expect(code).toBe(64);
  expect(err).toContain(words);
});

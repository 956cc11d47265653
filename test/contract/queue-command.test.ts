import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { ledgerIn } from "../../src/store/ledger.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { fill, jobFor, noon } from "./ledger-samples.ts";

/** What the command prints and gives over a database file. */
async function command(path: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const output = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  const environment = { variables: { DATABASE_PATH: path }, readFile: () => "", modeOf: () => undefined };
  return { code: await run(["queue", ...args], environment, "/", output), out, err };
}

it("tells what is in the ledger, and that something was given up", async () => {
  const folder = await mkdtemp(join(tmpdir(), "burngate-queue-"));
  const path = join(folder, "ledger.sqlite");
  expect(await command(path)).toMatchObject({ code: 64, out: "" });
  const database = openSqlite(path);
  const { db } = database;
  await migrate(db);
  const ledger = ledgerIn(db);
  await fill(ledger);
  const before = await command(path);
  expect(before.code).toBe(0);
  expect(before.out).toContain("acme/shop main: 0/1 written, red");
  await ledger.queue.enqueue(jobFor(1, { priority: 200 }), noon);
  const job = await ledger.queue.claim(noon, 1000, []);
  if (job !== undefined) await ledger.queue.bury(job, "gone", noon);
  const told = await command(path, "--json");
  expect(told.code).toBe(1);
  expect(JSON.parse(told.out)).toMatchObject({
    backlog: [{ due: 1 }, { repositoryId: 7, buried: 1 }],
    openFlips: [{ repositoryId: 7, open: 1 }],
    finishedFlips: [],
  });
  await database.close();
  await rm(folder, { recursive: true });
});

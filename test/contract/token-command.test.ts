import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { callersOf } from "../../src/callers/callers.ts";
import { defaultCallerRules } from "../../src/callers/issuer.ts";
import { run } from "../../src/cli/main.ts";
import { ledgerIn } from "../../src/store/ledger.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite.ts";

let folder: string;
const path = (): string => join(folder, "ledger.sqlite");

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "burngate-token-"));
  const database = openSqlite(path());
  await migrate(database.db);
  await database.close();
});

afterEach(async () => rm(folder, { recursive: true }));

/** What the command prints and gives. */
async function command(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const output = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  const environment = { variables: { DATABASE_PATH: path() }, readFile: () => "", modeOf: () => undefined };
  return { code: await run(["token", ...args], environment, "/", output), out, err };
}

it("makes a token that is known, shows it once, and ends it", async () => {
  const scope = ["--repo", "acme/*", "--environment", "production", "--expires", "90d"];
  const made = await command("create", "--name", "argo", ...scope);
  expect(made.code).toBe(0);
  expect(made.out).toMatch(/^burngate_[0-9a-f]{16}_[\w-]{43}\n$/);
  expect(made.err).toContain("only time it is shown");
  const token = made.out.trim();
  const [, id = ""] = token.split("_");

  const database = openSqlite(path());
  const callers = callersOf(defaultCallerRules, ledgerIn(database.db).tokens);
  const known = {
    kind: "known",
    caller: { name: "argo", repositories: ["acme/*"], environments: ["production"] },
  };
  expect(await callers.recognise(`Bearer ${token}`, Date.now())).toMatchObject(known);

  for (const told of [await command("list"), await command("list", "--json")]) {
    expect(told.out).toContain(id);
    expect(told.out).not.toContain(token.slice(-43));
  }
  expect((await command("list")).out).toMatch(/argo {2}acme\/\* {2}production {2}until .*, used /);
  expect(await command("revoke", id)).toMatchObject({ code: 0, out: `${id} is refused from now on.\n` });
  expect(await command("revoke", id)).toMatchObject({ code: 1 });
  expect(await callers.recognise(`Bearer ${token}`, Date.now())).toMatchObject({ why: "expired" });
  await database.close();
});

it.each([
  [[], "say create, list or revoke"],
  [["create", "--repo", "a/b"], "wants one --name"],
  [["create", "--name", "a"], "at least one --repo"],
  [["create", "--name", "a", "--repo", "acme"], "at least one --repo"],
  [["create", "--name", "a", "--repo", "a/b", "--expires", "soon"], "--expires wants"],
  [["revoke"], "wants one id"],
])("refuses %j and says what it wants", async (args, words) => {
  const { code, err } = await command(...args);
  expect(code).toBe(64);
  expect(err).toContain(words);
});

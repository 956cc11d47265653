import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ledgerIn } from "../../src/store/ledger.ts";
import { migrate, migrations } from "../../src/store/migrate.ts";
import type { Tables } from "../../src/store/schema.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { fill } from "./ledger-samples.ts";

const names = Object.keys(migrations);

/** What a database of a version holds before it is brought further; the version before the first holds nothing. */
const contents: Readonly<Record<string, (db: Kysely<Tables>) => Promise<void>>> = {
  "0001-ledger": async () => {},
  async "0002-gates"(db) {
    const at = "7, 'abc', 'main'";
    for (const insert of [
      `into repositories values (7, 'acme', 'shop', 0, 70)`,
      `into verdicts (repository_id, head_sha, base_ref, reached_at, outcome, standing, report_class, body, evidence)
       values (${at}, 1, 'block', 'held', 'failure', '{}', '{}')`,
      `into bypasses (repository_id, head_sha, base_ref, pull, label, actor_id, actor_login, applied_at, until_at,
       entitled_through, overrode, used_at) values (${at}, 1, 'hotfix', 1, 'ann', 1, 2, 'role admin', '{}', 1)`,
      `into subjects values (${at}, 'red', null)`,
      `into policies values (7, 'main', 'absent', null, '{}', '[]', 1, null)`,
      `into jobs values ('subject:7:abc:main', 70, 50, 1, 1, null, 1, 0, 0, null, null)`,
      `into jobs values ('pull:7:1', 70, 50, 1, 1, null, 1, 0, 0, null, null)`,
    ])
      await sql.raw(`insert ${insert}`).execute(db);
  },
  "0003-sync": async (db) => {
    const installation = { id: 70, standing: "suspended", changed_at: 1 };
    await db.insertInto("installations").values(installation).execute();
  },
  async "0004-bypass"(db) {
    for (const insert of [
      `into bypasses (repository_id, head_sha, base_ref, gate, pull, label, actor_id, actor_login, applied_at, until_at,
       entitled_through, overrode, used_at)
       values (7, 'abc', 'main', 'pull_request:main', 1, 'o''brien "hotfix"', 1, 'ann', 1, 2, 'role admin', '{}', 1)`,
      `into policies values (7, 'main', 'absent', null, '{}', '[]', 1, null)`,
    ])
      await sql.raw(`insert ${insert}`).execute(db);
  },
  "0005-told": async () => {},
  "0006-days": async () => {},
  async "0007-shared"(db) {
    for (const mark of ["second", "first"])
      await sql`insert into audit (mark, at, repository_id, kind, about, detail)
        values (${mark}, 1, 7, 'bypass_granted', 'x', 'y')`.execute(db);
  },
  "0008-looks": async () => {},
  "0009-retention": async () => {},
  "0010-claims": async () => {},
  async "0011-flips"(db) {
    await sql`insert into jobs values ('pull:7:1', 70, 50, 1, 1, null, 1, 0, 0, null, null)`.execute(db);
  },
  "0012-urgency": async () => {},
  async "0013-approved"(db) {
    const row = `7, 4, 'abc', 'main', 1, 1, '{}'`;
    await sql.raw(`insert into pulls values (${row})`).execute(db);
  },
  "0014-standing": async () => {},
  "0015-evaluations": async () => {},
  async "0016-callers"(db) {
    const row = `'0b5a', 7, '["","","carts"]', 'slo.yaml', null, null, 60, 'pass', 100, '{}', null, null`;
    await sql.raw(`insert into evaluations values (${row})`).execute(db);
  },
  async "0017-verifications"(db) {
    const row = `'3f1c', 'argo', 'ab', '["acme/*"]', null, 60, null, null, null`;
    await sql.raw(`insert into gate_tokens values (${row})`).execute(db);
    await sql.raw(`insert into seen_tokens values ('ab', 60)`).execute(db);
  },
  async "0018-sinks"(db) {
    const row = `'ab', 7, 'production', 'abc', 60, 'github', 60, 'open', null, null`;
    await sql.raw(`insert into verifications values (${row})`).execute(db);
  },
  async "0019-external-checks"(db) {
    await sql.raw(`insert into sinks values ('tekton', 7, 0, 0, '[]')`).execute(db);
  },
};

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "burngate-migrations-"));
  path = join(folder, "ledger.sqlite");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function migratorOf(db: Kysely<Tables>, more: Record<string, Migration> = {}): Migrator {
  return new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations, ...more }) } });
}

async function integrityOf(db: Kysely<Tables>): Promise<unknown> {
  return (await sql`pragma integrity_check`.execute(db)).rows;
}

describe("migrations", () => {
  it("are numbered one after the other, so that a gap is a lost file", () => {
    expect(names.map((name) => Number.parseInt(name, 10))).toEqual(names.map((_, index) => index + 1));
  });

  it("0002-gates keeps what was decided under its gate, and drops what can be found again", async () => {
    const database = openSqlite(path);
    const { db } = database;
    await migratorOf(db).migrateTo("0001-ledger");
    await contents["0002-gates"]!(db);
    await migratorOf(db).migrateTo("0002-gates");
    const rows = async (text: string): Promise<unknown> => (await sql.raw(text).execute(db)).rows;
    expect(await rows("select gate from verdicts union all select gate from bypasses")).toEqual([
      { gate: "pull_request:main" },
      { gate: "pull_request:main" },
    ]);
    expect(await rows("select key from jobs")).toEqual([{ key: "pull:7:1" }]);
    expect(await rows("select head_sha from subjects union all select base_ref from policies")).toEqual([]);
    await database.close();
  });

  it("0004-bypass keeps who opened what, by which label, and reads policies anew", async () => {
    const database = openSqlite(path);
    const { db } = database;
    const [before] = names.slice(names.indexOf("0004-bypass") - 1);
    await migratorOf(db).migrateTo(before!);
    await contents["0004-bypass"]!(db);
    await migratorOf(db).migrateTo("0004-bypass");
    const { repositoryId, headSha, baseRef } = { repositoryId: 7, headSha: "abc", baseRef: "main" };
    const gate = { kind: "pull_request" } as const;
    const ended = ledgerIn(db).verdicts.endedBypasses({ repositoryId, headSha, baseRef, gate }, 2);
    expect(await ended).toMatchObject([
      {
        means: { kind: "label", label: `o'brien "hotfix"` },
        actor: { id: 1, login: "ann" },
        pull: 1,
        commitSha: "abc",
        until: 2,
      },
    ]);
    expect((await sql`select * from policies`.execute(db)).rows).toEqual([]);
    await database.close();
  });

  it("0007-shared keeps the audit log, and what was noted in one moment in the order in which it was noted", async () => {
    const database = openSqlite(path);
    const { db } = database;
    await migratorOf(db).migrateTo("0006-days");
    await contents["0007-shared"]!(db);
    await migratorOf(db).migrateTo("0007-shared");
    const { rows } = await sql`select id, mark from audit order by id`.execute(db);
    expect(rows).toEqual([
      { id: 1, mark: "second" },
      { id: 2, mark: "first" },
    ]);
    await database.close();
  });

  it.each(names.map((name, index) => [name, names[index - 1]]))(
    "%s applies to a database of the version before, and every table takes its rows",
    async (name, before) => {
      const database = openSqlite(path);
      const { db } = database;
      if (before !== undefined) {
        const { error } = await migratorOf(db).migrateTo(before);
        expect(error).toBeUndefined();
      }
      // A migration that comes without the contents of the version before it is not tested.
      expect(Object.keys(contents)).toContain(name);
      await contents[name]!(db);
      expect(await migrate(db)).toEqual(names.slice(names.indexOf(name)));
      await fill(ledgerIn(db));
      expect(await migrate(db)).toEqual([]);
      expect(await integrityOf(db)).toEqual([{ integrity_check: "ok" }]);
      await database.close();
    },
  );

  it("a migration that fails leaves nothing of itself and nothing of those before it", async () => {
    const database = openSqlite(path);
    const { db } = database;
    const broken: Migration = {
      async up(trx) {
        await trx.schema.createTable("half").addColumn("id", "integer").execute();
        throw new Error("planted");
      },
    };
    const { error } = await migratorOf(db, { "9999-broken": broken }).migrateToLatest();
    expect(error).toMatchObject({ message: "planted" });
    const tables = await db.introspection.getTables();
    expect(tables).toEqual([]);
    expect(await migrate(db)).toEqual(names);
    await database.close();
  });

  it("several processes that migrate one file at once all succeed, and each migration is applied once", async () => {
    for (let round = 0; round < 3; round += 1) {
      const file = join(folder, `round-${round}.sqlite`);
      const children = await Promise.all(Array.from({ length: 4 }, async () => startMigrating(file)));
      const applied = await Promise.all(children.map(async (migrateNow) => migrateNow()));
      expect(applied.flat()).toEqual(names);
    }
  });
});

describe("durability", () => {
  it("[T16] a process killed while it accepts deliveries loses none that it acknowledged, and tears none apart", async () => {
    const database = openSqlite(path);
    const { db } = database;
    await migrate(db);
    await database.close();
    const acknowledged: string[] = [];
    for (const [round, acks] of [1, 7, 40, 150, 400].entries())
      acknowledged.push(...(await killAfter(round, acks)));
    const after = openSqlite(path);
    expect(await integrityOf(after.db)).toEqual([{ integrity_check: "ok" }]);
    const stored = await after.db.selectFrom("deliveries").select("id").execute();
    const jobs = await after.db.selectFrom("jobs").select("key").execute();
    expect(stored.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged));
    expect(jobs.map(({ key }) => key).toSorted()).toEqual(
      stored.map(({ id }) => `delivery:${id}`).toSorted(),
    );
    await after.close();
  });
});

/** Starts a process that has the database open; what is given lets it migrate and gives what it applied. */
async function startMigrating(file: string): Promise<() => Promise<string[]>> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "migrating-process.ts"), file], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (told += chunk));
  const gone = new Promise<never>((_, reject) =>
    child.once("close", (code) => reject(new Error(`the process ended with ${code}: ${told}`))),
  );
  await Promise.race([once(child.stdout, "data"), gone]);
  gone.catch(() => undefined);
  return async () => {
    child.stdin.write("now\n");
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(0);
    return JSON.parse(told.replace("ready\n", "")) as string[];
  };
}

/** Lets a process accept deliveries until it has acknowledged so many, kills it, and gives all that it acknowledged. */
async function killAfter(round: number, acks: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "accepting-process.ts"), path, String(round)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const ids: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    ids.push(line);
    if (ids.length === acks) child.kill("SIGKILL");
  }
  expect(child.killed).toBe(true);
  return ids;
}

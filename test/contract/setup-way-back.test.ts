import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { convertCode } from "../../src/github/app-manifest.ts";
import { acmeSuite } from "./acme-suite.ts";
import { type SetupVisit, visitSetup } from "./setup-visit.ts";

const { acme } = acmeSuite();

let visit: SetupVisit;
afterEach(() => visit.stop());

/** Files below the folder of the credentials; none where there is no folder. */
function files(): string[] {
  const folder = dirname(visit.credentialsPath);
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe("the way back from GitHub", () => {
  it("[T46] stores the credentials for their owner alone, tells none of them, and says what comes next", async () => {
    const { github } = await acme();
    visit = await visitSetup(github.url);
    const { path } = await visit.wayBack(github);
    const { status, text } = await visit.get(path);
    expect(status).toBe(200);
    expect(text).toContain('href="https://github.com/apps/burngate-acme/installations/new"');
    expect(text).toContain("nothing to restart");
    expect(statSync(visit.credentialsPath).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(visit.credentialsPath)).mode & 0o777).toBe(0o700);
    expect(files()).toEqual(["credentials.json"]);
    const stored = JSON.parse(readFileSync(visit.credentialsPath, "utf8")) as Record<string, string>;
    expect(Object.keys(stored)).toEqual(["app_id", "app_url", "private_key", "webhook_secret"]);
    expect(stored["private_key"]).toContain("PRIVATE KEY");
    for (const name of ["private_key", "webhook_secret"]) expect(text).not.toContain(stored[name]);
    const { appId, appUrl } = await visit.server.registered;
    expect({ appId, appUrl }).toEqual({ appId: stored["app_id"], appUrl: stored["app_url"] });
    expect(visit.broke).toEqual([]);
    github.assertClean();
  });

  it("says what is still to be set before the App can run", async () => {
    const { github } = await acme();
    const remaining = [{ variable: "DATA_SOURCES", message: "is not set", example: "DATA_SOURCES=/x" }];
    visit = await visitSetup(github.url, { remaining: () => remaining });
    const { text } = await visit.get((await visit.wayBack(github)).path);
    expect(text).toMatch(/has stopped.*DATA_SOURCES/s);
    expect(text).not.toContain("nothing to restart");
  });

  it.each([
    ["a wrong state", (state: string) => `${state}x`, 400, "not under way"],
    ["no state", () => "", 400, "not under way"],
  ])("[T15] with %s is refused, and GitHub is not asked", async (_, change, refused, words) => {
    const { github } = await acme();
    visit = await visitSetup(github.url);
    const { state, code } = await visit.wayBack(github);
    const { status, text } = await visit.get(`/registered?code=${code}&state=${change(state)}`);
    expect(status).toBe(refused);
    expect(text).toContain(words);
    expect(github.count({ path: /conversions/ })).toBe(0);
    expect(files()).toEqual([]);
  });

  it("[T15] counts once: the state of a registration that ended is refused", async () => {
    const { github } = await acme();
    visit = await visitSetup(github.url);
    const { path } = await visit.wayBack(github);
    github.fail({ path: /conversions/, status: 404 });
    expect((await visit.get(path)).status).toBe(502);
    const { status, text } = await visit.get(path);
    expect([status, text]).toEqual([400, expect.stringContaining("not under way")]);
    expect(github.count({ path: /conversions/ })).toBe(1);
  });

  it("[T15] counts once when it ended well, too, though the file was moved away", async () => {
    const { github } = await acme();
    visit = await visitSetup(github.url);
    const { path } = await visit.wayBack(github);
    expect((await visit.get(path)).status).toBe(200);
    rmSync(visit.credentialsPath);
    const { status, text } = await visit.get(path);
    expect([status, text]).toEqual([400, expect.stringContaining("not under way")]);
    expect(github.count({ path: /conversions/ })).toBe(1);
  });

  it.each([
    ["another browser", "burngate_setup=random-0"],
    ["a browser without cookie", ""],
  ])("[T46] is refused to %s", async (_, cookie) => {
    const { github } = await acme();
    visit = await visitSetup(github.url);
    const { path } = await visit.wayBack(github);
    const { status, text } = await visit.get(path, cookie);
    expect(status).toBe(403);
    expect(text).toContain("did not begin the registration");
    expect(github.count({ path: /conversions/ })).toBe(0);
  });

  it("is refused after an hour", async () => {
    const { github } = await acme();
    visit = await visitSetup(github.url);
    const { path } = await visit.wayBack(github);
    visit.clock.now += 3_600_000;
    const { status, text } = await visit.get(path);
    expect([status, text]).toEqual([410, expect.stringContaining("The hour is over")]);
    expect(github.count({ path: /conversions/ })).toBe(0);
  });

  it.each(["", "a/b", "..%2F..%2Fuser", "a%20b", "a%3Fb", "a.b", "x".repeat(201)])(
    "[T15] is refused with the code %j, and GitHub is not asked",
    async (code) => {
      const { github } = await acme();
      visit = await visitSetup(github.url);
      const { state } = await visit.wayBack(github);
      const { status, text } = await visit.get(`/registered?code=${code}&state=${state}`);
      expect([status, text]).toEqual([400, expect.stringContaining("no usable code")]);
      expect(github.requests).toEqual([]);
    },
  );
});

describe("the place of the credentials", () => {
  it("[T46] is never written over, and GitHub is not asked before it is free", async () => {
    const { github } = await acme();
    visit = await visitSetup(github.url);
    const { path } = await visit.wayBack(github);
    mkdirSync(dirname(visit.credentialsPath));
    writeFileSync(visit.credentialsPath, "somebody's");
    const { status, text } = await visit.get(path);
    expect(status).toBe(500);
    expect(text).toContain("never writes over credentials");
    expect(readFileSync(visit.credentialsPath, "utf8")).toBe("somebody's");
    expect(files()).toEqual(["credentials.json"]);
    expect(github.count({ path: /conversions/ })).toBe(0);
  });

  it("[T46] is taken by a link that leads nowhere too, and GitHub keeps the key", async () => {
    const { github } = await acme();
    visit = await visitSetup(github.url);
    const { path } = await visit.wayBack(github);
    mkdirSync(dirname(visit.credentialsPath));
    symlinkSync(join(visit.folder, "elsewhere"), visit.credentialsPath);
    expect((await visit.get(path)).text).toContain("never writes over credentials");
    expect(github.count({ path: /conversions/ })).toBe(0);
  });

  it("[T46] is not written over by a file that came while GitHub was asked, either", async () => {
    const { github } = await acme();
    const slow: SetupVisit = await visitSetup(github.url, {
      async convert(code) {
        writeFileSync(slow.credentialsPath, "somebody's");
        return convertCode(github.url, code);
      },
    });
    visit = slow;
    const { status, text } = await visit.get((await visit.wayBack(github)).path);
    expect(status).toBe(500);
    expect(text).toContain("(EEXIST)");
    expect(text).toContain("Delete the App (https://github.com/apps/burngate-acme");
    expect(readFileSync(visit.credentialsPath, "utf8")).toBe("somebody's");
    expect(files()).toEqual(["credentials.json"]);
  });

  it("that cannot be written is told before GitHub is asked, and mended by loading the page again", async () => {
    const { github } = await acme();
    visit = await visitSetup(github.url);
    const { path } = await visit.wayBack(github);
    // A file where the folder belongs stops root too, whom permissions do not.
    const folder = join(visit.folder, "data");
    writeFileSync(folder, "", { mode: 0o600 });
    const { status, text } = await visit.get(path);
    expect(status).toBe(500);
    expect(text).toMatch(/Nothing can be written at .*credentials\.json \(E\w+\)/);
    expect(github.count({ path: /conversions/ })).toBe(0);
    rmSync(folder);
    expect((await visit.get(path)).status).toBe(200);
  });

  it("is private from its first byte on, whatever the process lets new files be", async () => {
    const { github } = await acme();
    const before = process.umask(0);
    try {
      const seen: number[] = [];
      visit = await visitSetup(github.url, {
        async convert(code) {
          for (const file of files())
            seen.push(statSync(join(dirname(visit.credentialsPath), file)).mode & 0o777);
          return convertCode(github.url, code);
        },
      });
      expect((await visit.get((await visit.wayBack(github)).path)).status).toBe(200);
      expect(seen).toEqual([0o600]);
      expect(statSync(visit.credentialsPath).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });
});

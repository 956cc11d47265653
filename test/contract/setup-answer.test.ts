import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { convertCode } from "../../src/github/app-manifest.ts";
import { boundedFetch } from "../../src/github/bounded-fetch.ts";
import { acmeSuite } from "./acme-suite.ts";
import { answering, type Behaviour, saying, startHostileServer } from "./hostile-server.ts";
import { type SetupVisit, visitSetup } from "./setup-visit.ts";

const { acme, keep } = acmeSuite();
const pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIsecretkeymaterial\n-----END RSA PRIVATE KEY-----\n";
const secret = "webhook-secret-of-thirty-two-bytes-and-more";
const good = { id: 77, html_url: "https://github.com/apps/burngate-acme", pem, webhook_secret: secret };

let visit: SetupVisit;
afterEach(() => visit.stop());

/** Files beside the credentials; none where there is no folder. */
function files(): string[] {
  const folder = dirname(visit.credentialsPath);
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe("GitHub's answer", () => {
  /** A GitHub that behaves as told; gives what the browser is told. */
  async function told(behave: Behaviour) {
    const [{ github }, hostile] = [await acme(), await startHostileServer()];
    keep(hostile);
    hostile.behave(behave);
    // As short as it can be: what is shown is that there is an end, not when it comes.
    const impatient: typeof fetch = async (input, init) =>
      boundedFetch(input, { ...init, signal: AbortSignal.timeout(200) });
    visit = await visitSetup(hostile.url, { convert: (code) => convertCode(hostile.url, code, impatient) });
    const { path } = await visit.wayBack(github);
    return { ...(await visit.get(path)), path, hostile };
  }

  it("is asked for without a token, in the version that we know", async () => {
    const { hostile, status } = await told((response) => {
      response.writeHead(201).end(JSON.stringify(good));
    });
    expect(status).toBe(200);
    const [{ method, url, headers } = { method: "", url: "", headers: {} }] = hostile.received;
    expect([method, url]).toEqual(["POST", expect.stringMatching(/^\/app-manifests\/\w+\/conversions$/)]);
    expect(headers).toMatchObject({ "x-github-api-version": "2022-11-28", "user-agent": "burngate" });
    expect(headers.authorization).toBeUndefined();
  });

  it.each([
    ["does not know the code", answering(404, "{}"), "good for one hour and one use"],
    ["does not take the code", answering(422, "{}"), "good for one hour and one use"],
    ["has no key", answering(201, JSON.stringify({ ...good, pem: "none" })), "cannot be used"],
    [
      "has no webhook secret",
      answering(201, JSON.stringify({ ...good, webhook_secret: null })),
      "cannot be used",
    ],
    [
      "has a webhook secret that everybody knows",
      answering(201, JSON.stringify({ ...good, webhook_secret: "development" })),
      "cannot be used",
    ],
    [
      "is a script's address",
      answering(201, JSON.stringify({ ...good, html_url: "javascript:alert(1)" })),
      "cannot be used",
    ],
    ["is no JSON", answering(201, "<html>"), "cannot be used"],
    ["is a success of another kind", saying(good), "could not be asked"],
    [
      "is huge",
      answering(201, JSON.stringify({ ...good, more: "x".repeat(300_000) })),
      "longer than we read",
    ],
  ])("[T15] that %s ends the registration, says why and stores nothing", async (_, behave, words) => {
    const { status, text } = await told(behave);
    expect(status).toBe(502);
    expect(text).toContain(words);
    expect(text).not.toMatch(/MIIsecret|webhook-secret-of/);
    expect(files()).toEqual([]);
    expect(visit.broke).toEqual([]);
  });

  const unanswered: readonly (readonly [string, Behaviour])[] = [
    ["never comes", () => undefined],
    ["stops half-way", (response) => void response.write("{")],
    ["breaks off", (response) => void response.destroy()],
    ["is a fault of its own", answering(503, "busy")],
    ["is to wait", answering(429, "{}")],
    [
      "leads elsewhere, even to an answer that looks right",
      (response, received) => {
        if (received.url === "/elsewhere") answering(201, JSON.stringify(good))(response, received);
        else response.writeHead(307, { location: "/elsewhere" }).end();
      },
    ],
  ];

  it.each(unanswered)(
    "that %s leaves the registration open: the same page works once GitHub does",
    async (_, behave) => {
      const { status, text, path, hostile } = await told(behave);
      expect(status).toBe(502);
      expect(text).toContain("load this page again");
      expect(files()).toEqual([]);
      hostile.behave(answering(201, JSON.stringify(good)));
      expect((await visit.get(path)).status).toBe(200);
      expect(files()).toEqual(["credentials.json"]);
    },
  );

  /** A visit whose way back waits for GitHub until it is released. */
  async function waiting() {
    const { github } = await acme();
    const asked = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    visit = await visitSetup(github.url, {
      async convert(code) {
        asked.resolve();
        await released.promise;
        return convertCode(github.url, code);
      },
    });
    const { path } = await visit.wayBack(github);
    const answer = visit.get(path);
    await asked.promise;
    return { github, path, answer, release: () => released.resolve() };
  }

  it("is waited for once: a second tab is told to wait", async () => {
    const { github, path, answer, release } = await waiting();
    expect((await visit.get(path)).status).toBe(409);
    release();
    expect((await answer).status).toBe(200);
    expect(github.count({ path: /conversions/ })).toBe(1);
  });

  it("is waited for and stored when we are told to end meanwhile, since GitHub gives it once", async () => {
    const { answer, release } = await waiting();
    const stopped = visit.server.stop();
    release();
    expect((await answer).status).toBe(200);
    await stopped;
    expect(files()).toEqual(["credentials.json"]);
  });

  it("lets the process go on as the App, though the browser was closed meanwhile", async () => {
    const { github } = await acme();
    const gone = Promise.withResolvers<void>();
    const leaving = new AbortController();
    visit = await visitSetup(github.url, {
      async convert(code) {
        const converted = await convertCode(github.url, code);
        leaving.abort();
        await gone.promise;
        return converted;
      },
    });
    const { path } = await visit.wayBack(github);
    const { cookie, server } = visit;
    const url = `http://127.0.0.1:${server.port}${path}`;
    await expect(fetch(url, { headers: { cookie }, signal: leaving.signal })).rejects.toThrow(/abort/);
    // Whatever comes after a connection that ended is answered after it was heard of.
    await visit.get("/livez");
    const stopped = server.stop();
    gone.resolve();
    await stopped;
    expect(files()).toEqual(["credentials.json"]);
    expect((await server.registered).appUrl).toBe("https://github.com/apps/burngate-acme");
  });
});

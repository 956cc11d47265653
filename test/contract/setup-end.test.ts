/** Ctrl-C while GitHub is asked for the key: the process ends, and what it says of the key is true. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type SetupStart, startWithoutApp } from "../browser/setup-start.ts";
import { type HostileServer, startHostileServer } from "./hostile-server.ts";
import { filled, handoffOf } from "./setup-visit.ts";

const key = {
  id: 77,
  html_url: "https://github.com/apps/burngate-acme",
  pem: "-----BEGIN RSA PRIVATE KEY-----\nMIIsecretkeymaterial\n-----END RSA PRIVATE KEY-----\n",
  webhook_secret: "webhook-secret-of-thirty-two-bytes-and-more",
};

let gitHub: HostileServer;
let folder: string;
let app: SetupStart;
beforeEach(async () => {
  gitHub = await startHostileServer();
  folder = mkdtempSync(join(tmpdir(), "burngate-end-"));
});
afterEach(async () => {
  app.process.kill("SIGKILL");
  await gitHub.stop();
  rmSync(folder, { recursive: true });
});

/** The app, just told to end while GitHub holds its question; the tab may be closed first. */
async function endedWhileAsking(tab: "stays" | "closes"): Promise<ServerResponse> {
  const asked = Promise.withResolvers<ServerResponse>();
  gitHub.behave(asked.resolve);
  app = await startWithoutApp(folder, { GITHUB_API_URL: gitHub.url });
  const entered = await fetch(app.link, { redirect: "manual" });
  const headers = { cookie: String(entered.headers.get("set-cookie")).split(";", 1).join() };
  const { origin } = new URL(app.link);
  const body = new URLSearchParams(filled);
  const form = await fetch(`${origin}/register`, { method: "POST", headers, body });
  const state = new URL(handoffOf(await form.text()).action).searchParams.get("state") ?? "";
  const leaving = new AbortController();
  const way = `${origin}/registered?code=abc&state=${state}`;
  const answer = fetch(way, { headers, signal: leaving.signal }).catch(() => undefined);
  const held = await asked.promise;
  if (tab === "closes") {
    leaving.abort();
    await answer;
  }
  app.process.kill("SIGINT");
  const isHeard = async (): Promise<boolean> =>
    fetch(`${origin}/livez`, { headers: { connection: "close" } }).then(
      () => false,
      () => true,
    );
  while (!(await isHeard()));
  return held;
}

it.each([["stays"], ["closes"]] as const)("stores the key and says so when the tab %s", async (tab) => {
  const held = await endedWhileAsking(tab);
  held.writeHead(201).end(JSON.stringify(key));
  expect(await app.exit).toEqual([0, null]);
  expect(readdirSync(join(folder, "data"))).toEqual(["credentials.json"]);
  expect(app.written()).toContain("GitHub App registered");
  expect(app.written()).not.toContain("before an App was registered");
});

it("says that no App was registered when GitHub gives none", async () => {
  const held = await endedWhileAsking("stays");
  held.writeHead(404).end("{}");
  expect(await app.exit).toEqual([0, null]);
  expect(readdirSync(join(folder, "data"))).toEqual([]);
  expect(app.written()).toContain("before an App was registered");
  expect(app.written()).not.toContain("GitHub App registered");
});

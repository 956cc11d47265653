import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type GitHub, startGitHub } from "../world/github.ts";
import { send } from "./http-surface.ts";

const main = join(import.meta.dirname, "../../src/main.ts");
const webhookSecret = "0123456789abcdef0123456789abcdef";

let folder: string;
let github: GitHub;
let child: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "burngate-process-"));
  github = await startGitHub({ webhookSecret });
  const sources = "data_sources: [{id: main, url: 'http://127.0.0.1:9', repositories: ['acme/*']}]\n";
  await writeFile(join(folder, "sources.yml"), sources);
});

afterEach(async () => {
  child?.kill("SIGKILL");
  await github.stop();
  await rm(folder, { recursive: true });
  github.assertClean();
});

/** Starts `npm start`'s process and waits until it says that it listens. */
async function start() {
  const env = {
    APP_ID: String(github.appId),
    PRIVATE_KEY: github.privateKey,
    WEBHOOK_SECRET: webhookSecret,
    GITHUB_API_URL: github.url,
    DATA_SOURCES: join(folder, "sources.yml"),
    DATABASE_PATH: join(folder, "data", "ledger.sqlite"),
    PORT: "0",
  };
  const started = spawn(process.execPath, [main], { env, cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  child = started;
  const lines: Record<string, unknown>[] = [];
  const listening = Promise.withResolvers<number>();
  createInterface({ input: started.stdout }).on("line", (line) => {
    const entry = JSON.parse(line) as Record<string, unknown>;
    lines.push(entry);
    if (entry["msg"] === "listening") listening.resolve(Number(entry["port"]));
  });
  started.on("exit", () => listening.reject(new Error("the process ended before it listened")));
  const port = await listening.promise;
  return { started, lines, port };
}

it("serves, stores what it is sent, stops on SIGTERM by itself and has everything after a restart", async () => {
  const first = await start();
  expect(await send(first, { path: "/livez" })).toMatchObject({ status: 200 });
  expect(await send(first, { path: "/readyz" })).toMatchObject({ status: 200 });
  const { text } = await send(first, { path: "/metrics" });
  expect(text).toContain('burngate_jobs{state="buried"} 0');
  github.sendWebhooksTo(`http://127.0.0.1:${first.port}/api/github/webhooks`);
  github.holdWebhooks();
  github.installation({ account: "acme" });
  const [delivery] = github.deliveries;
  expect(await github.deliver(delivery!.guid)).toMatchObject({ status: 202, answer: "Stored.\n" });

  first.started.kill("SIGTERM");
  expect(await once(first.started, "exit")).toEqual([0, null]);
  expect(first.lines.map(({ msg }) => msg)).toEqual(
    expect.arrayContaining(["listening", "delivery accepted", "stopped"]),
  );
  expect(first.lines.filter(({ level }) => level === "error")).toEqual([]);

  const second = await start();
  github.sendWebhooksTo(`http://127.0.0.1:${second.port}/api/github/webhooks`);
  expect(await github.deliver(delivery!.guid)).toMatchObject({ status: 202, answer: "Known already.\n" });
  second.started.kill("SIGINT");
  expect(await once(second.started, "exit")).toEqual([0, null]);
});

it("tells that a port is taken, and ends", async () => {
  const { port } = await start();
  const env = {
    APP_ID: "1",
    PRIVATE_KEY: github.privateKey,
    WEBHOOK_SECRET: webhookSecret,
    DATA_SOURCES: join(folder, "sources.yml"),
    DATABASE_PATH: join(folder, "second.sqlite"),
    PORT: String(port),
  };
  const second = spawn(process.execPath, [main], { env, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  let told = "";
  second.stderr.setEncoding("utf8").on("data", (chunk: string) => (told += chunk));
  const [code] = (await once(second, "exit")) as [number];
  expect(code).toBeGreaterThan(0);
  expect(told).toContain("EADDRINUSE");
});

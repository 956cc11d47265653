/** Who is measured: the floor, the obvious Probot app, and ours on each store. */
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { webhookPath } from "../src/http/server.ts";
import { type BenchChild, startChild } from "./child.ts";
import { appId, webhookSecret } from "./place.ts";
import type { World } from "./world.ts";

/** A process that takes webhooks. */
export interface Contestant {
  readonly child: BenchChild;
  /** Where its webhooks go. */
  readonly url: string;
  /** Ends it and removes what it left. */
  end(): Promise<void>;
}

const privateKey = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
}).privateKey;

/** The least that answers. */
export async function startFloor(world: World): Promise<Contestant> {
  const child = await startChild("bench/floor-process.ts", { GITHUB_API_URL: world.github }, { core: 0 });
  return { child, url: urlIn(child), end: () => child.end() };
}

/** The obvious app. */
export async function startPlain(world: World, throttle: "on" | "off"): Promise<Contestant> {
  const variables = {
    GITHUB_API_URL: world.github,
    PROMETHEUS_URL: world.prometheus,
    PRIVATE_KEY: privateKey,
    THROTTLE: throttle,
    NODE_ENV: "production",
    LOG_LEVEL: "fatal",
    NO_SMEE_SETUP: "true",
  };
  const child = await startChild("bench/plain-process.ts", variables, { core: 0, isReady: isJson });
  return { child, url: urlIn(child), end: () => child.end() };
}

/** How ours is started. */
export interface OursOptions {
  /** A PostgreSQL; without one the ledger is a file in a folder of its own, or at `databasePath`. */
  readonly databaseUrl?: string;
  readonly databasePath?: string;
  /** `undefined`: wherever the system puts it. */
  readonly core?: number | undefined;
  /** `main`: as operators start it. `quiet`: without the sweep at the start, whose work grows with the subjects. */
  readonly start?: "main" | "quiet";
}

/** Ours, as an operator starts it. */
export async function startOurs(world: World, options: OursOptions = {}): Promise<Contestant> {
  const folder = mkdtempSync(join(tmpdir(), "burngate-bench-"));
  writeFileSync(join(folder, "key.pem"), privateKey, { mode: 0o600 });
  const sources = { data_sources: [{ id: "main", url: world.prometheus, repositories: ["*/*"] }] };
  writeFileSync(join(folder, "data-sources.yml"), JSON.stringify(sources));
  const { databaseUrl, databasePath = join(folder, "ledger.sqlite") } = options;
  const variables = {
    APP_ID: String(appId),
    PRIVATE_KEY_PATH: join(folder, "key.pem"),
    WEBHOOK_SECRET: webhookSecret,
    GITHUB_API_URL: world.github,
    GITHUB_WRITES_PER_SECOND: "3",
    DATA_SOURCES: join(folder, "data-sources.yml"),
    DATABASE_PATH: databasePath,
    PORT: "0",
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  };
  const file = options.start === "quiet" ? "bench/quiet-process.ts" : "src/main.ts";
  const isReady = (line: string): boolean => line.includes('"msg":"listening"');
  const { core } = { core: 0, ...options };
  const child = await startChild(file, variables, core === undefined ? { isReady } : { core, isReady });
  const { port } = JSON.parse(child.firstLine) as { port: number };
  return {
    child,
    url: `http://127.0.0.1:${port}${webhookPath}`,
    async end() {
      await child.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isJson(line: string): boolean {
  return line.startsWith('{"url"');
}

function urlIn({ firstLine }: BenchChild): string {
  return (JSON.parse(firstLine) as { url: string }).url;
}

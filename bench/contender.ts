/** What is measured, each started in the same way against the same world. */
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemCore } from "./core.ts";
import { webhookSecret } from "./delivery.ts";
import { startSystem, type System } from "./system.ts";

/** What is measured. */
export type Contender =
  /** Bare node:http. */
  | { readonly kind: "floor" }
  /** A plain Probot app, with Probot's throttling or without. */
  | { readonly kind: "probot"; readonly throttle: "on" | "off" }
  /** Burngate. Without a database's address on SQLite. */
  | { readonly kind: "burngate"; readonly databaseUrl?: string; readonly core?: "any" };

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

/** The key of the bench's App. */
export const appKey = privateKey;

/** Starts one of them in an empty folder, which is gone when it is stopped. */
export async function startContender(contender: Contender, worldUrl: string): Promise<System> {
  const folder = mkdtempSync(join(tmpdir(), "burngate-bench-"));
  const { script, variables } = told(contender, worldUrl, folder);
  const system = await startSystem({
    core: contender.kind === "burngate" && contender.core === "any" ? undefined : systemCore,
    command: [process.execPath, fileURLToPath(new URL(script, import.meta.url))],
    variables,
  });
  return {
    ...system,
    async stop() {
      await system.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Told {
  readonly script: string;
  readonly variables: Readonly<Record<string, string>>;
}

function told(contender: Contender, worldUrl: string, folder: string): Told {
  switch (contender.kind) {
    case "floor":
      return { script: "floor-process.ts", variables: { GITHUB_API_URL: worldUrl } };
    case "probot":
      return {
        script: "probot-process.ts",
        variables: {
          GITHUB_API_URL: worldUrl,
          PROMETHEUS_URL: worldUrl,
          PRIVATE_KEY: appKey,
          THROTTLE: contender.throttle,
          NODE_ENV: "production",
          LOG_FORMAT: "json",
        },
      };
    case "burngate":
      return {
        script: "../src/main.ts",
        variables: burngateVariables(worldUrl, folder, contender.databaseUrl),
      };
  }
}

function burngateVariables(
  worldUrl: string,
  folder: string,
  databaseUrl: string | undefined,
): Readonly<Record<string, string>> {
  const sources = { data_sources: [{ id: "main", url: worldUrl, repositories: ["*/*"], timeout: "5s" }] };
  writeFileSync(join(folder, "data-sources.yml"), JSON.stringify(sources));
  writeFileSync(join(folder, "key.pem"), appKey, { mode: 0o600 });
  return {
    APP_ID: "1",
    PRIVATE_KEY_PATH: join(folder, "key.pem"),
    WEBHOOK_SECRET: webhookSecret,
    GITHUB_API_URL: worldUrl,
    GITHUB_WRITES_PER_SECOND: "3",
    DATA_SOURCES: join(folder, "data-sources.yml"),
    DATABASE_PATH: join(folder, "ledger.sqlite"),
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    PORT: "0",
    // What happens by the clock has parts of the bench of its own.
    TICK_SECONDS: "600",
    SWEEP_SECONDS: "86400",
    DELIVERY_SCAN_SECONDS: "86400",
  };
}

/**
 * The environment → what the process needs. Read once, at the start; every fault is reported at once, each
 * with the variable, what is wrong and an example. Secrets are wrapped where they are read and cannot be
 * printed.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { deliveryMemoryOf, enterpriseApiUrl, publicApiUrl } from "./domain/github-address.ts";
import { type LogLevel, logLevels } from "./domain/log-level.ts";
import { Secret } from "./domain/secret.ts";
import { readDataSources } from "./prometheus/data-source-file.ts";
import { isLoopback } from "./prometheus/address.ts";
import type { DataSource } from "./prometheus/data-source.ts";

/** Where the environment and its files come from: `process.env` and the disk, or a test's. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The text of a file; throws where there is none. */
  readFile(path: string): string;
}

/** Everything that can be configured. */
export interface Config {
  readonly appId: number;
  readonly privateKey: Secret;
  readonly webhookSecret: Secret;
  /** GitHub's REST API, without a slash at the end. */
  readonly githubApiUrl: string;
  readonly writesPerSecond: number;
  readonly dataSources: readonly DataSource[];
  readonly databasePath: string;
  readonly host: string;
  readonly port: number;
  readonly tickMs: number;
  readonly sweepMs: number;
  readonly scanMs: number;
  /** How long GitHub remembers deliveries. */
  readonly deliveryMemoryMs: number;
  readonly logLevel: LogLevel;
}

/** One thing that is wrong with the environment. */
export interface ConfigFault {
  readonly variable: string;
  readonly message: string;
  readonly example: string;
}

/** The process's own environment. */
export const processEnvironment: Environment = {
  variables: process.env,
  readFile: (path) => readFileSync(path, "utf8"),
};

const appIds = { min: 1, max: Number.MAX_SAFE_INTEGER, example: "123456" };

/** Reads the whole configuration, or everything that is wrong with it. */
export function readConfig(environment: Environment): {
  readonly config?: Config;
  readonly faults: readonly ConfigFault[];
} {
  const faults: ConfigFault[] = [];
  const read = readerOf(environment, faults);
  const githubApiUrl = gitHubUrl(environment, read, faults);
  const config: Config = {
    appId: read.number("APP_ID", appIds),
    privateKey: readPrivateKey(environment, faults),
    webhookSecret: readWebhookSecret(environment, faults),
    githubApiUrl,
    writesPerSecond: read.number("GITHUB_WRITES_PER_SECOND", {
      min: 0.1,
      max: 3,
      fallback: 1,
      example: "1",
      isFraction: true,
    }),
    dataSources: readSources(environment, faults),
    databasePath: textOf(environment, "DATABASE_PATH") ?? "data/burngate.sqlite",
    host: textOf(environment, "HOST") ?? "127.0.0.1",
    port: read.number("PORT", { min: 0, max: 65_535, fallback: 3000, example: "3000" }),
    tickMs:
      1000 * read.number("TICK_SECONDS", { min: 1, max: 600, fallback: 30, example: "30", isFraction: true }),
    sweepMs: 1000 * read.number("SWEEP_SECONDS", { min: 10, max: 86_400, fallback: 900, example: "900" }),
    scanMs:
      1000 * read.number("DELIVERY_SCAN_SECONDS", { min: 60, max: 86_400, fallback: 300, example: "300" }),
    deliveryMemoryMs: deliveryMemoryOf(githubApiUrl),
    logLevel: read.oneOf("LOG_LEVEL", logLevels, "info"),
  };
  return faults.length === 0 ? { config, faults } : { faults };
}

/** The data sources alone, for the command line. */
export function readDataSourceConfig(environment: Environment): {
  readonly sources: readonly DataSource[];
  readonly faults: readonly ConfigFault[];
} {
  const faults: ConfigFault[] = [];
  return { sources: readSources(environment, faults), faults };
}

/** The App's id and key, for the command line; neither key nor fault where none is set. */
export function readAppKey(environment: Environment): {
  readonly key?: Pick<Config, "appId" | "privateKey">;
  readonly faults: readonly ConfigFault[];
} {
  const faults: ConfigFault[] = [];
  const isSet = (name: string): boolean => textOf(environment, name) !== undefined;
  if (!["APP_ID", "PRIVATE_KEY", "PRIVATE_KEY_PATH"].some(isSet)) return { faults };
  const appId = readerOf(environment, faults).number("APP_ID", appIds);
  const privateKey = readPrivateKey(environment, faults);
  return faults.length === 0 ? { key: { appId, privateKey }, faults } : { faults };
}

/** GitHub's address alone, for the command line. */
export function readGitHubUrl(environment: Environment): {
  readonly url: string;
  readonly faults: readonly ConfigFault[];
} {
  const faults: ConfigFault[] = [];
  return { url: gitHubUrl(environment, readerOf(environment, faults), faults), faults };
}

/** GitHub's REST API: the one that is named, that of the server that is named, or GitHub's own. */
function gitHubUrl(
  environment: Environment,
  read: ReturnType<typeof readerOf>,
  faults: ConfigFault[],
): string {
  const named = read.url("GITHUB_API_URL", publicApiUrl);
  const host = textOf(environment, "GHE_HOST");
  if (host === undefined) return named;
  const url = enterpriseApiUrl(host);
  const isHost = /^[a-z0-9.-]+(:\d+)?$/i.test(host) && URL.canParse(url);
  const isOther = textOf(environment, "GITHUB_API_URL") !== undefined && named !== url;
  const message = !isHost
    ? "must be the name of a host, without https:// or a path"
    : isOther
      ? "names another GitHub than GITHUB_API_URL; set one of the two"
      : undefined;
  if (message === undefined) return url;
  faults.push({ variable: "GHE_HOST", message, example: "GHE_HOST=github.example.com" });
  return named;
}

/** Faults as people read them, one paragraph each. */
export function describeFaults(faults: readonly ConfigFault[]): string {
  return faults
    .map(({ variable, message, example }) => `${variable} ${message}\n    for example: ${example}`)
    .join("\n");
}

/**
 * A variable's text. An empty one is not set: env files and containers cannot say it otherwise, and an empty
 * path or host means something else.
 */
function textOf({ variables }: Environment, name: string): string | undefined {
  const text = variables[name];
  return text === "" ? undefined : text;
}

function readerOf(environment: Environment, faults: ConfigFault[]) {
  return {
    number(
      name: string,
      limits: { min: number; max: number; fallback?: number; example: string; isFraction?: boolean },
    ): number {
      const text = textOf(environment, name);
      if (text === undefined && limits.fallback !== undefined) return limits.fallback;
      const value = Number(text);
      const isRight = text !== undefined && text.trim() !== "" && value >= limits.min && value <= limits.max;
      if (isRight && (limits.isFraction === true || Number.isInteger(value))) return value;
      const what = limits.isFraction === true ? "a number" : "a whole number";
      const range =
        limits.max === Number.MAX_SAFE_INTEGER
          ? `from ${limits.min} on`
          : `from ${limits.min} to ${limits.max}`;
      const message = text === undefined ? "is not set" : `must be ${what} ${range}`;
      faults.push({ variable: name, message, example: `${name}=${limits.example}` });
      return limits.min;
    },
    url(name: string, fallback: string): string {
      const text = textOf(environment, name) ?? fallback;
      const url = z.url({ protocol: /^https?$/ }).safeParse(text).success ? new URL(text) : undefined;
      const isPlain = url?.protocol === "http:" && !isLoopback(url.hostname);
      const isBare =
        url !== undefined &&
        url.username === "" &&
        url.password === "" &&
        url.search === "" &&
        url.hash === "";
      if (isBare && !isPlain) return text.replace(/\/+$/, "");
      const message = isPlain
        ? "must be https: a token is sent there"
        : "must be a web address, without credentials or query";
      faults.push({ variable: name, message, example: `${name}=https://github.example.com/api/v3` });
      return fallback;
    },
    oneOf<const T extends string>(name: string, values: readonly T[], fallback: T): T {
      const text = textOf(environment, name);
      const value = text === undefined ? fallback : values.find((one) => one === text);
      if (value !== undefined) return value;
      faults.push({
        variable: name,
        message: `must be one of ${values.join(", ")}`,
        example: `${name}=${fallback}`,
      });
      return fallback;
    },
  };
}

function readWebhookSecret(environment: Environment, faults: ConfigFault[]): Secret {
  const text = textOf(environment, "WEBHOOK_SECRET") ?? "";
  const message =
    text === ""
      ? "is not set: without it anybody could send us events"
      : text === "development"
        ? "is the word that Probot falls back to, so everybody knows it"
        : Buffer.byteLength(text) < 32
          ? "is shorter than 32 bytes"
          : undefined;
  if (message !== undefined)
    faults.push({ variable: "WEBHOOK_SECRET", message, example: "WEBHOOK_SECRET=$(openssl rand -hex 32)" });
  return new Secret(() => text);
}

function readPrivateKey(environment: Environment, faults: ConfigFault[]): Secret {
  const path = textOf(environment, "PRIVATE_KEY_PATH");
  const inline = textOf(environment, "PRIVATE_KEY");
  let text = inline?.replaceAll("\\n", "\n") ?? "";
  if (path !== undefined) {
    try {
      text = environment.readFile(path);
    } catch {
      // A key put where its path belongs must not be printed.
      const message = path.includes("PRIVATE KEY")
        ? "holds a key; it names the file that does"
        : `names a file that cannot be read: ${path}`;
      faults.push({
        variable: "PRIVATE_KEY_PATH",
        message,
        example: "PRIVATE_KEY_PATH=/run/secrets/burngate.pem",
      });
      return new Secret(() => "");
    }
  }
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    const variable = path === undefined ? "PRIVATE_KEY" : "PRIVATE_KEY_PATH";
    const message = text === "" ? "is not set (nor is PRIVATE_KEY_PATH)" : "holds no PEM private key";
    faults.push({ variable, message, example: "PRIVATE_KEY_PATH=/run/secrets/burngate.pem" });
  }
  return new Secret(() => text);
}

function readSources(environment: Environment, faults: ConfigFault[]): readonly DataSource[] {
  const path = textOf(environment, "DATA_SOURCES");
  const example = "DATA_SOURCES=/etc/burngate/data-sources.yml";
  if (path === undefined) {
    faults.push({
      variable: "DATA_SOURCES",
      message: "is not set: it names the file that says which Prometheus to ask",
      example,
    });
    return [];
  }
  let text: string;
  try {
    text = environment.readFile(path);
  } catch {
    faults.push({ variable: "DATA_SOURCES", message: `names a file that cannot be read: ${path}`, example });
    return [];
  }
  const { sources, faults: inside } = readDataSources(path, text, environment);
  for (const message of inside) faults.push({ variable: "DATA_SOURCES", message, example });
  return sources;
}

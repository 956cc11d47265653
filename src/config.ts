/**
 * The environment → what the process needs. Read once, at the start; every fault is reported at once, each
 * with the variable, what is wrong and an example. Secrets are wrapped where they are read and cannot be
 * printed.
 */
import { readFileSync, statSync } from "node:fs";
import {
  type Credentials,
  credentialsPathFault,
  credentialsPathOf,
  credentialVariables,
  readCredentials,
} from "./credentials.ts";
import type { CallerRules } from "./callers/issuer.ts";
import type { GitLab } from "./gitlab/gitlab.ts";
import type { SinkConfig } from "./events-out/sink.ts";
import { dayMs } from "./domain/budget-day.ts";
import { enterpriseApiOf, publicApiUrl } from "./domain/github-address.ts";
import { type LogLevel, logLevels } from "./domain/log-level.ts";
import { Secret } from "./domain/secret.ts";
import type { RetentionTimes } from "./domain/retention.ts";
import { type ConfigFault, type Environment, type Reader, readerOf, textOf } from "./environment.ts";
import { callerRulesOf, dataSourcesOf, eventSinksOf, gitLabOf } from "./operator-files.ts";
import type { DataSource } from "./prometheus/data-source.ts";

/** Everything that can be configured. */
export interface Config extends Credentials {
  /** GitHub's REST API, without a slash at the end. */
  readonly githubApiUrl: string;
  readonly writesPerSecond: number;
  readonly dataSources: readonly DataSource[];
  /** The ledger's file, where no server is named. */
  readonly databasePath: string;
  /** The address of the PostgreSQL server that keeps the ledger, with its password. */
  readonly databaseUrl: Secret | undefined;
  /** What Alertmanager shows at our door; `undefined`: it has none. */
  readonly alertmanagerToken: Secret | undefined;
  /** Who may ask the gate over HTTP, besides tokens of our own. */
  readonly callerRules: CallerRules;
  /** The GitLab whose status checks are answered; `undefined`: none. */
  readonly gitlab: GitLab | undefined;
  /** Who is told of verdicts, as CloudEvents. */
  readonly eventSinks: readonly SinkConfig[];
  readonly host: string;
  readonly port: number;
  readonly tickMs: number;
  readonly sweepMs: number;
  readonly scanMs: number;
  readonly retention: RetentionTimes;
  readonly logLevel: LogLevel;
}

/** What the setup page needs while there is no App. */
export interface SetupConfig extends Pick<Config, "host" | "port" | "githubApiUrl" | "logLevel"> {
  /** Where GitHub and people reach this process, without a slash at the end. */
  readonly publicUrl: string | undefined;
  /** Where the App's credentials will be written. */
  readonly credentialsPath: string;
}

/** The process's own environment. */
export const processEnvironment: Environment = {
  variables: process.env,
  readFile: (path) => readFileSync(path, "utf8"),
  modeOf(path) {
    const found = statSync(path, { throwIfNoEntry: false });
    return found === undefined ? undefined : found.mode & 0o777;
  },
};

/** Reads the whole configuration, or everything that is wrong with it. */
export function readConfig(environment: Environment): {
  readonly config?: Config;
  readonly faults: readonly ConfigFault[];
} {
  const faults: ConfigFault[] = [];
  const read = readerOf(environment, faults);
  const config: Config = {
    ...readCredentials(environment, read, faults),
    githubApiUrl: gitHubUrl(environment, read, faults),
    writesPerSecond: read.number("GITHUB_WRITES_PER_SECOND", {
      min: 0.1,
      max: 3,
      fallback: 1,
      example: "1",
      isFraction: true,
    }),
    dataSources: dataSourcesOf(environment, faults),
    ...databaseOf(environment, faults),
    alertmanagerToken: alertmanagerTokenOf(environment, faults),
    callerRules: callerRulesOf(environment, faults),
    gitlab: gitLabOf(environment, faults),
    eventSinks: eventSinksOf(environment, faults),
    ...listenerOf(environment, read),
    tickMs:
      1000 * read.number("TICK_SECONDS", { min: 1, max: 600, fallback: 30, example: "30", isFraction: true }),
    sweepMs: 1000 * read.number("SWEEP_SECONDS", { min: 10, max: 86_400, fallback: 900, example: "900" }),
    scanMs:
      1000 * read.number("DELIVERY_SCAN_SECONDS", { min: 60, max: 86_400, fallback: 300, example: "300" }),
    retention: retentionOf(read),
    logLevel: logLevelOf(read),
  };
  return faults.length === 0 ? { config, faults } : { faults };
}

/** Reads what the setup page needs, or everything that is wrong with it. */
export function readSetupConfig(environment: Environment): {
  readonly config?: SetupConfig;
  readonly faults: readonly ConfigFault[];
} {
  const faults: ConfigFault[] = [];
  const read = readerOf(environment, faults);
  const config: SetupConfig = {
    ...listenerOf(environment, read),
    githubApiUrl: gitHubUrl(environment, read, faults),
    publicUrl:
      textOf(environment, "PUBLIC_URL") === undefined
        ? undefined
        : read.url("PUBLIC_URL", "", "https://burngate.example.com"),
    credentialsPath: credentialsPathOf(environment),
    logLevel: logLevelOf(read),
  };
  const fault = credentialsPathFault(config.credentialsPath);
  if (fault !== undefined) faults.push(fault);
  return faults.length === 0 ? { config, faults } : { faults };
}

/** What else is to be set before the process can run as an App that has its credentials. */
export function readRemainingFaults(environment: Environment): readonly ConfigFault[] {
  const ofCredentials: readonly string[] = [...credentialVariables, "CREDENTIALS_PATH"];
  return readConfig(environment).faults.filter(({ variable }) => !ofCredentials.includes(variable));
}

/** The data sources alone, for the command line. */
export function readDataSourceConfig(environment: Environment): {
  readonly sources: readonly DataSource[];
  readonly faults: readonly ConfigFault[];
} {
  const faults: ConfigFault[] = [];
  return { sources: dataSourcesOf(environment, faults), faults };
}

/** Where the ledger is kept, for the command line. */
export function readDatabaseConfig(environment: Environment): {
  readonly place: Pick<Config, "databasePath" | "databaseUrl">;
  readonly faults: readonly ConfigFault[];
} {
  const faults: ConfigFault[] = [];
  return { place: databaseOf(environment, faults), faults };
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
function gitHubUrl(environment: Environment, read: Reader, faults: ConfigFault[]): string {
  const named = read.url("GITHUB_API_URL", publicApiUrl, "https://github.example.com/api/v3");
  const host = textOf(environment, "GHE_HOST");
  if (host === undefined) return named;
  const isNamed = textOf(environment, "GITHUB_API_URL") !== undefined;
  const found = enterpriseApiOf(host, isNamed ? named : undefined);
  if ("url" in found) return found.url;
  faults.push({ variable: "GHE_HOST", message: found.fault, example: "GHE_HOST=github.example.com" });
  return named;
}

function databaseOf(
  environment: Environment,
  faults: ConfigFault[],
): Pick<Config, "databasePath" | "databaseUrl"> {
  const databasePath = textOf(environment, "DATABASE_PATH") ?? "data/burngate.sqlite";
  const url = textOf(environment, "DATABASE_URL");
  if (url === undefined) return { databasePath, databaseUrl: undefined };
  // A socket has an address without a host, which is no URL elsewhere.
  if (!/^postgres(?:ql)?:\/\/\S+$/.test(url))
    faults.push({
      variable: "DATABASE_URL",
      message: "must be the address of a PostgreSQL server",
      example: "DATABASE_URL=postgresql://burngate:PASSWORD@db.example.com/burngate?sslmode=verify-full",
    });
  return { databasePath, databaseUrl: new Secret(() => url) };
}

function alertmanagerTokenOf(environment: Environment, faults: ConfigFault[]): Secret | undefined {
  const token = textOf(environment, "ALERTMANAGER_TOKEN");
  if (token === undefined) return undefined;
  if (!/^[!-~]{32,}$/.test(token))
    faults.push({
      variable: "ALERTMANAGER_TOKEN",
      message: "must have 32 characters or more, without spaces",
      example: "ALERTMANAGER_TOKEN=$(openssl rand -hex 32)",
    });
  return new Secret(() => token);
}

function listenerOf(environment: Environment, read: Reader): Pick<Config, "host" | "port"> {
  return {
    host: textOf(environment, "HOST") ?? "127.0.0.1",
    port: read.number("PORT", { min: 0, max: 65_535, fallback: 3000, example: "3000" }),
  };
}

function retentionOf(read: Reader): RetentionTimes {
  const days = (name: string, min: number, fallback: number): number =>
    dayMs * read.number(name, { min, max: 3660, fallback, example: String(fallback) });
  return {
    deliveriesMs: days("DELIVERY_RETENTION_DAYS", 7, 7),
    evidenceMs: days("EVIDENCE_RETENTION_DAYS", 30, 400),
  };
}

function logLevelOf(read: Reader): LogLevel {
  return read.oneOf("LOG_LEVEL", logLevels, "info");
}

/** Faults as people read them, one paragraph each. */
export function describeFaults(faults: readonly ConfigFault[]): string {
  return faults
    .map(({ variable, message, example }) => `${variable} ${message}\n    for example: ${example}`)
    .join("\n");
}

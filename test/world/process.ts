/** Our app as a process of its own: `node src/main.ts` with an environment, as an operator starts it. */
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { webhookPath } from "../../src/http/server.ts";
import type { GitHub } from "./github.ts";
import { rowsOf } from "./ledger-file.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What the process is told. */
export interface ProcessOptions {
  readonly github: GitHub;
  /** Address of the one data source, `main`. */
  readonly prometheusUrl: string;
  /** More of the environment. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Program and arguments; `node src/main.ts` with the Node that runs the tests unless said otherwise. */
  readonly command?: readonly [string, ...string[]];
}

/** The process, and its folder with key, data sources and database. */
export interface AppProcess {
  readonly url: string;
  readonly databasePath: string;
  /** Rows of its ledger, also while it is dead. */
  rows(sql: string): Record<string, unknown>[];
  /** Log lines, parsed, of all lives so far. */
  readonly log: readonly Record<string, unknown>[];
  /** Resolves when the log has a line with this message. */
  logged(message: string): Promise<void>;
  /** Sends a signal and resolves with the exit code, or the signal's name, when it has ended. */
  end(signal: NodeJS.Signals): Promise<number | string | null>;
  /** Sends a signal that does not end it. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  /** Has GitHub's webhooks sent here from now on. */
  receive(): void;
  /** Starts it again on the same database and port. */
  start(): Promise<void>;
  /** Ends it and removes the folder. */
  remove(): Promise<void>;
}

/** Starts the process and points GitHub's webhooks at it; resolves when it listens. */
export async function startProcess(options: ProcessOptions): Promise<AppProcess> {
  const { github } = options;
  const folder = mkdtempSync(join(tmpdir(), "burngate-process-"));
  writeFileSync(join(folder, "key.pem"), github.privateKey, { mode: 0o600 });
  const sources = {
    data_sources: [{ id: "main", url: options.prometheusUrl, repositories: ["*/*"], timeout: "5s" }],
  };
  writeFileSync(join(folder, "data-sources.yml"), JSON.stringify(sources));
  const databasePath = join(folder, "ledger.sqlite");
  const variables: Record<string, string> = {
    PATH: process.env["PATH"] ?? "",
    APP_ID: String(github.appId),
    PRIVATE_KEY_PATH: join(folder, "key.pem"),
    WEBHOOK_SECRET: github.webhookSecret,
    GITHUB_API_URL: github.url,
    DATA_SOURCES: join(folder, "data-sources.yml"),
    DATABASE_PATH: databasePath,
    PORT: "0",
    TICK_SECONDS: "1",
    ...options.variables,
  };
  const log: Record<string, unknown>[] = [];
  const lines = new EventEmitter();
  const note = (entry: Record<string, unknown>): void => {
    log.push(entry);
    lines.emit("line");
  };
  const command = options.command ?? [process.execPath, "src/main.ts"];
  let child = spawnApp(command, variables);
  let port = 0;

  const receive = (): void => github.sendWebhooksTo(`http://127.0.0.1:${port}${webhookPath}`);
  const start = async (): Promise<void> => {
    child = spawnApp(command, { ...variables, PORT: String(port) });
    port = await listening(child, note);
    receive();
  };
  const end = async (signal: NodeJS.Signals): Promise<number | string | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
    child.kill(signal);
    const [code, by] = (await once(child, "exit")) as [number | null, string | null];
    return code ?? by;
  };
  port = await listening(child, note);
  receive();
  return {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    databasePath,
    rows: (sql) => rowsOf(databasePath, sql),
    log,
    async logged(message) {
      while (!log.some(({ msg }) => msg === message)) await once(lines, "line");
    },
    end,
    signal: (signal) => void child.kill(signal),
    receive,
    start,
    async remove() {
      await end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Child = ReturnType<typeof spawnApp>;

function spawnApp([program, ...args]: readonly [string, ...string[]], variables: Record<string, string>) {
  return spawn(program, args, { cwd: root, env: variables, stdio: ["ignore", "pipe", "pipe"] });
}

async function listening(child: Child, note: (entry: Record<string, unknown>) => void): Promise<number> {
  let rest = "";
  let errors = "";
  let port: number | undefined;
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const entry = JSON.parse(line) as Record<string, unknown>;
      note(entry);
      if (entry["msg"] === "listening") port = Number(entry["port"]);
    }
  });
  const deadline = Date.now() + 60_000;
  while (port === undefined) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the app ended at once: ${errors}`);
    if (Date.now() > deadline) throw new Error(`the app does not listen: ${errors}`);
    await pause(10);
  }
  return port;
}

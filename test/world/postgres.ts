/**
 * A real PostgreSQL server of the test's own: a cluster in a temporary folder, reached by a socket in it, removed afterwards.
 * The programs come from PATH, from POSTGRES_BIN, or from where Debian keeps them.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { Client } from "pg";

const run = promisify(execFile);

/** A running server. */
export interface TestPostgres {
  /** Makes an empty schema and gives the address under which everything lies in it. */
  schema(name: string): Promise<string>;
  /** Runs one statement as the owner of everything, in the schema of an address or in none of ours. */
  query(text: string, url?: string): Promise<readonly Record<string, unknown>[]>;
  stop(): Promise<void>;
}

const user = "burngate";

/** Where Debian's packages put the programs of each version. */
const debianRoot = "/usr/lib/postgresql";

function programFolder(): string {
  const named = process.env["POSTGRES_BIN"];
  if (named !== undefined) return named;
  const onPath = (process.env["PATH"] ?? "").split(":").find((one) => existsSync(join(one, "initdb")));
  if (onPath !== undefined) return onPath;
  const [newest] = existsSync(debianRoot)
    ? readdirSync(debianRoot).toSorted((a, b) => Number(b) - Number(a))
    : [];
  if (newest !== undefined) return join(debianRoot, newest, "bin");
  throw new Error(
    "PostgreSQL is not installed: script/setup installs it, or name its programs' folder in POSTGRES_BIN",
  );
}

/** PostgreSQL refuses to run as root, so root lends it the user `nobody`. */
function lender(): { uid: number; gid: number } | undefined {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
}

/** Starts a server; throws where that fails, with what it said. */
export async function startPostgres(): Promise<TestPostgres> {
  const bin = programFolder();
  // A socket's path may have 107 bytes, which a long TMPDIR would spend.
  const folder = await mkdtemp("/tmp/burngate-pg-");
  const as = lender();
  if (as !== undefined) await chown(folder, as.uid, as.gid);
  const data = join(folder, "data");
  await run(
    join(bin, "initdb"),
    ["-D", data, "-U", user, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
    { cwd: folder, ...as },
  );
  const settings = [
    "listen_addresses=",
    `unix_socket_directories=${folder}`,
    "fsync=off",
    "max_connections=200",
  ];
  const server = spawn(
    join(bin, "postgres"),
    ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    { cwd: folder, stdio: ["ignore", "ignore", "pipe"], ...as },
  );
  const stop = async (): Promise<void> => {
    await end(server);
    await rm(folder, { recursive: true, force: true });
  };
  const address = `postgresql://${user}@/postgres?host=${encodeURIComponent(folder)}`;
  const query = async (text: string, url = address): Promise<readonly Record<string, unknown>[]> => {
    const client = new Client(url);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  };
  try {
    await ready(server);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    async schema(name) {
      await query(`create schema "${name}"`);
      return `${address}&options=${encodeURIComponent(`-c search_path="${name}"`)}`;
    },
    query,
    stop,
  };
}

/** Resolves when the server says that it is ready, and throws what it said if it ends before. */
async function ready(server: ChildProcess & { readonly stderr: Readable }): Promise<void> {
  let said = "";
  for await (const chunk of server.stderr.iterator({ destroyOnReturn: false })) {
    said += String(chunk);
    if (said.includes("ready to accept connections")) break;
  }
  if (!said.includes("ready to accept connections")) throw new Error(`PostgreSQL ended at once:\n${said}`);
  // What it says from here on nobody reads, and a full pipe would stop it. Only once the iterator is done: it listens to
  // `readable`, beside which a stream does not flow.
  server.stderr.resume();
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  // Immediate shutdown: nothing of it will be read again.
  server.kill("SIGQUIT");
  await ended;
}

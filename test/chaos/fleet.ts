/** The app's processes over one ledger, and what the ledger says. */
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import type { GitHub } from "../world/github.ts";
import { rowsOf } from "../world/ledger-file.ts";
import { startPostgres } from "../world/postgres.ts";
import { type AppProcess, startProcess } from "../world/process.ts";

/** Where the ledger is kept. */
export type StoreKind = "sqlite" | "postgres";

/** Rows of the ledger; sums and counts may be text. */
export type Rows = readonly Record<string, unknown>[];

/** The processes. */
export interface Fleet {
  readonly store: StoreKind;
  readonly members: readonly AppProcess[];
  rows(sql: string): Promise<Rows>;
  /** Lets no file of the member grow any more, as on a disk that is full; gives what ends that. */
  fillDisk(member: AppProcess): () => void;
  /** Cuts every connection to the database's server. */
  cutConnections(): Promise<void>;
  stop(): Promise<void>;
}

/** What the processes are told. */
export interface FleetOptions {
  readonly github: GitHub;
  readonly prometheusUrl: string;
  readonly store: StoreKind;
  readonly replicas: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** Starts them all. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { github, prometheusUrl, store, replicas } = options;
  const server = store === "postgres" ? await startPostgres() : undefined;
  const url = await server?.schema("chaos");
  const variables = {
    ...options.variables,
    TICK_SECONDS: "1",
    SWEEP_SECONDS: "10",
    GITHUB_WRITES_PER_SECOND: "3",
    ...(url === undefined ? {} : { DATABASE_URL: url }),
  };
  const command = [process.execPath, "test/chaos/clocked-process.ts"] as const;
  const members = await Promise.all(
    Array.from({ length: replicas }, async () => startProcess({ github, prometheusUrl, variables, command })),
  );
  const [first] = members;
  if (first === undefined) throw new Error("a fleet has at least one process");
  return {
    store,
    members,
    rows: async (sql) => (server === undefined ? rowsOf(first.databasePath, sql) : server.query(sql, url)),
    fillDisk(member) {
      const size = (suffix: string): number =>
        statSync(`${member.databasePath}${suffix}`, { throwIfNoEntry: false })?.size ?? 0;
      limitFiles(member, String(Math.max(size(""), size("-wal"))));
      return () => limitFiles(member, "unlimited");
    },
    async cutConnections() {
      await server?.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
      );
    },
    async stop() {
      await Promise.all(members.map(async (member) => member.remove()));
      await server?.stop();
    },
  };
}

/** Only the soft limit is moved, which anybody may raise again. */
function limitFiles(member: AppProcess, bytes: string): void {
  const pid = member.log.findLast(({ msg }) => msg === "listening")?.["pid"];
  try {
    execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`], { stdio: "ignore" });
  } catch {
    // It has ended, and its limit with it.
  }
}

/** What commands on the ledger have in common: `--json`, `--help`, and the database that the environment names. */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { describeFaults, readDatabaseConfig } from "../config.ts";
import type { Environment } from "../environment.ts";
import type { Database } from "../store/database.ts";
import { openDatabase } from "../store/open.ts";
import { exit, type ExitCode, UsageError } from "./exit.ts";
import type { Output } from "./output.ts";

/** A command on the ledger. */
interface LedgerCommand {
  readonly help: string;
  /** Whether a ledger file that is not there is made, or is a wrong call: a new one would tell that all is well. */
  readonly missing: "make" | "refuse";
  /** Names of options that take a text; absent: none, and no other words either. */
  readonly options?: readonly string[];
  readonly work: (database: Database, format: "json" | "text", call: LedgerCall) => Promise<ExitCode>;
}

/** What a command was called with, besides what all have in common. */
export interface LedgerCall {
  readonly words: readonly string[];
  /** Every text that an option was given, in order. */
  readonly given: (option: string) => readonly string[];
}

/** Whom nobody listens to has nothing to wait for. */
const clock = { now: () => Date.now(), wait: () => Promise.resolve() };

/** Runs a command and gives its exit code; the database is closed afterwards, whatever came of it. */
export async function runOnLedger(
  { help, missing, options: names, work }: LedgerCommand,
  args: readonly string[],
  environment: Environment,
  output: Output,
): Promise<ExitCode> {
  const common = {
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h" },
  } as const;
  const text = { type: "string", multiple: true } as const;
  const options = { ...Object.fromEntries((names ?? []).map((name) => [name, text])), ...common };
  const { values, positionals } = parseArgs({
    args: [...args],
    options,
    allowPositionals: names !== undefined,
  });
  const call: LedgerCall = {
    words: positionals,
    given(option) {
      const found: unknown = Object.entries(values).find(([name]) => name === option)?.[1];
      return Array.isArray(found) ? found.map(String) : [];
    },
  };
  if (values.help === true) {
    output.out(help);
    return exit.open;
  }
  const { place, faults } = readDatabaseConfig(environment);
  if (faults.length > 0) throw new UsageError(describeFaults(faults));
  if (missing === "refuse" && place.databaseUrl === undefined && !existsSync(place.databasePath))
    throw new UsageError(`there is no ledger at ${place.databasePath}; see DATABASE_PATH and DATABASE_URL`);
  const database = openDatabase(place, clock, (error) => output.err(`burngate: ${String(error)}`));
  try {
    return await work(database, values.json ? "json" : "text", call);
  } finally {
    await database.close();
  }
}

/** `burngate migrate`: brings the ledger's database to the newest form. */
import { parseArgs } from "node:util";
import { describeFaults, readDatabaseConfig } from "../config.ts";
import type { Environment } from "../environment.ts";
import { migrate } from "../store/migrate.ts";
import { openDatabase } from "../store/open.ts";
import { exit, type ExitCode, UsageError } from "./exit.ts";
import { migrateHelp } from "./help.ts";
import type { Output } from "./output.ts";

/** Whom nobody listens to has nothing to wait for. */
const clock = { now: () => Date.now(), wait: () => Promise.resolve() };

/** Runs the command and gives its exit code. */
export async function runMigrate(
  args: readonly string[],
  environment: Environment,
  output: Output,
): Promise<ExitCode> {
  const options = {
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help === true) {
    output.out(migrateHelp);
    return exit.open;
  }
  const { place, faults } = readDatabaseConfig(environment);
  if (faults.length > 0) throw new UsageError(describeFaults(faults));
  const database = openDatabase(place, clock, (error) => output.err(`burngate: ${String(error)}`));
  try {
    const applied = await migrate(database.db);
    output.out(values.json ? `${JSON.stringify({ applied })}\n` : wordsOf(applied));
    return exit.open;
  } finally {
    await database.close();
  }
}

function wordsOf(applied: readonly string[]): string {
  return applied.length === 0
    ? "The database has the newest form already.\n"
    : applied.map((name) => `Applied ${name}.\n`).join("");
}

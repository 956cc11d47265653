/** `burngate migrate`: brings the ledger's database to the newest form. */
import type { Environment } from "../environment.ts";
import type { Database } from "../store/database.ts";
import { migrate } from "../store/migrate.ts";
import { exit, type ExitCode } from "./exit.ts";
import { migrateHelp } from "./help.ts";
import type { Output } from "./output.ts";
import { runOnLedger } from "./start-ledger.ts";

/** Runs the command and gives its exit code. */
export function runMigrate(
  args: readonly string[],
  environment: Environment,
  output: Output,
): Promise<ExitCode> {
  const work = async ({ db }: Database, format: "json" | "text"): Promise<ExitCode> => {
    const applied = await migrate(db);
    output.out(format === "json" ? `${JSON.stringify({ applied })}\n` : wordsOf(applied));
    return exit.open;
  };
  return runOnLedger({ help: migrateHelp, missing: "make", work }, args, environment, output);
}

function wordsOf(applied: readonly string[]): string {
  return applied.length === 0
    ? "The database has the newest form already.\n"
    : applied.map((name) => `Applied ${name}.\n`).join("");
}

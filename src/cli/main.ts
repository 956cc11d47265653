/** The command line: arguments in, exit code out. Composes its own small machine: no ledger, no server. */
import { parseArgs } from "node:util";
import { processEnvironment } from "../config.ts";
import type { Environment } from "../environment.ts";
import type { DataSource } from "../prometheus/data-source.ts";
import { exit, type ExitCode, UsageError } from "./exit.ts";
import { generalHelp, lintHelp } from "./help.ts";
import { lint } from "./lint.ts";
import { runObjectives } from "./objectives.ts";
import { formatOf, type Output } from "./output.ts";
import { runRules } from "./rules.ts";
import { sourcesOf, startCheck } from "./start-check.ts";
import { runDoctor } from "./start-doctor.ts";
import { startQualityGate } from "./start-quality-gate.ts";

/** Runs a command and gives its exit code. */
export async function run(
  args: readonly string[],
  environment: Environment,
  workingDirectory: string,
  output: Output,
): Promise<ExitCode> {
  const [command, ...rest] = args;
  try {
    switch (command) {
      case "check":
        return await startCheck(rest, environment, workingDirectory, output);
      case "lint":
        return await runLint(rest, workingDirectory, output);
      case "rules":
        return await runRules(rest, workingDirectory, output);
      case "objectives":
        return await runObjectives(rest, workingDirectory, output);
      case "doctor":
        return await runDoctor(rest, environment, output);
      case "quality-gate": {
        const sourceOf = (url: string | undefined): DataSource => {
          const [source, ...others] = sourcesOf(url, true, environment).sources;
          if (source === undefined || others.length > 0)
            throw new UsageError("DATA_SOURCES names several data sources; pass --data-source URL");
          return source;
        };
        return await startQualityGate(rest, workingDirectory, output, sourceOf);
      }
      case "queue": {
        const { runQueue } = await import("./start-queue.ts");
        return await runQueue(rest, environment, output);
      }
      case "token": {
        const { runToken } = await import("./start-token.ts");
        return await runToken(rest, environment, output);
      }
      case "evaluations": {
        const { runEvaluations } = await import("./start-evaluations.ts");
        return await runEvaluations(rest, environment, output);
      }
      case "migrate": {
        // Only who needs the ledger loads its databases.
        const { runMigrate } = await import("./start-migrate.ts");
        return await runMigrate(rest, environment, output);
      }
      case undefined:
      case "help":
      case "--help":
      case "-h":
        output.out(generalHelp);
        return command === undefined ? exit.usage : exit.open;
      default:
        throw new UsageError(`there is no command \`${command}\`; see burngate --help`);
    }
  } catch (error) {
    const isUsage =
      error instanceof UsageError ||
      (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));
    output.err(`burngate: ${error instanceof Error ? error.message : String(error)}`);
    return isUsage ? exit.usage : exit.fault;
  }
}

async function runLint(args: readonly string[], workingDirectory: string, output: Output): Promise<ExitCode> {
  const options = {
    format: { type: "string", default: "text" },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.help === true) return help(output, lintHelp);
  if (positionals.length === 0) throw new UsageError("name at least one file; see burngate lint --help");
  return lint(positionals, formatOf(values.format), workingDirectory, output);
}

function help(output: Output, text: string): ExitCode {
  output.out(text);
  return exit.open;
}

/** Runs the command line of this process. */
export async function main(): Promise<void> {
  // Whoever reads us may have seen enough: `burngate rules … | head`.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  const output: Output = {
    out: (text) => void process.stdout.write(text.endsWith("\n") ? text : `${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    isWatched: process.stderr.isTTY,
  };
  process.exitCode = await run(process.argv.slice(2), processEnvironment, process.cwd(), output);
}

/** The command line: arguments in, exit code out. Composes its own small machine: no ledger, no server. */
import { parseArgs } from "node:util";
import { Octokit } from "@octokit/rest";
import { describeFaults, processEnvironment, readDataSourceConfig, readGitHubUrl } from "../config.ts";
import type { Environment } from "../environment.ts";
import { boundedFetch } from "../github/bounded-fetch.ts";
import { tokenClient } from "../github/client.ts";
import { filesOver } from "../github/files.ts";
import { type DataSource, directoryOf } from "../prometheus/data-source.ts";
import type { DataSourceDirectory } from "../gate/ports.ts";
import { isForbiddenHost } from "../prometheus/address.ts";
import { budgetDaysInMemory } from "../gate/budget-days.ts";
import { failed, ok, type Result } from "../gate/failure.ts";
import { measurerOf } from "../prometheus/measurer.ts";
import { policyPath } from "../policy/parse.ts";
import type { Repository } from "../domain/subject.ts";
import { check, type CheckWorld } from "./check.ts";
import { exit, type ExitCode, exitOf, UsageError } from "./exit.ts";
import { folderReader, local, locatePolicy } from "./folder.ts";
import { checkHelp, generalHelp, lintHelp } from "./help.ts";
import { lint } from "./lint.ts";
import { runObjectives } from "./objectives.ts";
import { formatOf, type Output } from "./output.ts";
import { checkOutput, type Stage, stages } from "./print-check.ts";
import { runRules } from "./rules.ts";
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
        return await runCheck(rest, environment, workingDirectory, output);
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

async function runCheck(
  args: readonly string[],
  environment: Environment,
  workingDirectory: string,
  output: Output,
): Promise<ExitCode> {
  const options = {
    policy: { type: "string" },
    repo: { type: "string" },
    base: { type: "string" },
    "data-source": { type: "string" },
    format: { type: "string", default: "text" },
    show: { type: "string", default: "findings" },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help === true) return help(output, checkHelp);
  const format = formatOf(values.format);
  const show = showOf(values.show);
  if ((values.policy === undefined) === (values.repo === undefined)) {
    throw new UsageError("give either --policy FILE or --repo OWNER/NAME; see burngate check --help");
  }
  const file = values.policy ?? policyPath;
  const { sources, directory } = sourcesOf(values["data-source"], values.policy !== undefined, environment);
  const place =
    values.policy === undefined
      ? await remotePlace(values.repo ?? "", values.base, environment)
      : ok(localPlace(values.policy, values.base ?? "main", workingDirectory));
  if (!place.ok) {
    output.out(checkOutput({ kind: "not_now", failure: place.failure }, format, show, file));
    return exit.inconclusive;
  }
  const measurer = measurerOf(sources, budgetDaysInMemory());
  try {
    const evaluation = await check({
      ...place.value,
      sources: directory,
      measurer,
      clock: { now: () => Date.now() },
    });
    output.out(checkOutput(evaluation, format, show, file));
    return exitOf(evaluation);
  } finally {
    measurer.close();
  }
}

type Place = Pick<CheckWorld, "github" | "repository" | "baseRef" | "policyFile">;

function localPlace(path: string, baseRef: string, workingDirectory: string): Place {
  const { root, file } = locatePolicy(path, workingDirectory);
  return { github: folderReader(root), repository: local, baseRef, policyFile: file };
}

async function remotePlace(
  slug: string,
  base: string | undefined,
  environment: Environment,
): Promise<Result<Place>> {
  const found = /^([\w.-]+)\/([\w.-]+)$/.exec(slug);
  if (found?.[1] === undefined || found[2] === undefined)
    throw new UsageError("--repo wants OWNER/NAME, such as acme/shop");
  const token = environment.variables["GITHUB_TOKEN"];
  if (token === undefined || token === "")
    throw new UsageError(
      "--repo reads from GitHub: set GITHUB_TOKEN to a token that can read the repository",
    );
  const { url: baseUrl, faults } = readGitHubUrl(environment);
  if (faults.length > 0) throw new UsageError(describeFaults(faults));
  const quiet = (): void => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const kit = new Octokit({ auth: token, baseUrl, log, request: { fetch: boundedFetch } });
  const client = tokenClient(kit, { now: () => Date.now() });
  const [owner, repo] = [found[1], found[2]];
  const about = await client.call(0, ({ rest }) => rest.repos.get({ owner, repo }));
  if (!about.ok)
    return failed({ ...about.failure, detail: `${slug} cannot be read: ${about.failure.detail}` });
  const { id, private: isPrivate, default_branch: defaultBranch } = about.value;
  const repository: Repository = { id, owner, name: repo, isPublic: !isPrivate, installationId: 0 };
  const baseRef = base ?? defaultBranch;
  return ok({ github: filesOver(client), repository, baseRef, policyFile: policyPath });
}

/** A file on disk belongs to no repository, and who holds the operator's file may ask all that is in it. */
function sourcesOf(
  url: string | undefined,
  isLocal: boolean,
  environment: Environment,
): { readonly sources: readonly DataSource[]; readonly directory: DataSourceDirectory } {
  if (url === undefined) {
    const { sources, faults } = readDataSourceConfig(environment);
    if (faults.length > 0)
      throw new UsageError(
        `no data source: pass --data-source URL, or mend this:\n${describeFaults(faults)}`,
      );
    const open = isLocal ? sources.map((one) => ({ ...one, repositories: ["**"] })) : sources;
    return { sources, directory: directoryOf(open) };
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError("--data-source wants the address of a Prometheus, such as http://localhost:9090");
  }
  const address = new URL(url);
  if (address.username !== "" || address.password !== "")
    throw new UsageError(
      "--data-source takes no credential; put the source and its `auth` into DATA_SOURCES",
    );
  if (isForbiddenHost(address.hostname))
    throw new UsageError("--data-source points at a link-local address, where cloud metadata lives");
  const named = {
    id: "given",
    auth: undefined,
    tls: {},
    headers: {},
    timeoutMs: 30_000,
    repositories: ["**"],
  };
  // The person at the terminal names the address, so every id that the policy may use stands for it.
  return {
    sources: [{ ...named, url: address }],
    directory: { resolve: () => ({ kind: "open", id: named.id }), named: () => named.id },
  };
}

function showOf(text: string): readonly Stage[] {
  const wanted = text.split(",").filter((one) => one !== "");
  const unknown = wanted.find((one) => !stages.some((stage) => stage === one));
  if (unknown !== undefined) throw new UsageError(`--show knows ${stages.join(", ")}; not \`${unknown}\``);
  return stages.filter((stage) => wanted.includes(stage));
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

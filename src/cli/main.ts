/** The command line: arguments in, exit code out. Composes its own small machine: no ledger, no server. */
import { parseArgs } from "node:util";
import { Octokit } from "@octokit/rest";
import { describeFaults, type Environment, processEnvironment, readDataSourceConfig } from "../config.ts";
import { boundedFetch, tokenClient } from "../github/client.ts";
import { filesOver } from "../github/files.ts";
import { type DataSource, directoryOf } from "../prometheus/data-source.ts";
import type { DataSourceDirectory } from "../gate/ports.ts";
import { measurerOf } from "../prometheus/measurer.ts";
import { policyPath } from "../policy/parse.ts";
import type { Repository } from "../domain/subject.ts";
import { check, type CheckWorld } from "./check.ts";
import { exit, type ExitCode, exitOf, UsageError } from "./exit.ts";
import { folderReader, locatePolicy } from "./folder.ts";
import { checkHelp, generalHelp, lintHelp } from "./help.ts";
import { lint } from "./lint.ts";
import { type Format, formats, type Output } from "./output.ts";
import { checkOutput, type Stage, stages } from "./print-check.ts";

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
  const { sources, directory } = sourcesOf(values["data-source"], environment);
  const place =
    values.policy === undefined
      ? await remotePlace(values.repo ?? "", values.base, environment)
      : localPlace(values.policy, values.base ?? "main", workingDirectory);
  const measurer = measurerOf(sources);
  try {
    const evaluation = await check({
      ...place,
      sources: directory,
      measurer,
      clock: { now: () => Date.now() },
    });
    output.out(checkOutput(evaluation, format, show));
    return exitOf(evaluation);
  } finally {
    measurer.close();
  }
}

type Place = Pick<CheckWorld, "github" | "repository" | "baseRef" | "policyFile">;

function localPlace(path: string, baseRef: string, workingDirectory: string): Place {
  const { root, file } = locatePolicy(path, workingDirectory);
  const repository: Repository = { id: 0, owner: "local", name: "local", isPublic: false, installationId: 0 };
  return { github: folderReader(root), repository, baseRef, policyFile: file };
}

async function remotePlace(
  slug: string,
  base: string | undefined,
  { variables }: Environment,
): Promise<Place> {
  const found = /^([\w.-]+)\/([\w.-]+)$/.exec(slug);
  if (found?.[1] === undefined || found[2] === undefined)
    throw new UsageError("--repo wants OWNER/NAME, such as acme/shop");
  const token = variables["GITHUB_TOKEN"];
  if (token === undefined || token === "")
    throw new UsageError(
      "--repo reads from GitHub: set GITHUB_TOKEN to a token that can read the repository",
    );
  const baseUrl = variables["GITHUB_API_URL"] ?? "https://api.github.com";
  const kit = new Octokit({ auth: token, baseUrl, request: { fetch: boundedFetch } });
  const client = tokenClient(kit, { now: () => Date.now() });
  const [owner, repo] = [found[1], found[2]];
  const about = await client.call(0, ({ rest }) => rest.repos.get({ owner, repo }));
  if (!about.ok) throw new Error(`${slug} cannot be read: ${about.failure.detail}`);
  const { id, private: isPrivate, default_branch: defaultBranch } = about.value;
  const repository: Repository = { id, owner, name: repo, isPublic: !isPrivate, installationId: 0 };
  return { github: filesOver(client), repository, baseRef: base ?? defaultBranch, policyFile: policyPath };
}

function sourcesOf(
  url: string | undefined,
  environment: Environment,
): { readonly sources: readonly DataSource[]; readonly directory: DataSourceDirectory } {
  if (url === undefined) {
    const { sources, faults } = readDataSourceConfig(environment);
    if (faults.length > 0)
      throw new UsageError(
        `no data source: pass --data-source URL, or mend this:\n${describeFaults(faults)}`,
      );
    return { sources, directory: directoryOf(sources) };
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError("--data-source wants the address of a Prometheus, such as http://localhost:9090");
  }
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
    sources: [{ ...named, url: new URL(url) }],
    directory: { resolve: () => ({ kind: "open", id: named.id }) },
  };
}

function formatOf(text: string): Format {
  const format = formats.find((one) => one === text);
  if (format === undefined) throw new UsageError(`--format wants one of ${formats.join(", ")}`);
  return format;
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
  const output: Output = {
    out: (text) => void process.stdout.write(text.endsWith("\n") ? text : `${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
  };
  process.exitCode = await run(process.argv.slice(2), processEnvironment, process.cwd(), output);
}

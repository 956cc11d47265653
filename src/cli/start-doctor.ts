/** `burngate doctor`: arguments and environment → what is examined, by whom. */
import { parseArgs } from "node:util";
import { Octokit } from "@octokit/rest";
import { describeFaults, readDataSourceConfig, readGitHubUrl } from "../config.ts";
import { readAppKey } from "../credentials.ts";
import type { Environment } from "../environment.ts";
import type { DoctorWorld } from "../gate/doctor.ts";
import type { RegistrationReader, RepositoryName } from "../gate/enforcement-port.ts";
import type { DataSourceDirectory } from "../gate/ports.ts";
import { boundedFetch } from "../github/bounded-fetch.ts";
import { type GitHubClient, tokenClient } from "../github/client.ts";
import { enforcementOver } from "../github/enforcement.ts";
import { filesOver } from "../github/files.ts";
import { contextOf } from "../github/status.ts";
import { directoryOf } from "../prometheus/data-source.ts";
import { examineEverything, examineNamed, exitOfExaminations } from "./doctor.ts";
import { exit, type ExitCode, UsageError } from "./exit.ts";
import { doctorHelp } from "./help.ts";
import { formatOf, type Output } from "./output.ts";
import { doctorOutput } from "./print-doctor.ts";

const clock = { now: () => Date.now() };

/** Runs the command and gives its exit code. */
export async function runDoctor(
  args: readonly string[],
  environment: Environment,
  output: Output,
): Promise<ExitCode> {
  const options = {
    repo: { type: "string", multiple: true },
    "app-id": { type: "string" },
    format: { type: "string", default: "text" },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help === true) {
    output.out(doctorHelp);
    return exit.open;
  }
  const format = formatOf(values.format);
  const names = (values.repo ?? []).map(nameOf);
  const appId = values["app-id"] === undefined ? undefined : appIdOf(values["app-id"]);
  const world = await worldOf(environment, appId);
  const progress = (text: string): void => {
    if (output.isWatched === true) output.err(text);
  };
  const examinations =
    names.length > 0
      ? await examineNamed(world, names, progress)
      : await examineEverything(seesAll(world), progress);
  output.out(doctorOutput(examinations, format));
  return exitOfExaminations(examinations);
}

function seesAll(world: DoctorWorld): DoctorWorld & { readonly registration: RegistrationReader } {
  const { registration } = world;
  if (registration === undefined)
    throw new UsageError("name repositories with --repo, or set APP_ID and PRIVATE_KEY_PATH to see them all");
  return { ...world, registration };
}

async function worldOf(environment: Environment, appId: number | undefined): Promise<DoctorWorld> {
  const { url: baseUrl, faults } = readGitHubUrl(environment);
  if (faults.length > 0) throw new UsageError(describeFaults(faults));
  const about = { sources: sourcesOf(environment), contextOf };
  const { key, faults: keyFaults } = readAppKey(environment);
  if (keyFaults.length > 0) throw new UsageError(describeFaults(keyFaults));
  if (key !== undefined) {
    if (appId !== undefined && appId !== key.appId)
      throw new UsageError(`--app-id ${appId} is not APP_ID, ${key.appId}; leave it out`);
    const { appClients } = await import("../github/app-clients.ts");
    const { client, registration } = await appClients(key, baseUrl, clock);
    return { ...about, ...readersOver(client), registration, appId: key.appId };
  }
  const token = environment.variables["GITHUB_TOKEN"];
  if (token === undefined || token === "")
    throw new UsageError("set APP_ID and PRIVATE_KEY_PATH to ask as the App, or GITHUB_TOKEN");
  const quiet = (): void => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const kit = new Octokit({ auth: token, baseUrl, log, request: { fetch: boundedFetch } });
  return { ...about, ...readersOver(tokenClient(kit, clock)), registration: undefined, appId };
}

function readersOver(client: GitHubClient): Pick<DoctorWorld, "github" | "enforcement"> {
  return { github: filesOver(client), enforcement: enforcementOver(client) };
}

/** Without the operator's file every id stands for a source: whether GitHub enforces does not depend on it. */
function sourcesOf(environment: Environment): DataSourceDirectory {
  const isNamed = (environment.variables["DATA_SOURCES"] ?? "") !== "";
  if (!isNamed) return { resolve: (id) => ({ kind: "open", id: id ?? "default" }), named: (name) => name };
  const { sources, faults } = readDataSourceConfig(environment);
  if (faults.length > 0) throw new UsageError(describeFaults(faults));
  return directoryOf(sources);
}

function nameOf(slug: string): RepositoryName {
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(slug) ?? [];
  if (owner === undefined || name === undefined)
    throw new UsageError(`--repo wants OWNER/NAME, such as acme/shop; not ${slug}`);
  return { owner, name };
}

function appIdOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new UsageError("--app-id wants the App's number, such as 123456");
  return Number(text);
}

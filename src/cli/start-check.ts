/** `burngate check`: finds the policy, on disk or on GitHub, and judges by it once. */
import { parseArgs } from "node:util";
import { describeFaults, readDataSourceConfig, readGitHubUrl } from "../config.ts";
import type { Environment } from "../environment.ts";
import { placeOn } from "../github/place.ts";
import { type DataSource, directoryOf } from "../prometheus/data-source.ts";
import type { DataSourceDirectory } from "../gate/ports.ts";
import { isForbiddenHost } from "../prometheus/address.ts";
import { budgetDaysInMemory } from "../gate/budget-days.ts";
import { ok, type Result } from "../gate/failure.ts";
import { measurerOf } from "../prometheus/measurer.ts";
import { policyPath } from "../policy/parse.ts";
import { check, type CheckWorld } from "../gate/check.ts";
import { exit, type ExitCode, exitOf, UsageError } from "./exit.ts";
import { folderReader, local, locatePolicy } from "./folder.ts";
import { checkHelp } from "./help.ts";
import { formatOf, type Output } from "./output.ts";
import { type AskWorld, processWorld, startAsk } from "./start-ask.ts";
import { checkOutput, type Stage, stages } from "./print-check.ts";

/** What only a gate elsewhere is asked with, and what only a check made here needs. */
const onlyWithUrl = [
  "environment",
  "service",
  "sha",
  "wait",
  "poll",
  "token-file",
  "termination-log",
] as const;
const onlyHere = ["policy", "base", "data-source"] as const;

/** Runs the command and gives its exit code. */
export async function startCheck(
  args: readonly string[],
  environment: Environment,
  workingDirectory: string,
  output: Output,
  world?: AskWorld,
): Promise<ExitCode> {
  const options = {
    policy: { type: "string" },
    repo: { type: "string" },
    base: { type: "string" },
    "data-source": { type: "string" },
    format: { type: "string", default: "text" },
    show: { type: "string", default: "findings" },
    url: { type: "string" },
    environment: { type: "string" },
    service: { type: "string" },
    sha: { type: "string" },
    wait: { type: "string" },
    poll: { type: "string" },
    "token-file": { type: "string" },
    "termination-log": { type: "string" },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help === true) {
    output.out(checkHelp);
    return exit.open;
  }
  const format = formatOf(values.format);
  const [idle] = (values.url === undefined ? onlyWithUrl : onlyHere).filter(
    (one) => values[one] !== undefined,
  );
  if (idle !== undefined)
    throw new UsageError(`--${idle} means nothing ${values.url === undefined ? "without" : "with"} --url`);
  if (values.url !== undefined) {
    const { repo, url, environment: place, service, sha, wait, poll } = values;
    const told = { tokenFile: values["token-file"], terminationLog: values["termination-log"] };
    const asked = { url, repo, environment: place, service, sha, wait, poll, ...told, format };
    return startAsk(asked, environment, output, world ?? processWorld());
  }
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
      gate: { kind: "pull_request" },
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
  if (!/^[\w.-]+\/[\w.-]+$/.test(slug)) throw new UsageError("--repo wants OWNER/NAME, such as acme/shop");
  const token = environment.variables["GITHUB_TOKEN"];
  if (token === undefined || token === "")
    throw new UsageError(
      "--repo reads from GitHub: set GITHUB_TOKEN to a token that can read the repository",
    );
  const { url, faults } = readGitHubUrl(environment);
  if (faults.length > 0) throw new UsageError(describeFaults(faults));
  return placeOn(slug, base, token, url);
}

/** The data sources that a call may ask. A file on disk belongs to no repository, and who holds the operator's file may ask all that is in it. */
export function sourcesOf(
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

/** Files that the operator's environment names: what is wrong with one is a fault of its variable. */
import { type CallerRules, defaultCallerRules } from "./callers/issuer.ts";
import { readCallerRules } from "./callers/issuer-file.ts";
import { type ConfigFault, type Environment, textOf } from "./environment.ts";
import { readSinks } from "./events-out/sink-file.ts";
import type { SinkConfig } from "./events-out/sink.ts";
import type { GitLab } from "./gitlab/gitlab.ts";
import { readGitLab } from "./gitlab/gitlab-file.ts";
import { readDataSources } from "./prometheus/data-source-file.ts";
import type { DataSource } from "./prometheus/data-source.ts";

/** The text of the file that a variable names; `undefined`: it names none, or one that cannot be read, which is a fault. */
function textIn(
  environment: Environment,
  { variable, example }: Pick<ConfigFault, "variable" | "example">,
  faults: ConfigFault[],
): { readonly path: string; readonly text: string } | undefined {
  const path = textOf(environment, variable);
  if (path === undefined) return undefined;
  try {
    return { path, text: environment.readFile(path) };
  } catch {
    faults.push({ variable, message: `names a file that cannot be read: ${path}`, example });
    return undefined;
  }
}

/** Who may ask over HTTP, by the file that CALLERS_FILE names. */
export function callerRulesOf(environment: Environment, faults: ConfigFault[]): CallerRules {
  const named = { variable: "CALLERS_FILE", example: "CALLERS_FILE=/etc/burngate/callers.yml" };
  const file = textIn(environment, named, faults);
  if (file === undefined) return defaultCallerRules;
  const { rules, faults: found } = readCallerRules(file.path, file.text, (one) => environment.readFile(one));
  faults.push(...found.map((message) => ({ ...named, message })));
  return rules;
}

/** Who is told of verdicts, by the file that EVENT_SINKS_FILE names. */
export function eventSinksOf(environment: Environment, faults: ConfigFault[]): readonly SinkConfig[] {
  const named = {
    variable: "EVENT_SINKS_FILE",
    example: "EVENT_SINKS_FILE=/etc/burngate/event-sinks.yml",
  };
  const file = textIn(environment, named, faults);
  if (file === undefined) return [];
  const { sinks, faults: found } = readSinks(file.path, file.text, environment);
  faults.push(...found.map((message) => ({ ...named, message })));
  return sinks;
}

/** The GitLab whose status checks are answered, by the file that GITLAB_FILE names. */
export function gitLabOf(environment: Environment, faults: ConfigFault[]): GitLab | undefined {
  const named = { variable: "GITLAB_FILE", example: "GITLAB_FILE=/etc/burngate/gitlab.yml" };
  const file = textIn(environment, named, faults);
  if (file === undefined) return undefined;
  const { gitlab, faults: found } = readGitLab(file.path, file.text, environment);
  faults.push(...found.map((message) => ({ ...named, message })));
  return gitlab;
}

/** Which Prometheus may be asked, by the file that DATA_SOURCES names. */
export function dataSourcesOf(environment: Environment, faults: ConfigFault[]): readonly DataSource[] {
  const named = { variable: "DATA_SOURCES", example: "DATA_SOURCES=/etc/burngate/data-sources.yml" };
  if (textOf(environment, named.variable) === undefined) {
    const message = "is not set: it names the file that says which Prometheus to ask";
    faults.push({ ...named, message });
    return [];
  }
  const file = textIn(environment, named, faults);
  if (file === undefined) return [];
  const { sources, faults: found } = readDataSources(file.path, file.text, environment);
  faults.push(...found.map((message) => ({ ...named, message })));
  return sources;
}

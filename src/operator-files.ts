/** Files that the operator's environment names: what is wrong with one is a fault of its variable. */
import { type CallerRules, defaultCallerRules } from "./callers/issuer.ts";
import { readCallerRules } from "./callers/issuer-file.ts";
import { type ConfigFault, type Environment, textOf } from "./environment.ts";
import { readSinks } from "./events-out/sink-file.ts";
import type { SinkConfig } from "./events-out/sink.ts";
import { readDataSources } from "./prometheus/data-source-file.ts";
import type { DataSource } from "./prometheus/data-source.ts";

/** Who may ask over HTTP, by the file that CALLERS_FILE names. */
export function callerRulesOf(environment: Environment, faults: ConfigFault[]): CallerRules {
  const path = textOf(environment, "CALLERS_FILE");
  if (path === undefined) return defaultCallerRules;
  const fault = (message: string): void =>
    void faults.push({
      variable: "CALLERS_FILE",
      message,
      example: "CALLERS_FILE=/etc/burngate/callers.yml",
    });
  let text: string;
  try {
    text = environment.readFile(path);
  } catch {
    fault(`names a file that cannot be read: ${path}`);
    return defaultCallerRules;
  }
  const { rules, faults: found } = readCallerRules(path, text, (one) => environment.readFile(one));
  for (const message of found) fault(message);
  return rules;
}

/** Who is told of verdicts, by the file that EVENT_SINKS_FILE names. */
export function eventSinksOf(environment: Environment, faults: ConfigFault[]): readonly SinkConfig[] {
  const path = textOf(environment, "EVENT_SINKS_FILE");
  if (path === undefined) return [];
  const fault = (message: string): void =>
    void faults.push({
      variable: "EVENT_SINKS_FILE",
      message,
      example: "EVENT_SINKS_FILE=/etc/burngate/event-sinks.yml",
    });
  let text: string;
  try {
    text = environment.readFile(path);
  } catch {
    fault(`names a file that cannot be read: ${path}`);
    return [];
  }
  const { sinks, faults: found } = readSinks(path, text, environment);
  for (const message of found) fault(message);
  return sinks;
}

/** Which Prometheus may be asked, by the file that DATA_SOURCES names. */
export function dataSourcesOf(environment: Environment, faults: ConfigFault[]): readonly DataSource[] {
  const path = textOf(environment, "DATA_SOURCES");
  const example = "DATA_SOURCES=/etc/burngate/data-sources.yml";
  if (path === undefined) {
    faults.push({
      variable: "DATA_SOURCES",
      message: "is not set: it names the file that says which Prometheus to ask",
      example,
    });
    return [];
  }
  let text: string;
  try {
    text = environment.readFile(path);
  } catch {
    faults.push({ variable: "DATA_SOURCES", message: `names a file that cannot be read: ${path}`, example });
    return [];
  }
  const { sources, faults: inside } = readDataSources(path, text, environment);
  for (const message of inside) faults.push({ variable: "DATA_SOURCES", message, example });
  return sources;
}

/** `burngate quality-gate`: reads the files, asks the Prometheus, prints. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { nameFault, type QualityGate, runQualityGate } from "../gate/quality-gate.ts";
import { askSliOver } from "../prometheus/ask-sli.ts";
import { connectionOf } from "../prometheus/client.ts";
import type { DataSource } from "../prometheus/data-source.ts";
import { isError } from "../quality/keptn/criterion.ts";
import { parseSli } from "../quality/keptn/sli-file.ts";
import { timeFrameOf } from "../quality/keptn/time-frame.ts";
import { exit, type ExitCode, UsageError } from "./exit.ts";
import { qualityGateHelp } from "./help.ts";
import type { Output } from "./output.ts";
import { qualityGateText } from "./print-quality-gate.ts";

/** Runs the command. `sourceOf` gives the data source that the call names. */
export async function startQualityGate(
  args: readonly string[],
  workingDirectory: string,
  output: Output,
  sourceOf: (url: string | undefined) => DataSource,
): Promise<ExitCode> {
  const text = { type: "string", default: "" } as const;
  const options = {
    sli: { type: "string" },
    project: text,
    stage: text,
    service: text,
    deployment: { type: "string", default: "primary" },
    label: { type: "string", multiple: true },
    start: text,
    end: text,
    timeframe: text,
    "data-source": { type: "string" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.help === true) {
    output.out(qualityGateHelp);
    return exit.open;
  }
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0)
    throw new UsageError("name one slo.yaml; see burngate quality-gate --help");
  if (values.service === "") throw new UsageError("--service is missing");
  const frame = timeFrameOf(values, Date.now());
  if (isError(frame)) throw new UsageError(`${frame.error}; give --start and --end, or --timeframe`);
  const { project, stage, service, deployment } = values;
  const labels = Object.fromEntries((values.label ?? []).map(labelOf));
  for (const name of [project, stage, service, deployment, ...Object.values(labels)]) {
    const fault = name === "" ? undefined : nameFault(name);
    if (fault !== undefined) throw new UsageError(`\`${name}\` ${fault}`);
  }
  const read = (path: string): string => readFileSync(resolve(workingDirectory, path), "utf8");
  const gate: QualityGate = {
    sloText: read(file),
    indicators: values.sli === undefined ? new Map() : indicatorsOf(values.sli, read(values.sli)),
    context: { project, stage, service, labels },
    deployment,
    frame,
    history: [],
  };
  const connection = connectionOf(sourceOf(values["data-source"]));
  const ask = askSliOver(connection);
  try {
    const outcome = await runQualityGate(gate, (expression, at) => ask(expression, at));
    output.out(values.json === true ? JSON.stringify(outcome, null, 2) : qualityGateText(outcome));
    if (outcome.data.status === "errored") return exit.inconclusive;
    return outcome.data.result === "fail" ? exit.held : exit.open;
  } finally {
    connection.close();
  }
}

function labelOf(text: string): readonly [string, string] {
  const [, name = "", value = ""] = /^([\w.-]+)=(.*)$/.exec(text) ?? [];
  if (name === "") throw new UsageError("--label wants NAME=VALUE");
  return [name, value];
}

function indicatorsOf(path: string, text: string): ReadonlyMap<string, string> {
  const reading = parseSli(text);
  if (reading.kind === "invalid") throw new UsageError(`${path}: ${reading.why}`);
  return reading.indicators;
}

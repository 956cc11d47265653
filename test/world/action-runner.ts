/** Runs the bundled Action as a runner does: a process of its own, inputs as variables, files for what it says. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundlePath } from "../../script/bundle-action.ts";

/** What a step did. */
export interface ActionRun {
  readonly code: number;
  /** Lines of the log. */
  readonly log: readonly string[];
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The file that the output `json` names. */
  readonly json: string;
}

/** Runs a step with inputs, in a job with more variables and an event. */
export async function runActionStep(
  inputs: Readonly<Record<string, string>>,
  more: { readonly variables?: Readonly<Record<string, string>>; readonly event?: object } = {},
): Promise<ActionRun> {
  const folder = mkdtempSync(join(tmpdir(), "burngate-action-"));
  const file = (name: string, text = ""): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const named = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const output = file("output");
  const summary = file("summary");
  const env = {
    ...(Object.fromEntries(named) as Record<string, string>),
    PATH: process.env["PATH"],
    GITHUB_REPOSITORY: "acme/shop",
    GITHUB_EVENT_PATH: file("event.json", JSON.stringify(more.event ?? {})),
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
    RUNNER_TEMP: folder,
    ...more.variables,
  };
  const child = spawn(process.execPath, [bundlePath], { env, cwd: folder });
  const heard = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (heard.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (heard.err += chunk.toString()));
  const code = await new Promise<number>((resolve) => child.on("close", (ended) => resolve(ended ?? -1)));
  const outputs = outputsIn(readFileSync(output, "utf8"));
  const answer = readdirSync(folder).find((name) => name.startsWith("burngate-") && name.endsWith(".json"));
  const run: ActionRun = {
    code,
    log: heard.out.split("\n").slice(0, -1),
    stderr: heard.err,
    outputs,
    summary: readFileSync(summary, "utf8"),
    json: answer === undefined ? "" : readFileSync(join(folder, answer), "utf8"),
  };
  rmSync(folder, { recursive: true });
  return run;
}

/** The file of outputs as a runner reads it: a name, a word, and all lines up to that word. */
function outputsIn(text: string): Record<string, string> {
  const lines = text.split("\n");
  const outputs: Record<string, string> = {};
  for (let at = 0; at < lines.length; at += 1) {
    const [, name, end] = /^([\w-]+)<<(.+)$/.exec(lines[at] ?? "") ?? [];
    if (name === undefined) continue;
    const from = at + 1;
    for (at = from; at < lines.length && lines[at] !== end; at += 1);
    outputs[name] = lines.slice(from, at).join("\n");
  }
  return outputs;
}

/** What the log says outside of where commands are stopped: all that a runner acts on. */
export function commandsIn(log: readonly string[]): readonly string[] {
  let stop: string | undefined;
  return log.filter((line) => {
    if (stop !== undefined) {
      if (line === `::${stop}::`) stop = undefined;
      return false;
    }
    stop = /^::stop-commands::(.+)$/.exec(line)?.[1];
    return stop === undefined && line.startsWith("::");
  });
}

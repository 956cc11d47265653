import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { onCore } from "./core.ts";

/** A process that is measured. */
export interface System {
  readonly url: string;
  /** From its start until it listened, in milliseconds. */
  readonly startMs: number;
  /** Processor time so far, in milliseconds, by 10. */
  cpuMs(): number;
  /** Resident memory, in MB. */
  rssMb(): number;
  stop(): Promise<void>;
}

/** What is started. */
export interface SystemOptions {
  /** `undefined`: on any. */
  readonly core: number | undefined;
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** Starts a process that prints a line of JSON with `msg` "listening" and its port, and waits for that line. */
export async function startSystem({ core, command, variables }: SystemOptions): Promise<System> {
  const [program, ...args] = core === undefined ? command : onCore(core, command);
  if (program === undefined) throw new Error("no command");
  const startedAt = performance.now();
  const child = spawn(program, args, {
    env: { PATH: process.env["PATH"] ?? "", ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
  const port = await new Promise<number>((resolve, reject) => {
    child.once("exit", () => reject(new Error(`${command.join(" ")} ended at once: ${errors}`)));
    createInterface(child.stdout).on("line", (line) => {
      // Every line of a log is read, as a collector would; only one of them matters.
      if (line.includes('"msg":"listening"')) resolve((JSON.parse(line) as { port: number }).port);
    });
  });
  const startMs = performance.now() - startedAt;
  return {
    url: `http://127.0.0.1:${port}`,
    startMs,
    cpuMs: () => cpuMsOf(child.pid ?? 0),
    rssMb: () => rssMbOf(child.pid ?? 0),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** Of /proc/PID/stat, after the name in parentheses: user and system time are the 12th and 13th field, in ticks of 10 ms. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function rssMbOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

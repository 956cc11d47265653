/** Processes of the bench: pinned to a core where that can be done, and asked of the kernel what they cost. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A process under test, or beside it. */
export interface BenchChild {
  readonly pid: number;
  /** The first line that it printed. */
  readonly firstLine: string;
  /** Milliseconds of processor time that it has used. */
  cpuMs(): number;
  /** Megabytes (2^20) of it that are in memory. */
  rssMb(): number;
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** Whether processes can be kept on a core. */
export const canPin = spawnSync("taskset", ["-c", "1", "true"]).status === 0;

const clockTicks = Number(spawnSync("getconf", ["CLK_TCK"]).stdout.toString()) || 100;

/** Starts a file of ours with Node; resolves when it has printed a line that `isReady`. */
export async function startChild(
  file: string,
  variables: Readonly<Record<string, string>>,
  options: { readonly core?: number; readonly isReady?: (line: string) => boolean } = {},
): Promise<BenchChild> {
  const { core, isReady = () => true } = options;
  const command =
    core === undefined || !canPin
      ? [process.execPath, file]
      : ["taskset", "-c", String(core), process.execPath, file];
  const child = spawn(command[0]!, command.slice(1), {
    cwd: root,
    env: { PATH: process.env["PATH"] ?? "", ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const firstLine = await ready(child, isReady, () => said);
  return {
    pid: child.pid!,
    firstLine,
    cpuMs: () => cpuMsOf(child.pid!),
    rssMb: () => rssMbOf(child.pid!),
    async end(signal = "SIGKILL") {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, "exit");
    },
  };
}

async function ready(
  child: ChildProcess,
  isReady: (line: string) => boolean,
  said: () => string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let rest = "";
    child.stdout!.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      const line = lines.find(isReady);
      if (line !== undefined) resolve(line);
    });
    child.once("exit", (code) => reject(new Error(`it ended with ${code}: ${said()}`)));
  });
}

/** `utime` and `stime` of proc(5), after the name, which may hold anything. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / clockTicks;
}

function rssMbOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

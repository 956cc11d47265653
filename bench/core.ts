/** Which core a process runs on, where `taskset` can say so: what is measured on one, the world and the load on the other. */
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** The core of the system under test. */
export const systemCore = 0;
/** The core of the simulated world and of the load. */
export const worldCore = 1;

/** Whether processes are pinned: `taskset` is there, and two cores. */
export const isPinned = availableParallelism() > 1 && hasTaskset();

function hasTaskset(): boolean {
  try {
    execFileSync("taskset", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A command that runs on one core; on any where processes are not pinned. */
export function onCore(core: number, command: readonly string[]): readonly [string, ...string[]] {
  const [program, ...args] = isPinned ? ["taskset", "-c", String(core), ...command] : command;
  if (program === undefined) throw new Error("no command");
  return [program, ...args];
}

/** Moves this process to a core. */
export function moveTo(core: number): void {
  if (isPinned)
    execFileSync("taskset", ["-a", "-p", "-c", String(core), String(process.pid)], { stdio: "ignore" });
}

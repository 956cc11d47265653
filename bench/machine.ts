import { execFileSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";
import { isPinned } from "./core.ts";

/** What the figures were measured on, as lines for people. */
export function describeMachine(): readonly string[] {
  const [cpu] = cpus();
  const { versions, arch, platform } = process;
  return [
    `${cpus().length} × ${cpu?.model ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GB, ${platform} ${release()} ${arch}`,
    `Node ${versions.node}, SQLite ${versions["sqlite"] ?? "unknown"}, ${postgresVersion()}`,
    isPinned
      ? "system under test on core 0, world and load on core 1"
      : "not pinned: `taskset` or a second core is missing",
  ];
}

function postgresVersion(): string {
  try {
    return execFileSync("postgres", ["--version"], { encoding: "utf8" }).trim();
  } catch {
    return "no PostgreSQL on PATH";
  }
}

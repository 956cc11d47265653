/** What the figures were measured on. */
import { cpus, release, totalmem } from "node:os";
import { canPin } from "./child.ts";

/** Processors, memory, versions, and whether processes were kept on cores of their own. */
export function machineWords(): string {
  const [first] = cpus();
  const memoryGb = (totalmem() / 2 ** 30).toFixed(0);
  const { node, sqlite } = process.versions;
  const pinned = canPin ? "measured on one core, world and load on another" : "not kept on cores";
  return `${cpus().length} x ${first?.model ?? "unknown processor"}, ${memoryGb} GB, Linux ${release()}, Node ${node}, SQLite ${sqlite ?? "?"}; ${pinned}.`;
}

/** How much more several processes do over one PostgreSQL than one. */
import { startPostgres } from "../test/world/postgres.ts";
import { startOurs } from "./contestant.ts";
import { type Effort, measureThroughput, type Throughput } from "./throughput.ts";
import { startWorld } from "./world.ts";

/** What so many processes did. */
export interface AtReplicas {
  readonly replicas: number;
  readonly throughput: Throughput;
}

/** Measures each number of processes, on a schema of its own; nobody is kept on a core. */
export async function measureReplicas(
  numbers: readonly number[],
  effort: Effort,
): Promise<readonly AtReplicas[]> {
  const server = await startPostgres();
  const found: AtReplicas[] = [];
  try {
    for (const replicas of numbers) {
      const world = await startWorld();
      const databaseUrl = await server.schema(`replicas_${replicas}`);
      const options = { databaseUrl, core: replicas === 1 ? 0 : undefined };
      const started = [];
      for (let count = 0; count < replicas; count += 1) started.push(await startOurs(world, options));
      found.push({ replicas, throughput: await measureThroughput(world, started, effort) });
      for (const one of started) await one.end();
      await world.end();
    }
  } finally {
    await server.stop();
  }
  return found;
}

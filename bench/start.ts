/** From starting the process to its being ready. */
import { startOurs } from "./contestant.ts";
import { startWorld } from "./world.ts";

/** Milliseconds until ours listens, each of a few times with a new ledger. */
export async function measureStart(times: number): Promise<readonly number[]> {
  const world = await startWorld();
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const begun = performance.now();
    const ours = await startOurs(world);
    found.push(performance.now() - begun);
    await ours.end();
  }
  await world.end();
  return found;
}

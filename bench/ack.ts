/** How long GitHub waits for its answer at a steady rate, measured from when each webhook was due to be sent. */
import type { Contestant } from "./contestant.ts";
import { quantile, senderTo } from "./load.ts";
import { commits } from "./throughput.ts";
import { settled, type World } from "./world.ts";

/** Acknowledgements at a steady rate. */
export interface Ack {
  readonly perSecond: number;
  readonly count: number;
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Sends for some seconds at a steady rate, to a contestant that is warm. */
export async function measureAck(
  world: World,
  contestant: Contestant,
  perSecond: number,
  seconds: number,
): Promise<Ack> {
  const sender = senderTo([contestant.url]);
  const base = await world.counts();
  // Each installation takes three writes a second.
  const places = Math.ceil(perSecond / 2);
  const warm = [...commits(places, 2)];
  await sender.all(warm, 8);
  await settled(world, base.distinct + warm.length);
  const sent = await sender.steadily([...commits(places, 2 * seconds)], perSecond);
  sender.close();
  return {
    perSecond,
    count: sent.count,
    refused: sent.refused,
    p50Ms: quantile(sent.waitsMs, 0.5),
    p99Ms: quantile(sent.waitsMs, 0.99),
  };
}

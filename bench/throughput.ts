/**
 * From a webhook to the accepted status: each delivery brings a commit that has none. What a contestant can do is told as
 * deliveries for each second of its own processor time, which does not depend on who else uses the machine.
 */
import type { Contestant } from "./contestant.ts";
import { deliveryOf, type SignedDelivery } from "./delivery.ts";
import { senderTo } from "./load.ts";
import { shaOf } from "./place.ts";
import { settled, type World } from "./world.ts";

/** What one contestant did. */
export interface Throughput {
  readonly deliveries: number;
  /** Commits that got a status. */
  readonly answered: number;
  readonly perCpuSecond: number;
  readonly cpuMsEach: number;
  readonly perSecond: number;
  readonly gitHubReadsEach: number;
  readonly gitHubWritesEach: number;
  readonly prometheusRequestsEach: number;
  readonly rssMb: number;
  readonly unknown: readonly string[];
}

/** How much is sent. */
export interface Effort {
  /** Repositories, each of an installation of its own: one takes three writes a second. */
  readonly places: number;
  /** Deliveries for each repository before anything is measured: the compiler is warm after some thousand events. */
  readonly warmEach: number;
  readonly each: number;
  /** How many are on their way at once. */
  readonly atOnce: number;
}

let epoch = 0;

/** Deliveries of new commits, each of a pull request of its own, since a newer commit of one makes the older moot. */
export function* commits(places: number, each: number): Generator<SignedDelivery> {
  epoch += 1;
  const at = Date.now() - (Date.now() % 1000);
  for (let round = 0; round < each; round += 1)
    for (let place = 0; place < places; place += 1)
      yield deliveryOf({
        place,
        number: 1000 * epoch + round,
        headSha: shaOf("throughput", epoch, place, round),
        updatedAt: at + 1000 * (epoch * 1000 + round),
      });
}

/** Warms one contestant up and measures it. */
export async function measureThroughput(
  world: World,
  contestants: readonly Contestant[],
  { places, warmEach, each, atOnce }: Effort,
): Promise<Throughput> {
  const sender = senderTo(contestants.map(({ url }) => url));
  const cpu = (): number => contestants.reduce((sum, { child }) => sum + child.cpuMs(), 0);
  const base = await world.counts();
  await sender.all(commits(places, warmEach), atOnce);
  const warm = await settled(world, base.distinct + places * warmEach);
  const deliveries = [...commits(places, each)];
  const [cpuBefore, begun] = [cpu(), performance.now()];
  await sender.all(deliveries, atOnce);
  const done = await settled(world, warm.distinct + deliveries.length);
  const [cpuMs, tookMs] = [cpu() - cpuBefore, performance.now() - begun];
  sender.close();
  const answered = done.distinct - warm.distinct;
  const per = (after: number, before: number): number => (after - before) / deliveries.length;
  return {
    deliveries: deliveries.length,
    answered,
    perCpuSecond: (1000 * answered) / cpuMs,
    cpuMsEach: cpuMs / answered,
    perSecond: (1000 * answered) / tookMs,
    gitHubReadsEach: per(done.reads, warm.reads),
    gitHubWritesEach: per(done.writes, warm.writes),
    prometheusRequestsEach: per(done.prometheusRequests, warm.prometheusRequests),
    rssMb: Math.max(...contestants.map(({ child }) => child.rssMb())),
    unknown: done.unknown,
  };
}

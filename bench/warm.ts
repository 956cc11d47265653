/** What an event costs that changes nothing: a label that means nothing, on a pull request that is judged already. */
import type { Contestant } from "./contestant.ts";
import { deliveryOf } from "./delivery.ts";
import { senderTo } from "./load.ts";
import { shaOf } from "./place.ts";
import { settled, type World } from "./world.ts";

/** GitHub's and Prometheus's part of a warm event. */
export interface Warm {
  readonly events: number;
  readonly gitHubReadsEach: number;
  readonly gitHubWritesEach: number;
  readonly prometheusRequestsEach: number;
}

/** Opens one pull request in each of some repositories, lets them be judged, and sends events about them. */
export async function measureWarm(world: World, contestant: Contestant, places: number): Promise<Warm> {
  const sender = senderTo([contestant.url]);
  const at = Date.now() - (Date.now() % 1000);
  const about = (place: number, later: number) => ({
    place,
    number: 7,
    headSha: shaOf("warm", place),
    updatedAt: at + later,
  });
  const all = Array.from({ length: places }, (_, place) => place);
  const base = await world.counts();
  await sender.all(
    all.map((place) => deliveryOf(about(place, 0))),
    8,
  );
  const before = await settled(world, base.distinct + places);
  const events = all.flatMap((place) =>
    [1, 2, 3].map((round) => deliveryOf({ ...about(place, 1000 * round), label: `l${round}` })),
  );
  await sender.all(events, 8);
  // Nothing is to come of them, so what is waited for is that nothing does.
  const after = await settled(world, before.distinct + 1);
  sender.close();
  return {
    events: events.length,
    gitHubReadsEach: (after.reads - before.reads) / events.length,
    gitHubWritesEach: (after.writes - before.writes) / events.length,
    prometheusRequestsEach: (after.prometheusRequests - before.prometheusRequests) / events.length,
  };
}

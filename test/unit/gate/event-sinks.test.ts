import { expect, it } from "vitest";
import { type EventSink, type SinkPlace, type SinkWorld, tellSinks } from "../../../src/gate/event-sinks.ts";
import { eventsTo } from "../../../src/observe/events.ts";
import { logTo } from "../../../src/observe/log.ts";
import { metricsOf } from "../../../src/observe/metrics.ts";
import { measurementsAt, noon, shop, verdictAt } from "../../contract/ledger-samples.ts";

const clock = { now: () => noon + 60_000 };
const events = eventsTo(logTo("silent", { write: () => {} }), metricsOf(), clock);

/** A ledger with one verdict and one place. */
function worldAt(begin: SinkPlace): { readonly world: SinkWorld; readonly places: SinkPlace[] } {
  const places = [begin];
  const kept = { id: 1, verdict: verdictAt(noon), evidence: measurementsAt(noon) };
  const world: SinkWorld = {
    ledger: {
      sinks: {
        find: () => Promise.resolve(places.at(-1)!),
        move(_, __, to) {
          places.push(to);
          return Promise.resolve(true);
        },
        after: (id) => Promise.resolve(id < 1 ? [kept] : []),
      },
      registry: { repository: () => Promise.resolve(shop) },
    },
    clock,
    events,
  };
  return { world, places };
}

it("has not failed where the process ends while a receiver is silent: the next one sends at once", async () => {
  const begin: SinkPlace = { verdictId: 0, open: [], failures: 2, notBefore: 0 };
  const { world, places } = worldAt(begin);
  const ending = new AbortController();
  const silent: EventSink = {
    id: "tekton",
    repositories: ["**"],
    send(_, __, signal) {
      const gone = new Promise<void>((resolve) =>
        signal.addEventListener("abort", () => {
          resolve();
        }),
      );
      ending.abort();
      return gone.then(() => ({ kind: "failed", why: "no answer" }));
    },
  };
  await tellSinks(world, [silent], ending.signal);
  expect(places.map(({ notBefore }) => notBefore)).toEqual([0, noon + 120_000, 0]);
  expect(places.at(-1)).toEqual(begin);
});

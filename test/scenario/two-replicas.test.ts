import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { Secret } from "../../src/domain/secret.ts";
import type { SinkConfig } from "../../src/events-out/sink.ts";
import { checkoutHistory, story } from "../world/checkout.ts";
import { startReceiver } from "../world/event-receiver.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { openTwoReplicas, type TwoReplicas } from "../world/two-replicas.ts";

let prometheus: Prometheus;
let both: TwoReplicas;

beforeAll(async () => {
  prometheus = await startPrometheus({ history: checkoutHistory });
});

afterAll(() => prometheus.stop());

afterEach(() => both.close());

it("[T21] tells red by what the other process has measured, not by what it remembers itself", async () => {
  const options = { prometheus: prometheus.url, at: story.outage, config: { tickMs: 1_800_000 } };
  both = await openTwoReplicas(options);
  const { shop, other } = both;
  const { headSha } = await shop.openPull();
  expect(shop.told(headSha)).toMatch(/^success/);
  // The pull request's own look, at the outage's first moment, is not a tick old when the other process looks.
  shop.clock.set(story.burning);
  expect(await other.machine.tick()).toBe(1);
  await shop.app.machine.worker.processAll();
  expect(shop.told(headSha)).toMatch(/^failure/);
});

it("tells a receiver of each event once, however many processes tell at once", async () => {
  const secret = Buffer.from("a secret of the receiver's").toString("base64");
  const receiver = await startReceiver(secret);
  const sink: SinkConfig = {
    id: "tekton",
    url: receiver.url,
    mode: "structured",
    format: "cdevents",
    events: ["verdict", "objective", "incident"],
    secret: new Secret(() => secret),
    repositories: ["**"],
  };
  both = await openTwoReplicas({
    prometheus: prometheus.url,
    at: story.outage,
    config: { eventSinks: [sink] },
  });
  const { shop, other } = both;
  const tell = async (): Promise<void> => {
    shop.clock.advance(10_001);
    await Promise.all([shop.app, other, shop.app, other].map(async ({ machine }) => machine.tell()));
  };
  await tell();
  await shop.openPull();
  await shop.openPull();
  await tell();
  const ids = receiver.arrived.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(1);
  expect(new Set(ids).size).toBe(ids.length);
  await receiver.stop();
});

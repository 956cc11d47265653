import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { checkoutHistory, story } from "../world/checkout.ts";
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

import { afterEach, beforeEach } from "vitest";
import { checkoutHistory } from "../world/checkout.ts";
import { countQueries, type PrometheusCounter } from "../world/prometheus-counter.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";
import { openShop, type Shop, type ShopOptions } from "../world/shop.ts";

/** A shop whose Prometheus stands behind a door that counts, and that can hang. */
export type ShopBehindDoor = {
  /** The door, of the test that runs. */
  readonly door: () => PrometheusCounter;
  /** Opens the shop; it is closed after the test. */
  readonly open: (options: Omit<ShopOptions, "prometheus">) => Promise<Shop>;
};

/** Has each test of the file a Prometheus of its own, with the story's history, behind a door. */
export function behindDoor(): ShopBehindDoor {
  let prometheus: Prometheus;
  let door: PrometheusCounter;
  let shop: Shop | undefined;
  beforeEach(async () => {
    prometheus = await startPrometheus({ history: checkoutHistory });
    door = await countQueries(prometheus.url);
  });
  afterEach(async () => {
    await shop?.close();
    shop = undefined;
    await door.stop();
    await prometheus.stop();
  });
  return {
    door: () => door,
    async open(options) {
      shop = await openShop({ prometheus: door.url, ...options });
      return shop;
    },
  };
}

/** What nearly every scenario stands on: one Prometheus a file and one shop a test, both of which end by themselves. */
import { afterAll, afterEach, beforeAll } from "vitest";
import { checkoutHistory } from "../world/checkout.ts";
import { type Prometheus, type PrometheusWorld, startPrometheus } from "../world/prometheus.ts";
import { openShop, type Shop, type ShopOptions } from "../world/shop.ts";

/**
 * Starts a Prometheus with this history before the file's first test, and gives what opens shops in front of it.
 * Call it once, at the top of a test file.
 */
export function shopsBefore(
  history: NonNullable<PrometheusWorld["history"]> = checkoutHistory,
): (options?: Omit<ShopOptions, "prometheus">) => Promise<Shop> {
  let prometheus: Prometheus;
  const open: Shop[] = [];
  beforeAll(async () => {
    prometheus = await startPrometheus({ history });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(async (shop) => shop.close()));
  });
  afterAll(async () => prometheus.stop());
  return async (options = {}) => {
    const shop = await openShop({ ...options, prometheus: prometheus.url });
    open.push(shop);
    return shop;
  };
}

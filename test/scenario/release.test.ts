/** A rule that has spoken lets go when it was calm for the policy's `hold`, and what people are told meanwhile. */
import { beforeEach, expect, it } from "vitest";
import { dayMs, policyFor, service, story } from "../world/checkout.ts";
import type { Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const minute = 60_000;
/** When every request begins to fail, for ten minutes. */
const outage = story.begin + 5 * dayMs;

const openShop = shopsBefore(
  service("checkout", (at) => (at >= outage && at < outage + 10 * minute ? 1 : 0)),
);

let shop: Shop;
beforeEach(async () => {
  const rule = "rules:\n  - { name: fast, burn_rate: 10, windows: [10m, 5m], then: block }\n";
  const policy = policyFor("checkout", rule).replace("hold: none\n", "");
  shop = await openShop({ at: outage + 8 * minute, policy });
});

it("holds the gate until five minutes of calm are over, says when it opens, and writes one red and one green", async () => {
  const { headSha } = await shop.openPull();
  expect(shop.told(headSha)).toMatch(/^failure: checkout: 10m burn/);
  // The last five minutes are clean from here on.
  await shop.go(outage + 16 * minute);
  const other = await shop.openPull();
  expect(shop.told(other.headSha)).toMatch(
    /^failure: checkout: 10m burn \d+x, calm since 00:16Z at 00:16Z\. Opens ~00:21Z if it stays so\./,
  );
  for (let tick = 1; tick < 10; tick += 1) await shop.go(outage + 16 * minute + tick * 30_000);
  expect(shop.told(headSha)).toMatch(/^failure: checkout: 10m burn \d+x > 10x/);

  await shop.go(outage + 21 * minute);

  expect(shop.told(headSha)).toMatch(/^success: checkout: /);
  expect(shop.told(other.headSha)).toMatch(/^success: checkout: /);
  expect(shop.repository.statuses(headSha).map(({ state }) => state)).toEqual(["failure", "success"]);
});

it("remembers over a restart since when it is calm", async () => {
  const { headSha } = await shop.openPull();
  await shop.go(outage + 16 * minute);
  await shop.app.stop();
  const app = await shop.app.restart();
  shop.clock.set(outage + 21 * minute);
  await app.tick(0);
  expect(shop.told(headSha)).toMatch(/^success: checkout: /);
  await app.stop();
});

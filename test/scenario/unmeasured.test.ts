import { expect, it } from "vitest";
import { checkoutHistory, policyFor, service, story } from "../world/checkout.ts";
import { counter, type Series } from "../world/prometheus-history.ts";
import type { Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

let shop: Shop;

/** A service that nobody asks: its counters are there and stand still. */
const quiet: readonly Series[] = ["200", "500"].map((code) =>
  counter({
    name: "http_requests_total",
    labels: { service: "quiet", code },
    from: story.begin,
    to: story.end,
    everySeconds: 240,
    perSecond: () => 0,
  }),
);

/** A service whose scrape died at the burning moment minus forty minutes. */
const diedAt = story.burning - 40 * 60_000;
const dead = service("dead", () => 0.000_05).map((one): Series => ({
  ...one,
  samples: () => takeUntil(one.samples(), diedAt),
}));

function* takeUntil(
  samples: Iterable<readonly [number, number]>,
  end: number,
): Iterable<readonly [number, number]> {
  for (const sample of samples) if (sample[0] <= end) yield sample;
}

/** A service that is measured since two hours. */
const young = service("young", () => 0.000_05).map((one): Series => ({
  ...one,
  samples: () => skipUntil(one.samples(), story.burning - 2 * 3_600_000),
}));

function* skipUntil(
  samples: Iterable<readonly [number, number]>,
  begin: number,
): Iterable<readonly [number, number]> {
  for (const sample of samples) if (sample[0] >= begin) yield sample;
}

const openShop = shopsBefore([...checkoutHistory, ...quiet, ...dead, ...young]);

/** The policy of a service with its totals kept apart by code, which is several series. */
const apart = policyFor("checkout").replace(
  'sum(rate(http_requests_total{service="checkout"}[{{window}}]))',
  'sum by (code) (rate(http_requests_total{service="checkout"}[{{window}}]))',
);

/** What a pull request is told in the outage under a policy. */
async function toldUnder(policy: string): Promise<string | undefined> {
  shop = await openShop({ at: story.burning, policy });
  const { headSha } = await shop.openPull();
  return shop.told(headSha);
}

const when = (kind: string, action: string): string => `when_unmeasured:\n  ${kind}: ${action}\n`;

it("[T36] says that nothing was measured, in error, when the queries give nothing", async () => {
  expect(await toldUnder(policyFor("ghost"))).toMatch(/^error: Not measured: ghost \w+: no data/);
});

it("[T36] warns or lets through for missing data only where the policy says so", async () => {
  expect(await toldUnder(policyFor("ghost", when("no_data", "warn")))).toMatch(
    /^success: Warning: Not measured: ghost/,
  );
  await shop.close();
  expect(await toldUnder(policyFor("ghost", when("no_data", "allow")))).toMatch(/^success: ghost: no data/);
  await shop.close();
  expect(await toldUnder(policyFor("ghost", when("stale", "allow")))).toMatch(/^error: Not measured/);
});

it("[T36] lets no other objective's good numbers stand for one without data", async () => {
  const [head = "", tail = ""] = policyFor("checkout").split("hold:");
  const [, second = ""] = policyFor("ghost").split("objectives:\n");
  const both = `${head}${second.split("hold:")[0]}hold:${tail}`;
  shop = await openShop({ at: story.calm, policy: both });
  const { headSha } = await shop.openPull();

  expect(shop.told(headSha)).toMatch(/^error: Not measured: ghost/);
});

it("[T38] says in error that the data is stale when the scrape has died", async () => {
  expect(await toldUnder(policyFor("dead"))).toMatch(
    /^error: Not measured: dead \w+: stale data \(newest sample is 40m old\)/,
  );
});

it("[T38] warns or lets through for stale data only where the policy says so", async () => {
  expect(await toldUnder(policyFor("dead", when("stale", "warn")))).toMatch(
    /^success: Warning: Not measured: dead/,
  );
  await shop.close();
  expect(await toldUnder(policyFor("dead", when("stale", "allow")))).toMatch(/^success: dead: stale data/);
  await shop.close();
  expect(await toldUnder(policyFor("dead", when("no_data", "allow")))).toMatch(/^error: Not measured/);
});

it("[T38] turns green pull requests to error when the scrape dies under them", async () => {
  shop = await openShop({ at: diedAt - 60_000, policy: policyFor("dead") });
  const { headSha } = await shop.openPull();
  expect(shop.told(headSha)).toMatch(/^success: dead/);

  await shop.go(diedAt + 10 * 60_000);
  expect(shop.told(headSha)).toMatch(/^error: Not measured: dead/);
});

it("[T40] says in error that there are several series, and picks none", async () => {
  expect(await toldUnder(apart)).toMatch(
    /^error: Not measured: checkout \w+: several series \(the total query gives 2 series, must give one\)/,
  );
});

it("[T40] warns or lets through for several series only where the policy says so", async () => {
  expect(await toldUnder(apart + when("ambiguous", "warn"))).toMatch(
    /^success: Warning: Not measured: checkout/,
  );
  await shop.close();
  expect(await toldUnder(apart + when("ambiguous", "allow"))).toMatch(/^success: checkout: several series/);
  await shop.close();
  expect(await toldUnder(apart + when("no_data", "allow"))).toMatch(/^error: Not measured/);
});

it("lets verified zero traffic through by default, and holds or warns where the policy says so", async () => {
  expect(await toldUnder(policyFor("quiet"))).toMatch(/^success: quiet: no traffic/);
  await shop.close();
  expect(await toldUnder(policyFor("quiet", when("no_traffic", "warn")))).toMatch(
    /^success: Warning: Not measured: quiet/,
  );
  await shop.close();
  expect(await toldUnder(policyFor("quiet", when("no_traffic", "block")))).toMatch(
    /^error: Not measured: quiet \w+: no traffic/,
  );
});

it("says that there is too little history to speak of a month", async () => {
  expect(await toldUnder(policyFor("young"))).toMatch(/^error: Not measured: young 30d: too little history/);
});

it("says in error that Prometheus rejects a query", async () => {
  const bad = policyFor("checkout").replace(
    'sum(rate(http_requests_total{service="checkout"}',
    'sum(1 / on(code) group_left rate(http_requests_total{service="checkout"}',
  );
  expect(await toldUnder(bad)).toMatch(/^error: Not measured: checkout/);
});

it("tells a block on numbers before anything that is not known", async () => {
  const [head = "", tail = ""] = policyFor("ghost").split("hold:");
  const [, second = ""] = policyFor("checkout").split("objectives:\n");
  expect(await toldUnder(`${head}${second.split("hold:")[0]}hold:${tail}`)).toMatch(
    /^failure: checkout: 1h burn/,
  );
});

it("lets an entitled person open a gate that is held for not knowing", async () => {
  await toldUnder(policyFor("ghost"));
  shop.pass();
  shop.repository.label(1, "hotfix", { by: "ann" });
  await shop.app.settle();

  expect(shop.told(shop.repository.pull(1).head.sha)).toMatch(/^success: Bypassed by @ann/);
});

import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import { policyFile, type Shop, type ShopOptions } from "../world/shop.ts";
import { behindDoor } from "./behind-door.ts";

const { door, open: openBehind } = behindDoor();
let shop: Shop;

async function open(source: NonNullable<ShopOptions["source"]>): Promise<void> {
  shop = await openBehind({
    at: story.calm,
    policy: policyFor("checkout"),
    config: { logLevel: "info" },
    source,
  });
}

/** The state that the metrics show of the data source's breaker. */
async function breaker(): Promise<readonly unknown[]> {
  const { values } = await shop.app.machine.metrics.breakers.get();
  return values.filter(({ value }) => value === 1).map(({ labels }) => labels.state);
}

it("a Prometheus that hangs is soon not asked any more, never green, and measured again once it answers", async () => {
  await open({ timeoutMs: 300 });
  const { headSha } = await shop.openPull();
  expect(shop.told(headSha)).toMatch(/^success/);
  expect(await breaker()).toEqual(["closed"]);

  door().hang();
  for (let tick = 0; tick < 6; tick += 1) await shop.app.tick();
  expect(await breaker()).toEqual(["open"]);
  expect(shop.told(headSha)).toMatch(/^error: Not measured: checkout \w+: no usable answer/);
  door().forget();
  await shop.app.tick(1000);
  expect(door().count).toBe(0);
  const { headSha: late } = await shop.openPull({ head: "late" });
  expect(shop.told(late)).toMatch(/^error: Not measured/);
  expect(door().count).toBe(0);

  door().resume();
  await shop.app.tick(120_000);
  expect(await breaker()).toEqual(["closed"]);
  expect(shop.told(headSha)).toMatch(/^success/);
  expect(shop.told(late)).toMatch(/^success/);
  const lines = shop.app.log.filter(({ dataSource }) => dataSource === "main");
  expect(lines.map(({ msg, level }) => `${String(level)} ${String(msg)}`)).toEqual([
    "info data source tried",
    "error data source not asked",
    "info data source tried",
    "info data source answers",
  ]);
});

it("a repository that asks more than it may is not measured, and its neighbour is", async () => {
  await open({ maxQueriesPerMinute: 12 });
  // Each revision of the policy is measured anew.
  let first: string | undefined;
  let last: string | undefined;
  for (let revision = 0; revision < 8; revision += 1) {
    shop.commit({ [policyFile]: `${policyFor("checkout")}# ${revision}\n` });
    const { headSha } = await shop.openPull({ head: `feature-${revision}` });
    last = shop.told(headSha);
    first ??= last;
  }
  expect(first).toMatch(/^success/);
  expect(last).toMatch(
    /^error: Not measured: checkout \w+: query limit reached \(12 queries a minute are spent/,
  );

  const { values } = await shop.app.machine.metrics.unasked.get();
  expect(values).toMatchObject([{ labels: { data_source: "main", why: "limit" } }]);
  expect(shop.app.log.filter(({ why }) => why === "limit")).toHaveLength(values[0]?.value ?? 0);
  expect(shop.app.log.find(({ why }) => why === "limit")).toMatchObject({
    level: "warn",
    repositoryId: shop.repository.id,
  });

  const till = shop.github.repository({ owner: "acme", name: "till", installation: shop.acme });
  till.permit("bob", "write");
  till.commit("main", { [policyFile]: policyFor("checkout"), "a.txt": "a" });
  const { headSha } = till.openPull({ head: "feature", author: "bob", files: { "b.txt": "b" } });
  await shop.app.settle();
  expect(till.statuses(headSha).at(-1)?.state).toBe("success");

  await shop.app.tick(60_000);
  const { headSha: later } = await shop.openPull({ head: "later" });
  expect(shop.told(later)).toMatch(/^success/);
});

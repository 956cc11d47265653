/** Webhooks that GitHub could not deliver: found in its log, asked for again, and told of. */
import { beforeEach, describe, expect, it } from "vitest";
import { webhookPath } from "../../src/http/server.ts";
import { send } from "../contract/http-surface.ts";
import { story } from "../world/checkout.ts";
import { walkingClock } from "../world/clock.ts";
import type { Shop, ShopOptions } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const minute = 60_000;

let shop: Shop;

/** Opens a shop in which the app may wait between two questions. */
async function open(options: Omit<ShopOptions, "prometheus"> = {}): Promise<void> {
  shop = await openShop({ clock: walkingClock(story.calm), ...options });
}

beforeEach(async () => open());

/** Does something of which GitHub's webhooks do not reach us. */
async function unheard<T>(change: () => T): Promise<T> {
  // Nobody listens at the discard port, so each attempt fails as one to a process that is down.
  shop.github.sendWebhooksTo("http://127.0.0.1:9/");
  const done = change();
  await shop.github.settled();
  shop.github.sendWebhooksTo(`${shop.app.url}${webhookPath}`);
  return done;
}

/** One scan, and all that follows from it. */
async function scan(): Promise<void> {
  await shop.app.machine.scan();
  await shop.app.settle();
}

const asked = (): number => shop.github.count({ method: "POST", path: /\/attempts$/ });

async function syncz(): Promise<string> {
  return (await send({ port: Number(new URL(shop.app.url).port) }, { path: "/syncz" })).text;
}

describe("a webhook that did not arrive", () => {
  it("[T22] is asked for again, once, and worked; the next scan counts it as repaired", async () => {
    const { headSha } = await unheard(() => shop.repository.openPull({ head: "lost", author: "bob" }));
    expect(shop.told(headSha)).toBeUndefined();
    expect(await syncz()).toBe("no scan yet, 0 gaps found, 0 repaired\n");

    await scan();
    expect(shop.told(headSha)).toMatch(/^success: checkout/);
    expect(asked()).toBe(2);
    expect(await syncz()).toBe("last scan 2026-10-01 09:00Z, 2 gaps found, 0 repaired\n");

    await scan();
    expect(asked()).toBe(2);
    expect(await syncz()).toBe("last scan 2026-10-01 09:00Z, 2 gaps found, 2 repaired\n");
    const { registry } = shop.app.machine.metrics;
    const text = await registry.metrics();
    expect(text).toContain("burngate_sync_gaps_found_total 2\n");
    expect(text).toContain("burngate_sync_gaps_repaired_total 2\n");
    const at = shop.clock.now() / 1000;
    expect(text).toContain(`burngate_sync_last_scan_timestamp_seconds ${at}\n`);
  });

  it("[T45] is asked for a second after the one before it", async () => {
    await unheard(() => {
      for (const head of ["one", "two"]) shop.repository.openPull({ head, author: "bob" });
    });
    const began = shop.clock.now();
    const asks = watchAsks();
    await shop.app.machine.scan();
    expect(asks.map(({ at }) => at - began)).toEqual([0, 1000, 2000, 3000]);
  });

  it("is not asked for when somebody's redelivery has brought it meanwhile", async () => {
    await unheard(() => shop.repository.openPull({ head: "lost", author: "bob" }));
    await shop.github.redeliverFailed();
    await scan();
    expect(asked()).toBe(0);
    expect(await syncz()).toMatch(/, 0 gaps found, 0 repaired\n$/);
  });

  it("is not asked for when the ledger has it and only our answer was lost", async () => {
    const { headSha } = await shop.openPull();
    const opened = shop.github.deliveries.filter(({ event }) => event === "pull_request");
    const attempts = opened.flatMap((delivery) => delivery.attempts);
    expect(attempts).toHaveLength(1);
    Object.assign(attempts[0]!, { status: 0, outcome: "timed out" });
    await scan();
    expect(asked()).toBe(0);
    expect(await syncz()).toMatch(/, 0 gaps found, 0 repaired\n$/);
    expect(shop.told(headSha)).toMatch(/^success/);
  });

  it("is not asked for when nothing would be done with it", async () => {
    const { headSha } = await shop.openPull();
    const before = shop.github.deliveries.length;
    await unheard(() => shop.repository.setStatus(headSha, { state: "success", context: "ci" }));
    expect(shop.github.deliveries.slice(before).map(({ event }) => event)).toEqual(["status"]);
    await scan();
    expect(asked()).toBe(0);
  });

  it("is not asked for while its installation is suspended", async () => {
    await unheard(() => shop.repository.openPull({ head: "lost", author: "bob" }));
    shop.acme.suspend();
    await shop.app.settle();
    await scan();
    expect(asked()).toBe(0);
  });

  it("[T22] is asked for five times with growing pauses when it fails each time, and then given up", async () => {
    await unheard(() => shop.repository.openPull({ head: "lost", author: "bob" }));
    shop.github.sendWebhooksTo("http://127.0.0.1:9/");
    const asks = watchAsks();
    const began = shop.clock.now();
    for (let round = 0; round < 150; round += 1) {
      await scan();
      shop.clock.set(began + (round + 1) * 5 * minute);
    }
    const byGuid = Object.values(Object.groupBy(asks, ({ guid }) => guid));
    const minutes = byGuid.map((all = []) => all.map(({ at }) => Math.floor((at - began) / minute)));
    expect(minutes).toEqual([
      [0, 5, 20, 65, 200],
      [0, 5, 20, 65, 200],
    ]);
    expect(await syncz()).toMatch(/, 2 gaps found, 0 repaired, 2 given up\n$/);
  });

  it("that GitHub has forgotten is given up at once", async () => {
    await unheard(() => shop.repository.openPull({ head: "lost", author: "bob" }));
    const forgotten = { status: 404, body: { message: "Not Found" }, times: 2 };
    shop.github.fail({ method: "POST", path: /attempts$/, ...forgotten });
    await scan();
    await scan();
    expect(asked()).toBe(2);
    expect(await syncz()).toMatch(/, 2 gaps found, 0 repaired, 2 given up\n$/);
  });
});

describe("a scan", () => {
  it("goes on after a restart where the one before it ended, and asks for nothing twice", async () => {
    await unheard(() => shop.repository.openPull({ head: "lost", author: "bob" }));
    shop.github.sendWebhooksTo("http://127.0.0.1:9/");
    await scan();
    const [mark] = shop.rows("select read_to from scans");
    const again = await shop.app.restart();
    shop.clock.advance(minute);
    await again.machine.scan();
    expect(asked()).toBe(2);
    expect(await again.machine.ledger.gaps.health()).toMatchObject({ found: 2, repaired: 0 });
    expect(shop.rows("select read_to from scans")[0]?.["read_to"]).toBeGreaterThanOrEqual(
      Number(mark?.["read_to"]),
    );
    await again.stop();
  });

  it("reads the log page by page, no further back than it was read before", async () => {
    for (let count = 0; count < 130; count += 1)
      shop.repository.openPull({ head: `h-${count}`, author: "bob" });
    await shop.app.settle();
    shop.clock.advance(30 * minute);
    await shop.openPull();
    const pages = (): number => shop.github.count({ method: "GET", path: /hook\/deliveries/ });
    await scan();
    expect(pages()).toBeGreaterThan(1);
    shop.clock.advance(30 * minute);
    await shop.openPull();
    shop.github.forget();
    await scan();
    expect(pages()).toBe(1);
  });

  it("[T45] that GitHub limits asks nothing before it may, and does not count as a scan", async () => {
    await unheard(() => shop.repository.openPull({ head: "lost", author: "bob" }));
    const limit = { status: 429, headers: { "retry-after": "120" }, body: { message: "slow down" } };
    shop.github.fail({ path: /hook\/deliveries/, ...limit });
    await scan();
    await scan();
    expect(shop.github.count({ path: /hook\/deliveries/ })).toBe(1);
    expect(await syncz()).toBe("no scan yet, 0 gaps found, 0 repaired\n");
    shop.clock.advance(2 * minute);
    await scan();
    expect(asked()).toBe(2);
  });
});

describe("what happened to an installation, unheard,", () => {
  it("[T22] is asked of GitHub, so that a lost suspension cannot undo its end", async () => {
    const { headSha } = await shop.openPull();
    await unheard(() => shop.acme.suspend());
    shop.acme.unsuspend();
    await shop.app.settle();
    shop.clock.set(story.burning);
    await scan();
    expect(asked()).toBe(0);
    await shop.go(story.burning);
    expect(shop.told(headSha)).toMatch(/^failure: checkout/);
  });

  it("[T22] is taken in: the end of a suspension has everything judged again", async () => {
    const { headSha } = await shop.openPull();
    shop.acme.suspend();
    await shop.app.settle();
    await unheard(() => shop.acme.unsuspend());
    await shop.go(story.burning);
    expect(shop.told(headSha)).toMatch(/^success/);
    await scan();
    expect(shop.told(headSha)).toMatch(/^failure: checkout/);
  });

  it("is taken in when it was uninstalled: nothing is asked of it any more", async () => {
    await shop.openPull();
    await unheard(() => shop.acme.delete());
    await scan();
    shop.github.forget();
    await shop.go(story.burning);
    await shop.sweep();
    expect(shop.github.requests).toEqual([]);
  });

  it("is asked for again when it was installed, since only the webhook tells with which repositories", async () => {
    const stock = shop.github.repository({ owner: "initech", name: "stock" });
    const initech = await unheard(() => {
      const installation = shop.github.installation({ account: "initech" });
      installation.add(stock);
      return installation;
    });
    await scan();
    const known = await shop.app.machine.ledger.registry.repository(stock.id);
    expect(known?.installationId).toBe(initech.id);
    const names = shop.rows("select name from deliveries").map(({ name }) => name);
    expect(names).toContain("installation.created");
  });
});

/** Every redelivery that is asked for from now on, and when. */
function watchAsks(): { readonly guid: string; readonly at: number }[] {
  const asks: { guid: string; at: number }[] = [];
  const { outbox } = shop.github.world;
  const deliver = outbox.deliver.bind(outbox);
  outbox.deliver = (guid) => {
    asks.push({ guid, at: shop.clock.now() });
    return deliver(guid);
  };
  return asks;
}

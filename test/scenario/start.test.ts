/** What the app does by itself, from its start on, with nobody but its own clocks to tell it when. */
import { describe, expect, it } from "vitest";
import { webhookPath } from "../../src/http/server.ts";
import { dayMs, story } from "../world/checkout.ts";
import { type AlarmClock, alarmClock } from "../world/clock.ts";
import type { Shop, ShopOptions } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const minute = 60_000;

/** The worker, the watch, the sweep, the scan and the cleaning. */
const clocksOfMachine = 5;

/** Resolves when a started machine has nothing to do before one of its clocks rings. */
async function rest({ app, github }: Shop, clock: AlarmClock): Promise<void> {
  await github.settled();
  for (;;) {
    const next = clock.nextWait();
    const { waiting, running } = await app.machine.ledger.queue.counts();
    if (clock.waits.length === clocksOfMachine && running === 0) {
      if (waiting === 0) return;
      clock.ring();
    }
    await next;
  }
}

/** A pull request of whose opening nobody told us. */
function openUnheard({ github, repository, app }: Shop): string {
  github.sendWebhooksTo(undefined);
  const { headSha } = repository.openPull({ head: `lost-${repository.pulls.size}`, author: "bob" });
  github.sendWebhooksTo(`${app.url}${webhookPath}`);
  return headSha;
}

describe("the app, started,", () => {
  it("waits on five clocks of its own: the worker's, the watch's, the sweep's, the scan's and the cleaning's", async () => {
    const clock = alarmClock(story.calm);
    const config = { tickMs: 7 * minute, sweepMs: 11 * minute, scanMs: 13 * minute };
    const shop = await openShop({ clock, config });
    shop.app.machine.start();
    await rest(shop, clock);
    const lasts = clock.waits.toSorted((one, other) => one - other);
    expect(lasts).toEqual([1000, 7 * minute, 11 * minute, 13 * minute, 60 * minute]);
  });

  it("finds at once what it missed while it was away", async () => {
    const clock = alarmClock(story.calm);
    const shop = await openShop({ clock });
    await shop.openPull();
    const lost = openUnheard(shop);
    shop.app.machine.start();
    await rest(shop, clock);
    expect(shop.told(lost)).toMatch(/^success: checkout/);
  });

  it("[T22] asks at once for the webhook that was sent while it was away", async () => {
    const clock = alarmClock(story.calm);
    const shop = await openShop({ clock });
    const { number } = await shop.openPull();
    shop.github.sendWebhooksTo("http://127.0.0.1:9/");
    shop.repository.label(number, "docs", { by: "bob" });
    await shop.github.settled();
    shop.github.sendWebhooksTo(`${shop.app.url}${webhookPath}`);
    shop.app.machine.start();
    await rest(shop, clock);
    await rest(shop, clock);
    const names = shop.rows("select name from deliveries").map(({ name }) => name);
    expect(names).toContain("pull_request.labeled");
  });

  it("does at once what the one before it had in hand when it died, and waits for no lease to end", async () => {
    const shop = await openShop();
    const { headSha } = shop.repository.openPull({ head: "feature", author: "bob" });
    await shop.github.settled();
    const { queue } = shop.app.machine.ledger;
    const hands = [];
    for (let hand = await claim(); hand !== undefined; hand = await claim()) hands.push(hand);
    expect(hands.length).toBeGreaterThan(0);
    await shop.app.stop();

    const again = await shop.app.restart();
    await again.machine.worker.processAll();

    expect(shop.told(headSha)).toMatch(/^success: checkout/);
    expect(shop.rows("select * from jobs")).toEqual([]);
    await again.stop();

    async function claim() {
      return queue.claim(shop.clock.now(), minute, []);
    }
  });
});

describe("the clocks", () => {
  let clock: AlarmClock;
  let shop: Shop;

  /** Starts the app, lets it turn a pull request green and come to rest. */
  async function started(at: number, config: NonNullable<ShopOptions["config"]>): Promise<string> {
    clock = alarmClock(at);
    shop = await openShop({ clock, config });
    shop.app.machine.start();
    const { headSha } = shop.repository.openPull({ head: "feature", author: "bob" });
    await rest(shop, clock);
    expect(shop.told(headSha)).toMatch(/^success: checkout/);
    return headSha;
  }

  it("bring a sweep when its time has come, and not before: again and again it finds what a lost webhook told", async () => {
    await started(story.calm, { sweepMs: 10 * minute });
    for (const round of [1, 2, 3]) {
      const lost = openUnheard(shop);
      clock.set(story.calm + round * 10 * minute - 1);
      await rest(shop, clock);
      expect(shop.told(lost)).toBeUndefined();
      clock.advance(1);
      await rest(shop, clock);
      expect(shop.told(lost)).toMatch(/^success: checkout/);
    }
  });

  it("bring a cleaning when its time has come, and not before", async () => {
    const retention = { deliveriesMs: 30 * minute, evidenceMs: 400 * dayMs };
    await started(story.calm, { retention });
    clock.set(story.calm + 60 * minute - 1);
    await rest(shop, clock);
    const opened = "select id from deliveries where name = 'pull_request.opened'";
    expect(shop.rows(opened)).toHaveLength(1);
    clock.advance(1);
    await rest(shop, clock);
    expect(shop.rows(opened)).toEqual([]);
  });

  it("[T21] bring a look of the watch when its time has come, and not before: it turns red what nobody touched", async () => {
    const headSha = await started(story.outage, { tickMs: story.burning - story.outage, sweepMs: dayMs });
    clock.set(story.burning - 1);
    await rest(shop, clock);
    expect(shop.told(headSha)).toMatch(/^success: checkout/);
    clock.advance(1);
    await rest(shop, clock);
    expect(shop.told(headSha)).toMatch(/^failure: checkout/);
  });
});

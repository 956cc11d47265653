/** What webhooks missed of a merge queue. */
import { expect, it } from "vitest";
import { webhookPath } from "../../src/http/server.ts";
import { mergeQueue } from "../world/github-rule.ts";
import { otherCheck, queueOptions, type QueueShop, withQueue } from "./queue-shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();

/** Does something of which no webhook tells. */
function unheard<T>({ github, app }: QueueShop, act: () => T): T {
  github.sendWebhooksTo(undefined);
  const done = act();
  github.sendWebhooksTo(`${app.url}${webhookPath}`);
  return done;
}

const waitingAskers = (shop: QueueShop): Record<string, unknown>[] =>
  shop.rows("select key from askers where ended_at is null");

async function sweep(shop: QueueShop): Promise<void> {
  await shop.app.machine.sweep();
  await shop.work();
}

it("takes in a group whose event was lost", async () => {
  const shop = withQueue(await openShop(queueOptions));
  const [first = 0] = await shop.queue(1);
  await shop.app.settle();
  expect(shop.isMerged(first)).toBe(true);
  const { number } = await shop.openPull();
  unheard(shop, () => shop.repository.queue.add(number));

  await sweep(shop);

  expect(shop.isMerged(number)).toBe(true);
});

it("ends a group that the queue no longer has, but none that it has only just heard of", async () => {
  const shop = withQueue(await openShop(queueOptions), {}, [otherCheck]);
  const [first = 0] = await shop.queue(1);
  await shop.work();
  unheard(shop, () => shop.repository.queue.remove(first));
  await sweep(shop);
  expect(waitingAskers(shop)).toHaveLength(1);

  shop.clock.advance(61_000);
  await sweep(shop);

  expect(waitingAskers(shop)).toEqual([]);
});

it("ends a group whose pull request was closed, when no other wants into its branch", async () => {
  const shop = withQueue(await openShop(queueOptions), {}, [otherCheck]);
  const [first = 0] = await shop.queue(1);
  await shop.work();
  unheard(shop, () => shop.repository.close(first));
  shop.clock.advance(61_000);
  await sweep(shop);

  expect(waitingAskers(shop)).toEqual([]);
});

it("ends no group because the queue of another branch does not have it", async () => {
  const shop = withQueue(await openShop(queueOptions), {}, [otherCheck]);
  shop.commit({ "next.txt": "x" }, "next");
  shop.repository.rules.set("next", [mergeQueue()]);
  await shop.openPull({ base: "next" });
  await shop.queue(1);
  await shop.work();
  shop.clock.advance(61_000);
  await sweep(shop);

  expect(waitingAskers(shop)).toHaveLength(1);
});

it("keeps what waits in the queue", async () => {
  const shop = withQueue(await openShop(queueOptions), {}, [otherCheck]);
  const [first = 0] = await shop.queue(1);
  await shop.work();
  shop.clock.advance(61_000);
  await sweep(shop);

  expect(waitingAskers(shop)).toHaveLength(1);
  shop.build(first);
  expect(shop.isMerged(first)).toBe(true);
});

it("takes a group in again that it took for ended and that the queue still has, but not at once", async () => {
  const shop = withQueue(await openShop(queueOptions), {}, [otherCheck]);
  const [first = 0] = await shop.queue(1);
  await shop.work();
  const { askers } = shop.app.machine.ledger;
  const [group] = await askers.waiting();
  await askers.end(group!, shop.clock.now());
  await sweep(shop);
  // The list may be older than the end.
  expect(waitingAskers(shop)).toEqual([]);

  shop.clock.advance(61_000);
  await sweep(shop);

  expect(await askers.waiting()).toEqual([{ ...group, askedAt: shop.clock.now() }]);
  shop.build(first);
  await shop.work();
  expect(waitingAskers(shop)).toEqual([]);
});

it("sweeps pull requests, and keeps the groups that it knows, also where GitHub refuses to tell of queues", async () => {
  const shop = withQueue(await openShop(queueOptions), {}, [otherCheck]);
  await shop.queue(1);
  await shop.work();
  const mend = shop.github.fail({
    operation: "QueueEntries",
    status: 403,
    body: { message: "no" },
    times: Infinity,
  });
  const lost = unheard(shop, () => shop.repository.openPull({ head: "lost", author: "bob" }));
  shop.clock.advance(61_000);
  await sweep(shop);

  expect(shop.told(lost.headSha)).toMatch(/^success/);
  expect(shop.rows("select key, last_failure from jobs")).toEqual([]);
  expect(waitingAskers(shop)).toHaveLength(1);
  mend();
});

it("forgets a group after a day where it no longer sees the queue", async () => {
  const shop = withQueue(await openShop(queueOptions), {}, [otherCheck]);
  await shop.queue(1);
  await shop.work();
  const { merge_queues: _, ...others } = queueOptions.permissions;
  shop.acme.permissions = others;
  shop.clock.advance(23 * 3_600_000);
  await sweep(shop);
  expect(waitingAskers(shop)).toHaveLength(1);

  shop.clock.advance(2 * 3_600_000);
  await sweep(shop);

  expect(waitingAskers(shop)).toEqual([]);
});

it("tries again what a refusal had buried", async () => {
  const shop = withQueue(await openShop(queueOptions));
  const mend = shop.github.fail({
    method: "POST",
    path: /statuses/,
    status: 403,
    body: { message: "no" },
    times: Infinity,
  });
  const numbers = await shop.queue(1);
  await shop.work();
  expect(shop.rows("select key from jobs where buried_at is not null").length).toBeGreaterThan(0);
  mend();
  // Not by the queue's own list, but because the group is known to wait.
  shop.github.fail({ path: /graphql/, status: 502, times: Infinity });

  await sweep(shop);

  expect(shop.isMerged(numbers[0] ?? 0)).toBe(true);
});
